import { openPlayTrees } from '../../domain/royalty/counting/play-roots.js';
import { UNCLAIMED, type ShareTimeline } from '../../domain/royalty/counting/share-timeline.js';
import type { PeriodPlay, Recording, UsageRules } from '../../domain/royalty/counting/usage-rules.js';
import type { PeriodInput } from '../../domain/royalty/periods/period-events.js';
import { type Period, periodIdOf } from '../../domain/royalty/periods/period-id.js';
import { PRO_RATA } from '../../domain/royalty/rulesets/defaults.js';
import type { CountingRules, Ruleset, SharingRules } from '../../domain/royalty/rulesets/ruleset.js';
import { figuresOf } from '../../domain/royalty/sharing/figures.js';
import { type Shared, sharePool } from '../../domain/royalty/sharing/pools.js';
import { openTrackSums, SUM } from '../../domain/royalty/sharing/track-sums.js';
import { openUsage, type Usage, usageOf } from '../../domain/royalty/sharing/usage.js';
import { openUserCredits } from '../../domain/royalty/sharing/user-credits.js';
import { caseFinder } from '../../domain/royalty/statements/cases.js';
import { type Settlement, settlementOf } from '../../domain/royalty/statements/settlement.js';
import type { Month } from '../../domain/shared/calendar.js';
import { gcd, type Rational } from '../../domain/shared/exact/integers.js';
import { compareBytes } from '../../domain/shared/exact/byte-order.js';
import { sha256 } from './sha256.js';

// Settles the month that a vector describes by the functions that pay. Nothing in this folder computes money: a vector is
// translated into plays (or, if it gives credits, into the sums that a fold of plays returns), a ruleset and recorded
// figures, and its answer is read from the settlement. Only `scale` and `tierRatio` are plain arithmetic of their own.

/** The month of every vector that names none. */
const PERIOD: Period = { offering: 'vectors', territory: 'ZZ', month: '2026-01' };
export const PERIOD_ID = periodIdOf(PERIOD);
const CURRENCY = 'EUR';

const UNBOUNDED = Number.MAX_SAFE_INTEGER;

/** Applies no rule unless the vector names it. */
const COUNTING: CountingRules = {
  credit: { kind: 'threshold', thresholdMs: 0, measure: 'unique' },
  time: { skewToleranceMs: UNBOUNDED, maxLateMs: UNBOUNDED },
  straightRunMax: null,
  concurrency: null,
  delivery: null,
};

/** Distributes all recorded revenue by credits. */
const EVERYTHING: SharingRules = { model: 'proRata', distributablePpm: 1_000_000 };

export const rulesetWith = (
  sharing: SharingRules = EVERYTHING,
  counting: Partial<CountingRules> = {},
): Ruleset => ({
  ...PRO_RATA,
  name: 'Of a vector',
  counting: { ...COUNTING, ...counting },
  integrity: { ...PRO_RATA.integrity, wallClock: null },
  sharing,
});

/** A play of 1 ms at instant 0, heard in full, overridden by the values of the vector. */
export const finishedPlay = (over: Partial<PeriodPlay> & Pick<PeriodPlay, 'playId'>): PeriodPlay => ({
  period: PERIOD_ID,
  listenerId: 'listener',
  trackId: 'track',
  deviceId: 'device',
  source: 'unknown',
  startedAt: 0,
  endedAt: over.startedAt ?? 0,
  receivedAt: null,
  durationMs: null,
  playedMs: 1,
  uniqueMs: 1,
  wallMs: 1,
  ...over,
});

/** Facts about tracks that a settlement reads. */
export type TrackFacts = {
  readonly timelineOf?: (trackId: string) => ShareTimeline;
  readonly recordingOf?: (trackId: string) => Recording;
};

/** A play with contradicting reports is held by itself; no other case is open. */
export const caseOfNone = caseFinder([]);

const usageRules = (ruleset: Ruleset, { timelineOf, recordingOf }: TrackFacts): UsageRules => ({
  ruleset,
  periodId: PERIOD_ID,
  caseOf: caseOfNone,
  timelineOf: timelineOf ?? (() => UNCLAIMED),
  recordingOf: recordingOf ?? ((trackId) => ({ artistId: trackId, isNoise: false })),
  sha256,
});

/** The usage of a month of plays, in any order. */
export const usageOfPlays = (
  ruleset: Ruleset,
  plays: readonly PeriodPlay[],
  facts: TrackFacts = {},
): Usage => {
  const fold = openUsage(usageRules(ruleset, facts));
  const byListener = [...Map.groupBy(plays, ({ listenerId }) => listenerId)];
  for (const [listenerId, some] of byListener.sort(([a], [b]) => compareBytes(a, b)))
    fold.add(listenerId, some);
  return fold.usage();
};

/** Sums of one track in a month, by name; absent sums are 0. */
export type TrackSum = { readonly trackId: string } & Partial<Readonly<Record<keyof typeof SUM, bigint>>>;

/** Credits in ppm of a play by track, for each listener. */
export type ListenerCredits = {
  readonly listenerId: string;
  readonly credits: ReadonlyMap<string, bigint>;
};

/**
 * The usage of a month for which the vector gives sums instead of plays, in the form in which a fold of plays returns them.
 *
 * @throws {RangeError} for a sum beyond 2^53, which no month of plays reaches
 */
