import { createHash } from 'node:crypto';
import { type Period, periodIdOf } from '../../../src/domain/royalty/periods/period-id.js';
import type { PeriodInput } from '../../../src/domain/royalty/periods/period-events.js';
import { PRO_RATA } from '../../../src/domain/royalty/rulesets/defaults.js';
import type { Ruleset } from '../../../src/domain/royalty/rulesets/ruleset.js';
import { caseFinder } from '../../../src/domain/royalty/statements/cases.js';
import {
  type CaseFacts,
  type Settlement,
  settlementOf,
} from '../../../src/domain/royalty/statements/settlement.js';
import { type ShareTimeline, UNCLAIMED } from '../../../src/domain/royalty/counting/share-timeline.js';
import type { Leaves } from '../../../src/domain/royalty/counting/play-roots.js';
import { openUsage, type Usage, usageOf as usageOfParts } from '../../../src/domain/royalty/sharing/usage.js';
import { openPart, type PartFold, type RangeFold } from '../../../src/domain/royalty/sharing/usage-part.js';
import type { PeriodPlay, Recording, UsageRules } from '../../../src/domain/royalty/counting/usage-rules.js';
import { compareBytes } from '../../../src/domain/shared/exact/byte-order.js';
import type { Sha256 } from '../../../src/domain/shared/exact/sha256.js';
import { OCTOBER } from '../playback/plays.js';

export const sha256: Sha256 = (bytes) => createHash('sha256').update(bytes).digest();

export const PERIOD: Period = { offering: 'premium', territory: 'DE', month: '2026-10' };
export const PERIOD_ID = periodIdOf(PERIOD);

/** A ruleset that counts plays of at least 30 seconds and has no concurrency or wall-clock rule. */
export const LENIENT: Ruleset = {
  ...PRO_RATA,
  counting: { ...PRO_RATA.counting, concurrency: null },
  integrity: { ...PRO_RATA.integrity, wallClock: null },
  sharing: { model: 'proRata', distributablePpm: 1_000_000 },
};

let plays = 0;

/** A play of a minute in October, with a unique id and start time. */
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
  /** A track without an entry is music by its own artist. */
  readonly recordings?: Readonly<Record<string, Recording>>;
  readonly cases?: readonly CaseFacts[];
};

const timelineIn =
  ({ timelines = {} }: Month) =>
  (trackId: string): ShareTimeline =>
    Object.hasOwn(timelines, trackId) ? (timelines[trackId] ?? UNCLAIMED) : UNCLAIMED;

const rulesOf = (month: Month): UsageRules => {
  const { ruleset = LENIENT, recordings = {}, cases = [] } = month;
  return {
    ruleset,
    periodId: PERIOD_ID,
    caseOf: caseFinder(cases),
    timelineOf: timelineIn(month),
    recordingOf: (trackId) => recordings[trackId] ?? { artistId: trackId, isNoise: false },
    sha256,
  };
};

const byListener = ({ plays }: Month): readonly (readonly [string, readonly PeriodPlay[]])[] =>
  [...Map.groupBy(plays, ({ listenerId }) => listenerId)].sort(([a], [b]) => compareBytes(a, b));

export const usageOf = (month: Month): Usage => {
  const fold = openUsage(rulesOf(month));
  for (const [listenerId, plays] of byListener(month)) fold.add(listenerId, plays);
  return fold.usage();
};

/** Divides a month: for each listener, whether a range begins there; for each range, the number of its worker. */
export type Division = {
  readonly begins: readonly boolean[];
  readonly workers: readonly number[];
  /** Numbers of the ranges in the order in which they are folded. */
  readonly order: (ranges: number) => readonly number[];
  /** Whether a range is placed before its plays are folded, if the range before it has been counted. */
  readonly early: boolean;
};

/** Folds the month by several workers, each of which returns its part as plain data. */
export const foldedBySeveral =
  ({ begins, workers, order, early }: Division) =>
  (month: Month): Usage => {
    const ranges: (readonly [string, readonly PeriodPlay[]])[][] = [[]];
    for (const [n, listener] of byListener(month).entries()) {
      if (begins[n] === true) ranges.push([]);
      ranges.at(-1)?.push(listener);
    }
    const folds = new Map<number, PartFold>();
    const opened: (RangeFold | undefined)[] = [];
    let placed = 0;
    let before: Leaves = { counted: 0, rejected: 0 };
    const done = new Set<number>();
    let known = -1;
    const place = (number: number) => {
      if (number === known) return;
      known = number;
      opened[number]?.placeAt(before);
    };
    for (const number of order(ranges.length)) {
      const worker = workers[number] ?? 0;
      const fold = folds.get(worker) ?? openPart(rulesOf(month));
      folds.set(worker, fold);
      const range = fold.open(number);
      opened[number] = range;
      if (early && number === placed) place(number);
      for (const [listenerId, plays] of ranges[number] ?? []) range.add(listenerId, plays);
      done.add(number);
      for (; done.has(placed); placed++) {
        place(placed);
        const { counted = 0, rejected = 0 } = opened[placed]?.leaves() ?? {};
        before = { counted: before.counted + counted, rejected: before.rejected + rejected };
      }
    }
    return usageOfParts(
      [...folds.values()].map((fold) => structuredClone(fold.part())),
      sha256,
    );
  };

export const settled = (month: Month, folded = usageOf): Settlement => {
  const { ruleset = LENIENT, inputs = [revenue(0n)], cases = [] } = month;
  const outcome = settlementOf(
    {
      period: PERIOD,
      fence: '100',
      ruleset,
      rulesetHash: 'hash',
      inputs,
      cases,
      sha256,
    },
    folded(month),
  );
  if ('rejected' in outcome) throw new Error(outcome.detail);
  return outcome;
};
