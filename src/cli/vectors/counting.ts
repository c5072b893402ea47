import { z } from 'zod';
import { byStartThenId } from '../../domain/royalty/counting/finished-play.js';
import { verdictsOf } from '../../domain/royalty/counting/verdicts.js';
import { creditPpm } from '../../domain/royalty/rules/credit.js';
import { shortStops } from '../../domain/royalty/rules/signals.js';
import { offlineTimeFault, TIME_FAULTS } from '../../domain/royalty/rules/time-check.js';
import type { CountingRules } from '../../domain/royalty/rulesets/ruleset.js';
import { eligibleTracks } from '../../domain/royalty/sharing/eligible-tracks.js';
import { DAY_MS } from '../../domain/shared/civil-date.js';
import { clockOffset } from '../../domain/shared/listening/device-clock.js';
import { heardIn, listenedMs } from '../../domain/shared/listening/segments.js';
import {
  amount,
  Aside,
  count,
  countingPolicy,
  signedCount,
  type Result,
  segmentFields,
  segmentOf,
} from './fields.js';
import { caseOfNone, expanded, finishedPlay, rulesetWith, usageOfSums } from './month.js';
import { type Operation, operation } from './operation.js';
import { mergedPlays, reportsOf } from './reports.js';

const playCreditOp = operation(
  countingPolicy,
  z.strictObject({
    cases: z.array(
      z.strictObject({ durationMs: count.nullable(), segments: z.array(z.strictObject(segmentFields)) }),
    ),
  }),
  (policy, { cases }) => ({
    cases: cases.map(({ durationMs, segments }) => {
      const heard = heardIn(
        segments.map((segment) => segmentOf(segment, durationMs)),
        durationMs,
      );
      return {
        ...heard,
        listenedMs: listenedMs(heard, policy.measure),
        creditPpm: creditPpm(policy, heard, durationMs),
      };
    }),
  }),
);

/** Reports of one play are merged whatever their `mode` is; it is part of their content. */
export const reportFields = {
  playbackId: z.string(),
  deviceId: z.string(),
  seq: signedCount,
  mode: z.string().optional(),
  ...segmentFields,
};

const mergeReportsOp = operation(
  countingPolicy,
  z.strictObject({ durationMs: count, reports: z.array(z.looseObject(reportFields)) }),
  (policy, { durationMs, reports }) => {
    const numbered = reportsOf(reports, (report) => segmentOf(report, durationMs));
    let totalCreditPpm = 0;
    const plays = new Map<string, Result>();
    for (const play of mergedPlays(numbered.plays, () => ({ durationMs }))) {
      const credit = creditPpm(policy, play, durationMs);
      totalCreditPpm += credit;
      const held = play.conflict === undefined ? {} : { held: new Aside(play.conflict) };
      plays.set(play.playId, { uniqueMs: play.uniqueMs, creditPpm: credit, ...held });
    }
    return { distinctReports: numbered.distinctReports, plays, totalCreditPpm };
  },
);

/** The verdicts on one listener's plays, under a ruleset that checks only what is named. */
const verdictsBy = (counting: Partial<CountingRules>, plays: readonly ReturnType<typeof finishedPlay>[]) => {
  const ordered = plays.toSorted(byStartThenId);
  const rules = { ruleset: rulesetWith(undefined, counting), caseOf: caseOfNone };
  const verdicts = verdictsOf(rules, ordered);
  return ordered.map((play, i) => {
    const verdict = verdicts[i];
    const reason = verdict?.is === 'rejected' ? verdict.reason : undefined;
    return { play, isCounted: verdict?.is === 'counted', reason };
  });
};

const concurrencyOp = operation(
  z.strictObject({ maxStreams: count.default(1), overlapToleranceMs: count.default(12_000) }),
  z.strictObject({
    plays: z.array(
      z.looseObject({
        playbackId: z.string(),
        startedAt: signedCount,
        endedAt: signedCount,
        accountId: z.string().optional(),
      }),
    ),
  }),
  (policy, { plays }) => {
    const accounts = Map.groupBy(plays, ({ accountId }) => accountId).values();
    const judged = [...accounts].flatMap((ofAccount) =>
      verdictsBy(
        { concurrency: policy },
        ofAccount.map(({ playbackId, startedAt, endedAt }) =>
          finishedPlay({ playId: playbackId, startedAt, endedAt }),
        ),
      ),
    );
    const ids = (isCounted: boolean) =>
      judged
        .filter((one) => one.isCounted === isCounted)
        .map(({ play }) => play)
        .sort(byStartThenId)
        .map(({ playId }) => playId);
    return { accepted: ids(true), rejected: ids(false) };
  },
);

const straightPlaysOp = operation(
  z.strictObject({ limit: count.default(50) }),
  z.strictObject({ sequence: z.array(z.tuple([z.string(), count])) }),
  ({ limit }, { sequence }) => {
    const counted = new Map(sequence.map(([trackId]) => [trackId, 0]));
    const plays = expanded(
      sequence,
      ([, times]) => times,
      ([trackId]) => trackId,
    );
    const timed = plays.map((trackId, startedAt) =>
      finishedPlay({ playId: String(startedAt), trackId, startedAt }),
    );
    for (const { play, isCounted } of verdictsBy({ straightRunMax: limit }, timed))
      if (isCounted) counted.set(play.trackId, (counted.get(play.trackId) ?? 0) + 1);
    return counted;
  },
);

