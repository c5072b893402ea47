import { hash } from 'node:crypto';
import { hashOfRuleset } from '../../src/domain/royalty/rulesets/ruleset-hash.js';
import { type EventStore, type NewEvent, NO_STREAM } from '../../src/application/ports/event-store.js';
import type { PlayFacts, PlayStarted, PlayStopped } from '../../src/domain/playback/events.js';
import type { SharesClaimed } from '../../src/domain/rights/rights-events.js';
import type {
  ListenerFeesRecorded,
  RevenueRecorded,
} from '../../src/domain/royalty/periods/period-events.js';
import { type Period, periodIdOf } from '../../src/domain/royalty/periods/period-id.js';
import type { RulesetPublished } from '../../src/domain/royalty/rulesets/ruleset-registry.js';
import { DEFAULT_RULESETS, PRO_RATA, USER_CENTRIC } from '../../src/domain/royalty/rulesets/defaults.js';
import { compareBytes } from '../../src/domain/shared/exact/byte-order.js';
import { monthEnd, monthStart } from '../../src/domain/shared/calendar.js';
import { ZodEventSchemas } from '../../src/infrastructure/events/zod-event-schemas.js';
import { NodeDigests } from '../../src/infrastructure/identity/node-digests.js';
import { UuidIds } from '../../src/infrastructure/identity/uuid-ids.js';
import { seeded, zipf } from './zipf.js';

/** The month that benches close, and how many plays a listener and, on the average, a track have in it. */
export const MONTH: Period = { offering: 'premium', territory: 'DE', month: '2026-10' };
const PLAYS_PER_LISTENER = 100;
const PLAYS_PER_TRACK = 50;

/** Sharing models by their command-line names. */
export const MODELS = { 'pro-rata': PRO_RATA, 'user-centric': USER_CENTRIC } as const;
export type ModelName = keyof typeof MODELS;
export const hashOfModel = (model: ModelName): string => hashOfRuleset(new NodeDigests(), MODELS[model]);

/** Start and stop. */
export const EVENTS_PER_PLAY = 2;

const TRACKS_PER_LABEL = 100;
const FEE = 9_990_000n;
const FEES_PER_REPORT = 500;
const CURRENCY = 'EUR';
const SEED = 20_261_001;
const IN_FLIGHT = 512;
/** Events of one append; few, because the reports of listener fees are long. */
const EVENTS_AT_ONCE = 10;

type Fact =
  | RulesetPublished
  | RevenueRecorded
  | ListenerFeesRecorded
  | SharesClaimed
  | PlayStarted
  | PlayStopped;
type Stream = { readonly name: string; readonly facts: readonly Fact[] };

/**
 * Fills an empty log with a month: rulesets, payments of listeners, claims, and `plays` plays that all count, in order of
 * time. The same number of plays gives the same month.
 */
export const fillWithMonth = async (log: EventStore, plays: number): Promise<void> => {
  const month = monthOf(plays);
  await append(log, concat(dependencies(month), inOrderOfTime(month)));
};

/** All of the month but its plays. */
export const fillWithGround = (log: EventStore, plays: number): Promise<void> =>
  append(log, dependencies(monthOf(plays)));

/** The ends of the month's plays, ordered by listener id and then by time. */
export function* endsByListener(
  plays: number,
): Generator<{ readonly playId: string; readonly end: PlayStopped }> {
  const month = monthOf(plays);
  const { length } = month.listenerIds;
  const inOrder = Array.from(month.listenerIds.keys()).sort((a, b) =>
    compareBytes(month.listenerIds[a]!, month.listenerIds[b]!),
  );
  for (const listener of inOrder)
    for (let n = listener; n < plays; n += length) {
      const { playId, facts } = playAt(month, n);
      yield { playId, end: facts[1] };
    }
}

const append = async (log: EventStore, streams: Iterator<Stream>): Promise<void> => {
  const toEvents = recorder();
  const writer = async (): Promise<void> => {
    for (let next = streams.next(); !next.done; next = streams.next()) {
      const { name, facts } = next.value;
      const events = toEvents(name, facts);
      for (let at = 0; at < events.length; at += EVENTS_AT_ONCE)
        await log.append(name, NO_STREAM + at, events.slice(at, at + EVENTS_AT_ONCE));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, writer));
};

function* concat<T>(...parts: readonly Iterable<T>[]): Generator<T> {
  for (const part of parts) yield* part;
}

type Month = {
  readonly plays: number;
  readonly listenerIds: readonly string[];
  readonly trackIds: readonly string[];
  /** Of each play: index in `trackIds`. */
  readonly tracks: Uint32Array;
};

const ids = new UuidIds();

const monthOf = (plays: number): Month => {
  const named = (kind: string, length: number) => Array.from({ length }, (_, n) => ids.derived(kind, n));
  const trackIds = named('track', Math.ceil(plays / PLAYS_PER_TRACK));
  return {
    plays,
    listenerIds: named('listener', Math.ceil(plays / PLAYS_PER_LISTENER)),
    trackIds,
    tracks: new Uint32Array(plays).map(zipf(trackIds.length, seeded(SEED))),
  };
};

function* dependencies({ listenerIds, trackIds }: Month): Generator<Stream> {
  yield* rulesets();
  yield { name: `period-${periodIdOf(MONTH)}`, facts: money(listenerIds) };
  yield* claims(trackIds);
}

function* inOrderOfTime(month: Month): Generator<Stream> {
  for (let n = 0; n < month.plays; n++) {
    const { playId, facts } = playAt(month, n);
    yield { name: `play-${playId}`, facts };
  }
}

const playAt = ({ plays, listenerIds, trackIds, tracks }: Month, n: number) => {
  const [start, end] = [monthStart(MONTH.month), monthEnd(MONTH.month)];
  const listenerId = listenerIds[n % listenerIds.length]!;
  const facts: PlayFacts = {
    listenerId,
    trackId: trackIds[tracks[n]!]!,
    durationMs: 120_000 + (n % 240_000),
    territory: MONTH.territory,
    offering: MONTH.offering,
    deviceId: `device-${listenerId}`,
    mode: 'online',
    source: 'unknown',
    startedAt: start + Math.floor((n * (end - start)) / plays),
  };
  return { playId: ids.derived('play', n), facts: playOf(facts, 30_000 + (n % 90_000)) };
};

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
      muted: false,
      positionMs: heardMs,
      at: facts.startedAt + heardMs,
      ...receivedAt(facts.startedAt + heardMs),
      segments: [{ fromMs: 0, toMs: heardMs, wallMs: heardMs }],
    },
  },
];

function* rulesets(): Generator<Stream> {
  for (const ruleset of DEFAULT_RULESETS) {
    const hash = hashOfRuleset(new NodeDigests(), ruleset);
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

/** Events to append. Checks the first event of each type against its schema, because all are built alike. */
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
