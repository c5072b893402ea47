import { hash } from 'node:crypto';
import { rulesetHash } from '../../src/application/commands/rulesets.js';
import { type EventStore, type NewEvent, NO_STREAM } from '../../src/application/ports/event-store.js';
import type { PlayFacts, PlayStarted, PlayStopped } from '../../src/domain/playback/events.js';
import type { SharesClaimed } from '../../src/domain/rights/rights-events.js';
import type { ListenerFeesRecorded, RevenueRecorded } from '../../src/domain/royalty/period-events.js';
import { type Period, periodIdOf } from '../../src/domain/royalty/period-id.js';
import type { RulesetPublished } from '../../src/domain/royalty/ruleset-registry.js';
import { DEFAULT_RULESETS, PRO_RATA, USER_CENTRIC } from '../../src/domain/royalty/rulesets/defaults.js';
import { monthEnd, monthStart } from '../../src/domain/shared/calendar.js';
import { ZodEventSchemas } from '../../src/infrastructure/events/zod-event-schemas.js';
import { NodeDigests } from '../../src/infrastructure/identity/node-digests.js';
import { UuidIds } from '../../src/infrastructure/identity/uuid-ids.js';
import { seeded, zipf } from './zipf.js';

/** The month that benches close, and how many plays a listener and, on the average, a track have in it. */
export const MONTH: Period = { offering: 'premium', territory: 'DE', month: '2026-10' };
const PLAYS_PER_LISTENER = 100;
const PLAYS_PER_TRACK = 50;

/** Models by the name that the command line knows them by. */
export const MODELS = { 'pro-rata': PRO_RATA, 'user-centric': USER_CENTRIC } as const;
export type ModelName = keyof typeof MODELS;
export const hashOfModel = (model: ModelName): string => rulesetHash(new NodeDigests(), MODELS[model]);

/** Start and stop. */
export const EVENTS_PER_PLAY = 2;

const TRACKS_PER_LABEL = 100;
const FEE = 9_990_000n;
const FEES_PER_REPORT = 500;
const CURRENCY = 'EUR';
const SEED = 20_261_001;
const IN_FLIGHT = 512;

type Fact =
  | RulesetPublished
  | RevenueRecorded
  | ListenerFeesRecorded
  | SharesClaimed
  | PlayStarted
  | PlayStopped;
type Stream = { readonly name: string; readonly facts: readonly Fact[] };

/**
 * Fills an empty log with a month: rulesets, what listeners paid, who holds the tracks, and `plays` plays that all count,
 * in order of time. The same number gives the same month.
 */
export const fillWithMonth = async (log: EventStore, plays: number): Promise<void> => {
  const streams = month(plays);
  const toEvents = recorder();
  const writer = async (): Promise<void> => {
    for (const { name, facts } of streams) await log.append(name, NO_STREAM, toEvents(name, facts));
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, writer));
};

function* month(plays: number): Generator<Stream> {
  const ids = new UuidIds();
  const listeners = Math.ceil(plays / PLAYS_PER_LISTENER);
  const tracks = Math.ceil(plays / PLAYS_PER_TRACK);
  const listenerIds = Array.from({ length: listeners }, (_, n) => ids.derived('listener', n));
  const trackIds = Array.from({ length: tracks }, (_, n) => ids.derived('track', n));
  yield* rulesets();
  yield { name: `period-${periodIdOf(MONTH)}`, facts: money(listenerIds) };
  yield* claims(trackIds);

  const nextTrack = zipf(tracks, seeded(SEED));
  const [start, end] = [monthStart(MONTH.month), monthEnd(MONTH.month)];
  for (let n = 0; n < plays; n++) {
    const listenerId = listenerIds[n % listeners]!;
    const durationMs = 120_000 + (n % 240_000);
    const facts: PlayFacts = {
      listenerId,
      trackId: trackIds[nextTrack()]!,
      durationMs,
      territory: MONTH.territory,
      offering: MONTH.offering,
      deviceId: `device-${listenerId}`,
      mode: 'online',
      source: 'unknown',
      startedAt: start + Math.floor((n * (end - start)) / plays),
    };
    yield { name: `play-${ids.derived('play', n)}`, facts: playOf(facts, 30_000 + (n % 90_000)) };
  }
}

