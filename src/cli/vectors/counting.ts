import { z } from 'zod';
import { concurrentPlays } from '../../domain/royalty/rules/concurrency.js';
import { playCredit } from '../../domain/royalty/rules/credit.js';
import { eligibleStreams } from '../../domain/royalty/rules/eligibility.js';
import { shortStops } from '../../domain/royalty/rules/signals.js';
import { nextRun, type Run } from '../../domain/royalty/rules/straight-runs.js';
import { offlineTimeFault, timeFault } from '../../domain/royalty/rules/time-check.js';
import { clockOffset } from '../../domain/shared/listening/device-clock.js';
import { amount, Aside, count, countingPolicy, type Result, segmentFields, segmentOf } from './fields.js';
import { type Operation, operation } from './operation.js';
import { mergedReports } from './reports.js';
import { DAY_MS } from '../../domain/shared/civil-date.js';

const playCreditOp = operation(
  countingPolicy,
  z.object({
    cases: z.array(z.object({ durationMs: count.nullable(), segments: z.array(z.object(segmentFields)) })),
  }),
  (policy, { cases }) => ({
    cases: cases.map(({ durationMs, segments }) => {
      const heard = segments.map((segment) => segmentOf(segment, durationMs));
      return { ...playCredit(policy, heard, durationMs) };
    }),
  }),
);

export const reportFields = {
  playbackId: z.string(),
  deviceId: z.string(),
  seq: z.int(),
  ...segmentFields,
};

const mergeReportsOp = operation(
  countingPolicy,
  z.object({ durationMs: count, reports: z.array(z.looseObject(reportFields)) }),
  (policy, { durationMs, reports }) => {
    const merged = mergedReports(reports, (report) => segmentOf(report, durationMs));
    let totalCreditPpm = 0;
    const plays = new Map<string, Result>();
    for (const [playbackId, { segments, conflict }] of merged.plays) {
      const { uniqueMs, creditPpm } = playCredit(policy, segments, durationMs);
      totalCreditPpm += creditPpm;
      plays.set(playbackId, { uniqueMs, creditPpm, ...(conflict ? { held: new Aside(conflict) } : {}) });
    }
    return { distinctReports: merged.distinctReports, plays, totalCreditPpm };
  },
);

const concurrencyOp = operation(
  z.object({ maxStreams: count.default(1), overlapToleranceMs: count.default(12_000) }),
  z.object({
    plays: z.array(
      z.object({
        playbackId: z.string(),
        startedAt: z.int(),
        endedAt: z.int(),
        accountId: z.string().optional(),
      }),
    ),
  }),
  (policy, { plays }) => {
    const rejected = new Set<string>();
    for (const [, ofAccount] of Map.groupBy(plays, ({ accountId }) => accountId))
      for (const id of concurrentPlays(policy, ofAccount).rejected) rejected.add(id);
    // One order for all accounts: that of a single account with room for everybody.
    const order = concurrentPlays({ maxStreams: plays.length + 1, overlapToleranceMs: 0 }, plays).accepted;
    return {
      accepted: order.filter((id) => !rejected.has(id)),
      rejected: order.filter((id) => rejected.has(id)),
    };
  },
);

const straightPlaysOp = operation(
  z.object({ limit: count.default(50) }),
  z.object({ sequence: z.array(z.tuple([z.string(), count])) }),
  ({ limit }, { sequence }) => {
    const counted = new Map<string, number>();
    let run: Run | undefined;
    for (const [trackId, plays] of sequence) {
      counted.set(trackId, counted.get(trackId) ?? 0);
      for (let i = 0; i < plays; i++) {
        run = nextRun(run, trackId);
        if (run.length <= limit) counted.set(trackId, (counted.get(trackId) ?? 0) + 1);
      }
    }
    return counted;
  },
);

const timeValidationOp = operation(
  z.object({ skewToleranceMs: count.default(120_000), maxLateMs: count.default(37 * DAY_MS) }),
  z.object({
    receivedAt: z.int(),
    sentAt: z.int(),
    plays: z.array(
      z.object({
        playbackId: z.string(),
        startedAt: z.int(),
        endedAt: z.int(),
        wallMs: count,
        offline: z.boolean().default(false),
        lease: z.object({ issuedAt: z.int(), expiresAt: z.int() }).nullish(),
      }),
    ),
  }),
  (policy, { receivedAt, sentAt, plays }) => {
    const appliedOffsetMs = clockOffset(policy.skewToleranceMs, sentAt, receivedAt);
    return {
      appliedOffsetMs,
      plays: plays.map(({ playbackId, offline, lease, ...times }) => {
        const startedAt = times.startedAt + appliedOffsetMs;
        const endedAt = times.endedAt + appliedOffsetMs;
        const play = { ...times, startedAt, endedAt, receivedAt };
        const fault = offline ? offlineTimeFault(policy, play, lease ?? undefined) : timeFault(policy, play);
        return { playbackId, startedAt, endedAt, accepted: !fault, reason: fault ?? null };
      }),
    };
  },
);

const eligibilityOp = operation(
  z.object({
    minStreams: count.default(1_000),
    windowMonths: count.default(12),
    minListeners: count.nullable().default(null),
  }),
  z.object({ monthly: z.array(count), listeners: z.union([z.array(count), count]).optional() }),
  (policy, { monthly, listeners }) => ({
    poolStreams: eligibleStreams(
      policy,
      monthly.map((streams, i) => ({
        streams,
        listeners: typeof listeners === 'number' ? listeners : listeners?.[i],
      })),
    ),
  }),
);

const shortStopShareOp = operation(
  z.object({
    bandMs: z.tuple([count, count]).default([30_000, 35_000]),
    shareAtLeastPpm: count.default(900_000),
    minPlays: count.default(200),
  }),
  z.object({ cases: z.array(z.array(z.tuple([count, count]))) }),
  (policy, { cases }) => ({ cases: cases.map((plays) => ({ ...shortStops(policy, plays) })) }),
);

const scaleOp = operation(
  z.looseObject({}),
  z.object({ accounts: amount, playsPerAccountPerDay: amount, ratePerPlay: amount, days: amount }),
  (_policy, { accounts, playsPerAccountPerDay, ratePerPlay, days }) => {
    const playsPerDay = accounts * playsPerAccountPerDay;
    const perDay = playsPerDay * ratePerPlay;
    return { playsPerDay, perDay, perYear: perDay * days };
  },
);

const tierRatioOp = operation(
  z.object({ premium: count.pipe(z.int().positive()), ad: count.pipe(z.int().positive()) }),
  z.object({ premium: count, ad: count }),
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