const timeValidationOp = operation(
  z.strictObject({
    skewToleranceMs: count.default(120_000),
    maxLateMs: count.default(37 * DAY_MS),
    // A tolerance that is not built yet. A vector that depends on it fails by its answer.
    durationToleranceMs: count.optional(),
    durationTolerancePpm: count.optional(),
  }),
  z.strictObject({
    receivedAt: signedCount,
    sentAt: signedCount,
    plays: z.array(
      z.looseObject({
        playbackId: z.string(),
        startedAt: signedCount,
        endedAt: signedCount,
        wallMs: count,
        offline: z.boolean().default(false),
        lease: z.strictObject({ issuedAt: signedCount, expiresAt: signedCount }).nullish(),
      }),
    ),
  }),
  (policy, { receivedAt, sentAt, plays }) => {
    const appliedOffsetMs = clockOffset(policy.skewToleranceMs, sentAt, receivedAt);
    const { skewToleranceMs, maxLateMs } = policy;
    const time = { skewToleranceMs, maxLateMs };
    return {
      appliedOffsetMs,
      plays: plays.map(({ playbackId, offline, lease, wallMs, ...times }) => {
        const startedAt = times.startedAt + appliedOffsetMs;
        const endedAt = times.endedAt + appliedOffsetMs;
        const play = finishedPlay({ playId: playbackId, startedAt, endedAt, receivedAt, wallMs });
        const [verdict] = verdictsBy({ time }, [play]);
        // A play that passes R14 and earns nothing otherwise has true times all the same.
        const online = TIME_FAULTS.find((code) => code === verdict?.reason);
        const fault = offline ? offlineTimeFault(time, play, lease ?? undefined) : online;
        return { playbackId, startedAt, endedAt, accepted: !fault, reason: fault ?? null };
      }),
    };
  },
);

/** The only track of these vectors. */
const TRACK = 'track';

const eligibilityOp = operation(
  z.strictObject({
    minStreams: count.default(1_000),
    windowMonths: count.default(12),
    minListeners: count.nullable().default(null),
  }),
  z.strictObject({ monthly: z.array(count), listeners: z.union([z.array(count), count]).optional() }),
  (policy, { monthly, listeners }) => ({
    poolStreams: monthly.map((streams, month) => {
      const heardBy = typeof listeners === 'number' ? listeners : (listeners?.[month] ?? 0);
      const { tracks } = usageOfSums(rulesetWith(), [
        { trackId: TRACK, plays: BigInt(streams), listeners: BigInt(heardBy) },
      ]);
      const earlier = monthly.slice(Math.max(0, month - policy.windowMonths + 1), month);
      const before = new Map([[TRACK, earlier.reduce((sum, plays) => sum + plays, 0)]]);
      return eligibleTracks(policy, tracks, before).has(TRACK) ? streams : 0;
    }),
  }),
);

const shortStopShareOp = operation(
  z.strictObject({
    bandMs: z.tuple([count, count]).default([30_000, 35_000]),
    shareAtLeastPpm: count.default(900_000),
    minPlays: count.default(200),
  }),
  z.strictObject({ cases: z.array(z.array(z.tuple([count, count]))) }),
  (policy, { cases }) => ({ cases: cases.map((plays) => ({ ...shortStops(policy, plays) })) }),
);

/** Plain arithmetic of published cases: plays, earnings and cost of accounts in a day and in a period of `days`. */
const scaleOp = operation(
  z.strictObject({}),
  z
    .object({ accounts: amount, playsPerAccountPerDay: amount, ratePerPlay: amount, days: amount })
    // The price of one account in the period; published cases give it several names (`feePerAccount`, `accountPrice`, …).
    .catchall(amount),
  (_policy, { accounts, playsPerAccountPerDay, ratePerPlay, days, ...prices }) => {
    const [price, ...more] = Object.values(prices);
    if (more.length > 0)
      throw new RangeError(`One price is expected, not ${Object.keys(prices).join(', ')}.`);
    const playsPerDay = accounts * playsPerAccountPerDay;
    const perDay = playsPerDay * ratePerPlay;
    return {
      playsPerDay: new Aside(playsPerDay),
      perDay: new Aside(perDay),
      perYear: new Aside(perDay * days),
      plays: new Aside(playsPerDay * days),
      perPeriod: new Aside(perDay * days),
      ...(price === undefined ? {} : { accountCost: new Aside(accounts * price) }),
    };
  },
);

const tierRatioOp = operation(
  z.strictObject({ premium: count.pipe(z.int().positive()), ad: count.pipe(z.int().positive()) }),
  z.strictObject({ premium: count, ad: count }),
  (streamsPerSale, streams) => {
    const premium = Math.floor(streams.premium / streamsPerSale.premium);
    const ad = Math.floor(streams.ad / streamsPerSale.ad);
    return { premium, ad, total: premium + ad };
  },
);

export const countingOperations: Readonly<Record<string, Operation>> = {
  playCredit: playCreditOp,
  mergeReports: mergeReportsOp,
  concurrency: concurrencyOp,
  straightPlays: straightPlaysOp,
  timeValidation: timeValidationOp,
  eligibility: eligibilityOp,
  shortStopShare: shortStopShareOp,
  scale: scaleOp,
  tierRatio: tierRatioOp,
};
