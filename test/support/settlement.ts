import { createHash } from 'node:crypto';
import { type Period, periodIdOf } from '../../src/domain/royalty/period-id.js';
import type { PeriodInput } from '../../src/domain/royalty/period-events.js';
import { PRO_RATA } from '../../src/domain/royalty/rulesets/defaults.js';
import type { Ruleset } from '../../src/domain/royalty/rulesets/ruleset.js';
import { caseFinder } from '../../src/domain/royalty/settlement/cases.js';
import { type CaseFacts, type Settlement, settle } from '../../src/domain/royalty/settlement/settle.js';
import { type ShareTimeline, UNCLAIMED } from '../../src/domain/royalty/settlement/share-timeline.js';
import {
  openUsage,
  type PeriodPlay,
  type Recording,
  type Usage,
} from '../../src/domain/royalty/settlement/usage.js';
import { compareBytes } from '../../src/domain/shared/byte-order.js';
import type { Sha256 } from '../../src/domain/shared/sha256.js';
import { OCTOBER } from './plays.js';

export const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();

export const PERIOD: Period = { offering: 'premium', territory: 'DE', month: '2026-10' };
export const PERIOD_ID = periodIdOf(PERIOD);

/** Counts from 30 seconds on, and nothing else is looked at. */
export const LENIENT: Ruleset = {
  ...PRO_RATA,
  counting: { ...PRO_RATA.counting, concurrency: null },
  integrity: { ...PRO_RATA.integrity, wallClock: null },
  sharing: { model: 'proRata', distributablePpm: 1_000_000 },
};

let plays = 0;

/** A play of a minute in October, unlike any other. */
export const aPlay = (over: Partial<PeriodPlay> = {}): PeriodPlay => {
  plays += 1;
  const startedAt = over.startedAt ?? OCTOBER + plays * 600_000;
  return {
    playId: `p${String(plays).padStart(6, '0')}`,
    period: PERIOD_ID,
    listenerId: 'ada',
    trackId: 'track-1',
    deviceId: 'phone',
    source: 'unknown',
    startedAt,
    endedAt: startedAt + 60_000,
    receivedAt: (over.endedAt ?? startedAt) + 60_000,
    durationMs: 200_000,
    playedMs: 60_000,
    uniqueMs: 60_000,
    wallMs: 60_000,
    ...over,
  };
};

export const revenue = (amount: bigint | string, currency = 'EUR', reportId = 'r1'): PeriodInput => ({
  type: 'RevenueRecorded',
  data: { reportId, kind: 'subscription', amount: String(amount), currency, at: OCTOBER },
});

export const shares = (table: Readonly<Record<string, number>>, from = 0) => ({
  from,
  shares: new Map(
    Object.entries(table)
      .map(([party, ppm]): [string, bigint] => [party, BigInt(ppm)])
      .sort(([a], [b]) => compareBytes(a, b)),
  ),
});

export type Month = {
  readonly ruleset?: Ruleset;
  readonly plays: readonly PeriodPlay[];
  readonly inputs?: readonly PeriodInput[];
  readonly timelines?: Readonly<Record<string, ShareTimeline>>;
  /** A track that is not here is music by an artist of its own. */
  readonly recordings?: Readonly<Record<string, Recording>>;
  readonly cases?: readonly CaseFacts[];
};

const timelineIn =
  ({ timelines = {} }: Month) =>
  (trackId: string): ShareTimeline =>
    Object.hasOwn(timelines, trackId) ? (timelines[trackId] ?? UNCLAIMED) : UNCLAIMED;

export const usageOf = (month: Month): Usage => {
  const { ruleset = LENIENT, recordings = {}, cases = [] } = month;
  const fold = openUsage({
    ruleset,
    periodId: PERIOD_ID,
    caseOf: caseFinder(cases),
    timelineOf: timelineIn(month),
    recordingOf: (trackId) => recordings[trackId] ?? { artistId: trackId, isNoise: false },
    sha256,
  });
  const byListener = Map.groupBy(month.plays, ({ listenerId }) => listenerId);
  for (const [listenerId, plays] of [...byListener].sort(([a], [b]) => compareBytes(a, b)))
    fold.add(listenerId, plays);
  return fold.usage();
};

export const settled = (month: Month): Settlement => {
  const { ruleset = LENIENT, inputs = [revenue(0n)], cases = [] } = month;
  const outcome = settle(
    {
      period: PERIOD,
      fence: '100',
      ruleset,
      rulesetHash: 'hash',
      inputs,
      cases,
      timelineOf: timelineIn(month),
      sha256,
    },
    usageOf(month),
  );
  if ('rejected' in outcome) throw new Error(outcome.detail);
  return outcome;
};