export const usageOfSums = (
  ruleset: Ruleset,
  sums: readonly TrackSum[],
  listeners: readonly ListenerCredits[] = [],
  facts: TrackFacts = {},
): Usage => {
  const tracks = openTrackSums(usageRules(ruleset, facts));
  for (const { trackId, ...named } of sums)
    for (const [name, amount] of Object.entries(named))
      tracks.add(tracks.numberOf(trackId), SUM[name as keyof typeof SUM], safe(trackId, amount));
  const users = openUserCredits();
  for (const { listenerId, credits } of listeners.toSorted((a, b) =>
    compareBytes(a.listenerId, b.listenerId),
  )) {
    const earning = [...credits].filter(([, credit]) => credit > 0n);
    users.add(
      listenerId,
      earning.map(([trackId]) => tracks.numberOf(trackId)),
      earning.map(([trackId, credit]) => safe(trackId, credit)),
    );
  }
  const trees = openPlayTrees(sha256);
  trees.placeAt({ counted: 0, rejected: 0 });
  const range = { number: 0, users: users.result(), trees: trees.trees() };
  const part = { counted: 0, held: 0, rejected: new Map(), reach: new Map(), corrected: new Map() };
  return usageOf([{ ...part, tracks: tracks.columns(), ranges: [range] }], sha256);
};

/** The usage of a month for which the vector gives credits by track; each track gets a play, so that it has a line. */
export const usageOfCredits = (ruleset: Ruleset, credits: ReadonlyMap<string, bigint>): Usage => {
  const [lowest = credits] = inLowestTerms([credits]);
  return usageOfSums(
    ruleset,
    Array.from(lowest, ([trackId, credit]) => ({ trackId, plays: 1n, creditPpm: credit, freePpm: credit })),
  );
};

/** Divides all weights by their common divisor, which changes no share (I12) and keeps large ones within 2^53. */
export const inLowestTerms = (
  weights: readonly ReadonlyMap<string, bigint>[],
): readonly ReadonlyMap<string, bigint>[] => {
  let divisor = 0n;
  for (const some of weights) for (const weight of some.values()) divisor = gcd(divisor, weight);
  if (divisor <= 1n) return weights;
  return weights.map((some) => new Map(Array.from(some, ([id, weight]) => [id, weight / divisor])));
};

/** Plays that a vector may expand to: more would take the memory of the process. */
const PLAYS_MAX = 1_000_000;

/** @throws {RangeError} for more than a million plays */
export const expanded = <Row, Play>(
  rows: readonly Row[],
  countOf: (row: Row) => number,
  playOf: (row: Row, index: number, place: number) => Play,
): readonly Play[] => {
  const total = rows.reduce((sum, row) => sum + countOf(row), 0);
  if (total > PLAYS_MAX) throw new RangeError(`A vector has at most ${PLAYS_MAX} plays, not ${total}.`);
  return rows.flatMap((row, place) =>
    Array.from({ length: countOf(row) }, (_, index) => playOf(row, index, place)),
  );
};

const safe = (trackId: string, amount: bigint): number => {
  if (amount > BigInt(UNBOUNDED))
    throw new RangeError(`${trackId} has more than a month of plays can sum up to.`);
  return Number(amount);
};

const AT = { reportId: 'vector', at: 0 };

export const revenue = (amount: bigint, currency = CURRENCY): PeriodInput => ({
  type: 'RevenueRecorded',
  data: { ...AT, kind: 'other', amount: String(amount), currency },
});

export const listenerFees = (
  users: readonly { readonly userId: string; readonly fee: bigint }[],
): PeriodInput => ({
  type: 'ListenerFeesRecorded',
  data: {
    ...AT,
    currency: CURRENCY,
    fees: users.map(({ userId, fee }) => ({ listenerId: userId, amount: String(fee) })),
  },
});

type OfMonth = {
  readonly month?: Month;
  /** To the currency of the month, exact: a recorded rate has terms below 2^53. */
  readonly rates?: ReadonlyMap<string, Rational>;
};

/** R7 to R10 for a month. @throws {RangeError} if the ruleset has no rates for it */
export const sharedOut = (
  ruleset: Ruleset,
  inputs: readonly PeriodInput[],
  usage: Usage,
  { month = PERIOD.month, rates }: OfMonth = {},
): Shared => {
  const figures = figuresOf(inputs);
  if (!figures) throw new RangeError('The vector names no money.');
  const shared = sharePool(ruleset, month, rates ? { ...figures, rates } : figures, usage);
  if ('rejected' in shared) throw new RangeError(shared.detail);
  return shared;
};

/** The whole settlement of a month. */
export const settled = (ruleset: Ruleset, inputs: readonly PeriodInput[], usage: Usage): Settlement => {
  const outcome = settlementOf(
    { period: PERIOD, fence: '0', ruleset, rulesetHash: 'vector', inputs, cases: [], sha256 },
    usage,
  );
  if ('rejected' in outcome) throw new RangeError(outcome.detail);
  return outcome;
};

/** The amount of each track of `usage`. */
export const byTrack = ({ tracks }: Usage, { amounts }: Shared): ReadonlyMap<string, bigint> =>
  new Map(tracks.map(({ trackId }, i) => [trackId, amounts[i] ?? 0n]));

export const inSuspense = ({ suspense }: Shared): bigint =>
  suspense.reduce((sum, { amount }) => sum + amount, 0n);