const receivedAt = (at: number) => ({ receivedAt: at, clockOffsetMs: 0 });

const playOf = (facts: PlayFacts, heardMs: number): readonly [PlayStarted, PlayStopped] => [
  { type: 'PlayStarted', data: { ...facts, ...receivedAt(facts.startedAt), positionMs: 0 } },
  {
    type: 'PlayStopped',
    data: {
      ...facts,
      playedMs: heardMs,
      uniqueMs: heardMs,
      wallMs: heardMs,
      reason: 'stopped',
      positionMs: heardMs,
      at: facts.startedAt + heardMs,
      ...receivedAt(facts.startedAt + heardMs),
      segments: [{ fromMs: 0, toMs: heardMs, wallMs: heardMs }],
    },
  },
];

function* rulesets(): Generator<Stream> {
  for (const ruleset of DEFAULT_RULESETS) {
    const hash = rulesetHash(new NodeDigests(), ruleset);
    yield {
      name: `ruleset-${hash}`,
      facts: [{ type: 'RulesetPublished', data: { hash, name: ruleset.name, ruleset, at: 0 } }],
    };
  }
}

const money = (listenerIds: readonly string[]): readonly Fact[] => {
  const at = monthEnd(MONTH.month);
  const facts: Fact[] = [];
  for (let from = 0; from < listenerIds.length; from += FEES_PER_REPORT) {
    const fees = listenerIds
      .slice(from, from + FEES_PER_REPORT)
      .map((listenerId) => ({ listenerId, amount: String(FEE) }));
    const data = { reportId: `fees-${from}`, fees, currency: CURRENCY, at };
    facts.push({ type: 'ListenerFeesRecorded', data });
  }
  const amount = String(FEE * BigInt(listenerIds.length));
  const report = { reportId: 'revenue', kind: 'subscription', amount, currency: CURRENCY, at } as const;
  return [...facts, { type: 'RevenueRecorded', data: report }];
};

/** Most tracks have one holder, every tenth has two. */
function* claims(trackIds: readonly string[]): Generator<Stream> {
  const labels = Math.ceil(trackIds.length / TRACKS_PER_LABEL);
  for (const [n, trackId] of trackIds.entries()) {
    const claim = (holder: number, sharePpm: number): SharesClaimed => ({
      type: 'SharesClaimed',
      data: {
        right: 'recording',
        territory: '*',
        claimant: `label-${holder % labels}`,
        sharePpm,
        validFrom: 0,
        claimId: `claim-${n}-${holder}`,
        at: 0,
      },
    });
    const facts = n % 10 === 9 ? [claim(n, 600_000), claim(n + 1, 400_000)] : [claim(n, 1_000_000)];
    yield { name: `rights-${trackId}`, facts };
  }
}

/** Facts as events. One of each type is held against its schema: they are all made alike. */
const recorder = (): ((stream: string, facts: readonly Fact[]) => readonly NewEvent[]) => {
  const ids = new UuidIds();
  const schemas = new ZodEventSchemas();
  const versions = new Map<string, number>();
  return (stream, facts) => {
    const commandId = ids.derived(stream);
    const commandHash = hash('sha256', stream);
    return facts.map(({ type, data }, n) => {
      const schema = versions.get(type) ?? schemas.versionFor(type, data);
      versions.set(type, schema);
      const metadata = {
        commandId,
        commandHash,
        actor: 'process:bench',
        at: 'startedAt' in data ? data.startedAt : data.at,
        schema,
      };
      return { id: ids.numbered(commandId, n), type, data, metadata };
    });
  };
};
