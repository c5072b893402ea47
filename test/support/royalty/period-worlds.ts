import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { isRejection } from '../../../src/domain/decider.js';
import type { PlayEvent, PlayStarted, PlayStopped } from '../../../src/domain/playback/events.js';
import { play as decider } from '../../../src/domain/playback/play.js';
import { PRO_RATA } from '../../../src/domain/royalty/rulesets/defaults.js';
import type { Ruleset, SharingRules } from '../../../src/domain/royalty/rulesets/ruleset.js';
import { heardIn } from '../../../src/domain/shared/listening/segments.js';
import type { OraclePeriod, OraclePlay, OracleRules, OracleShares } from '../../oracle/period.js';
import type { OracleSegment } from '../../oracle/plays.js';
import { isContradictory, type OracleLateReport } from '../../oracle/reports.js';
import { OCTOBER } from '../playback/plays.js';
import type { Placed } from '../specs/projection-spec.js';
import { countingPolicy, durationMs, segment } from './oracle-worlds.js';
import { DAY_MS } from '../../../src/domain/shared/civil-date.js';

// Random periods of a small service, as the oracle reads them and as events.

export const OCTOBER_ENDS = OCTOBER + 31 * DAY_MS;

/** A period, and events after its close, which lead to a restatement. */
export type PeriodWorld = {
  readonly period: OraclePeriod;
  readonly late: readonly OraclePlay[];
  /** Reports by devices of the period's plays, by play. */
  readonly lateReports: Readonly<Record<string, OracleLateReport[]>>;
  readonly lateLengths: Readonly<Record<string, number>>;
};

const LISTENERS = ['l1', 'l2', 'l3'];
const TRACKS = ['t1', 't2', 't3', 't4'];
const PARTIES = ['label', 'artist', 'other'];

/** Times close together, around the start of the month and long before it, so that plays overlap and runs are long. */
const startedAt = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: -3_600_000, max: 3_600_000 }) },
  { weight: 3, arbitrary: fc.integer({ min: 5 * DAY_MS, max: 5 * DAY_MS + 7_200_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: -100 * DAY_MS, max: 31 * DAY_MS - 1 }) },
);

const A_MINUTE = fc.constant<OracleSegment[]>([{ from: 0, to: 60_000 }]);
const ANY_SEGMENTS: fc.Arbitrary<OracleSegment[]> = fc.array(segment, { maxLength: 3 });

/** Few distinct values, so that some reports are equal and some contradict each other. */
const lateReports = fc.array(
  fc.record({
    deviceId: fc.constantFrom('phone', 'phone', 'tablet'),
    seq: fc.constantFrom(1, 1, 2),
    segments: fc.oneof(
      fc.constantFrom<OracleSegment[]>([{ from: 0, to: 29_000 }], [{ from: 20_000, to: 50_000 }]),
      fc.array(segment, { minLength: 1, maxLength: 2 }),
    ),
    pauseMs: fc.constantFrom(0, 0, 0, 60_000, -200_000, DAY_MS),
    lateMs: fc.constantFrom(0, 0, 0, 60_000, -120_001, 37 * DAY_MS),
  }),
  { minLength: 1, maxLength: 4 },
);
type Told = typeof lateReports extends fc.Arbitrary<infer Reports> ? Reports : never;

/** A repeated report counts as received at its first arrival. */
const reportsOf = (told: Told, startedAt: number): OracleLateReport[] => {
  const reports = new Map<string, OracleLateReport>();
  for (const { deviceId, seq, segments, pauseMs, lateMs } of told) {
    const said = segments.map(({ from, to, wall = to - from }) => ({ from, to, wall }));
    const endedAt = Math.max(0, startedAt + said.reduce((sum, { wall }) => sum + wall, 0) + pauseMs);
    const hash = createHash('sha256')
      .update(JSON.stringify([said, endedAt]))
      .digest('hex');
    const receivedAt = Math.max(0, endedAt + lateMs);
    const key = JSON.stringify([deviceId, seq, hash]);
    if (!reports.has(key)) reports.set(key, { deviceId, seq, segments: said, endedAt, receivedAt, hash });
  }
  return [...reports.values()];
};

const play = fc
  .record({
    listenerId: fc.constantFrom(...LISTENERS),
    trackId: fc.constantFrom('t1', 't1', ...TRACKS),
    deviceId: fc.constantFrom('phone', 'tablet'),
    isOurs: fc.constantFrom(true, true, true, false),
    active: fc.boolean(),
    startedAt,
    pauseMs: fc.constantFrom(0, 0, 0, 0, 0, 0, 60_000, -200_000, 3 * DAY_MS),
    lateMs: fc.constantFrom(0, 0, 0, 0, 0, 60_000, -120_001, 37 * DAY_MS, null),
    durationMs: fc.oneof(
      fc.constant(60_000),
      fc.option(
        durationMs.filter((ms) => ms > 0),
        { freq: 5 },
      ),
    ),
    segments: fc.oneof({ weight: 2, arbitrary: A_MINUTE }, { weight: 1, arbitrary: ANY_SEGMENTS }),
    told: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: lateReports }),
    status: fc.constantFrom('open' as const, 'open' as const, 'confirm' as const, 'release' as const),
  })
  .map(
    ({ startedAt, pauseMs, lateMs, segments, told: later, status, ...rest }): Omit<OraclePlay, 'playId'> => {
      const start = OCTOBER + startedAt;
      const told = segments.map(({ from, to, wall = to - from }) => ({ from, to, wall }));
      const end = start + told.reduce((sum, { wall }) => sum + wall, 0) + pauseMs;
      return {
        ...rest,
        segments: told,
        startedAt: start,
        endedAt: Math.max(0, end),
        receivedAt: lateMs === null ? null : Math.max(0, end + lateMs),
        // Imported history was not played on a device of this service.
        reports: later === null || lateMs === null ? [] : reportsOf(later, start),
        conflict: { caseId: '', status },
      };
    },
  );

const shares: fc.Arbitrary<OracleShares> = fc
  .record({
    trackId: fc.constantFrom(...TRACKS),
    territory: fc.constantFrom('*', '*', 'DE', 'FR'),
    validFrom: fc.constantFrom(0, 0, OCTOBER, OCTOBER + 1, OCTOBER + 5 * DAY_MS + 3_600_000),
    isResolution: fc.constantFrom(false, false, false, true),
    shares: fc.dictionary(fc.constantFrom(...PARTIES), fc.integer({ min: 0, max: 700_000 }), {
      minKeys: 1,
      maxKeys: 3,
    }),
  })
  .map((said) =>
    said.isResolution
      ? said
      : { ...said, shares: Object.fromEntries(Object.entries(said.shares).slice(0, 1)) },
  )
  // A resolution covers the whole right.
  .filter(({ isResolution, shares }) => !isResolution || sumOf(Object.values(shares)) <= 1_000_000);

const sumOf = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

const ppm = fc.integer({ min: 0, max: 1_000_000 });
const sharing: fc.Arbitrary<OracleRules['sharing']> = fc.oneof(
  fc.record({ model: fc.constant('proRata' as const), distributablePpm: ppm }),
  fc.record({
    model: fc.constant('userCentric' as const),
    distributablePpm: ppm,
    idleFees: fc.constantFrom('pro-rata' as const, 'suspense' as const),
  }),
  fc.record(
    {
      model: fc.constant('artistCentric' as const),
      distributablePpm: ppm,
      proMinStreams: fc.integer({ min: 0, max: 5 }),
      proMinListeners: fc.integer({ min: 0, max: 3 }),
      userCap: fc.integer({ min: 1, max: 6 }),
      proBoost: fc.constant(2),
      activeBoost: fc.constant(3),
      noiseWeight: fc.constantFrom(0, 1),
      noiseMinMs: fc.constantFrom(1, 60_000, 60_001),
    },
    {
      requiredKeys: [
        'model',
        'distributablePpm',
        'proMinStreams',
        'proMinListeners',
        'userCap',
        'proBoost',
        'activeBoost',
        'noiseWeight',
      ],
    },
  ),
  fc.record({ model: fc.constant('perPerformance' as const), rate: fc.constantFrom('2800', '333333') }),
  fc.record({
    model: fc.constant('usMechanical' as const),
    revenuePpm: ppm,
    tccPpm: ppm,
    floorPerSubscriber: fc.constantFrom(null, '600000'),
  }),
);

const rules: fc.Arbitrary<OracleRules> = fc.record({
  credit: countingPolicy,
  skewToleranceMs: fc.constant(120_000),
  maxLateMs: fc.constant(37 * DAY_MS),
  concurrency: fc.constantFrom(
    null,
    { maxStreams: 1, overlapToleranceMs: 12_000 },
    { maxStreams: 2, overlapToleranceMs: 0 },
  ),
  perDeviceMs: fc.constantFrom(null, DAY_MS, 300_000),
  straightRunMax: fc.constantFrom(null, 1, 3),
  delivery: fc.constantFrom(null, null, { windowMs: DAY_MS, edgeToleranceMs: 2_000 }),
  eligibility: fc.constantFrom(
    null,
    null,
    { minStreams: 3, minListeners: null },
    { minStreams: 0, minListeners: 2 },
  ),
  flat: fc.constantFrom(null, { thresholdPpm: 400_000, feePerTrack: '1000001' }),
  percentPpm: fc.constantFrom(null, 333_333),
  sharing,
});

/** Deliveries cover the first minutes of most plays; some cover too little, or come too late or long before the play. */
const sent = fc.array(
  fc.record({
    fromMs: fc.constantFrom(0, 0, 0, 0, 30_000, 100_000),
    lengthMs: fc.constantFrom(400_000, 400_000, 28_000, 27_999, 70_000),
    /** Milliseconds after the start of the play. */
    afterMs: fc.constantFrom(0, 0, 0, 0, -DAY_MS, -DAY_MS - 1, 120_000, 10 * DAY_MS),
    isLeftOut: fc.constantFrom(false, false, false, true),
  }),
  { minLength: 40, maxLength: 40 },
);

const CASES = fc.uniqueArray(
  fc.record({
    subject: fc.oneof(
      fc.record({ kind: fc.constant('track'), id: fc.constantFrom(...TRACKS) }),
      fc.record({ kind: fc.constant('listener'), id: fc.constantFrom(...LISTENERS) }),
      fc.record({ kind: fc.constant('device'), id: fc.constant('tablet') }),
      fc.record({ kind: fc.constant('play'), id: fc.constantFrom('p0', 'p1', 'p2') }),
    ),
    status: fc.constantFrom('open' as const, 'confirm' as const, 'release' as const),
  }),
  { maxLength: 3, selector: ({ subject }) => `${subject.kind} ${subject.id}` },
);

/** Corrected track durations, near the played length and the reported duration of most plays. */
const lengths = fc.dictionary(
  fc.constantFrom(...TRACKS),
  fc.oneof(
    fc.constantFrom(29_999, 30_000, 60_000, 60_001, 301_000),
    durationMs.filter((ms) => ms > 0),
  ),
  { maxKeys: 2 },
);

const money = fc.oneof(fc.bigInt(0n, 20n), fc.bigInt(0n, 10n ** 12n));

export const periodWorld: fc.Arbitrary<PeriodWorld> = fc
  .record({
    rules,
    plays: fc.array(play, { minLength: 5, maxLength: 30 }),
    late: fc.array(play, { maxLength: 4 }),
    toldLater: fc.dictionary(fc.constantFrom('0', '1', '2', '3', '4'), lateReports, { maxKeys: 2 }),
    lengths,
    lateLengths: lengths,
    said: fc.array(shares, { maxLength: 10 }),
    sent,
    cases: CASES,
    artists: fc.array(fc.constantFrom('x', 'y'), { minLength: 4, maxLength: 4 }),
    noise: fc.array(fc.constantFrom(false, false, true), { minLength: 4, maxLength: 4 }),
    own: money,
    back: money,
    foreign: fc.option(fc.tuple(money, fc.integer({ min: 1, max: 999 }), fc.integer({ min: 1, max: 999 }))),
    contentCost: money,
    fees: fc.option(fc.dictionary(fc.constantFrom(...LISTENERS, 'idle'), money, { minKeys: 1 })),
    subscribers: fc.integer({ min: 0, max: 50 }),
  })
  .map((world) => {
    const { own, back, foreign, fees, artists, noise, contentCost, ...more } = world;
    const { late, toldLater, lateLengths, plays, sent, ...rest } = more;
    const numbered = (all: readonly Omit<OraclePlay, 'playId'>[], from: number) =>
      all.map((one, n) => {
        const playId = `p${from + n}`;
        return { ...one, playId, conflict: { ...one.conflict, caseId: `c.${playId}` } };
      });
    const lateReports = Object.entries(toldLater).flatMap(([n, told]) => {
      const one = plays[Number(n)];
      return one && one.receivedAt !== null ? [[`p${n}`, reportsOf(told, one.startedAt)] as const] : [];
    });
    const period: OraclePeriod = {
      ...rest,
      start: OCTOBER,
      end: OCTOBER_ENDS,
      territory: 'DE',
      plays: numbered(plays, 0),
      deliveries: [...plays, ...late].flatMap(({ listenerId, deviceId, trackId, startedAt }, n) => {
        const { fromMs, lengthMs, afterMs, isLeftOut } = sent[n] ?? {
          fromMs: 0,
          lengthMs: 1,
          afterMs: 0,
          isLeftOut: true,
        };
        const to = { listenerId, trackId, fromMs, toMs: fromMs + lengthMs };
        const at = Math.max(0, startedAt + afterMs);
        const devices = n % 2 === 0 ? [deviceId] : ['phone', 'tablet'];
        return isLeftOut ? [] : devices.map((one) => ({ ...to, deviceId: one, at }));
      }),
      cases: world.cases.map((one, n) => ({ ...one, caseId: `c${n}` })),
      tracks: Object.fromEntries(
        TRACKS.map((id, n) => [id, { artistId: artists[n] ?? '', noise: noise[n] ?? false }]),
      ),
      revenue: [
        { amount: String(own), currency: 'EUR' },
        // Refunds do not exceed revenue.
        { amount: String(back > own ? 0n : -back), currency: 'EUR' },
        ...(foreign ? [{ amount: String(foreign[0]), currency: 'USD' }] : []),
      ],
      rates: foreign ? { USD: [foreign[1], foreign[2]] } : {},
      contentCost: String(contentCost),
      fees: Object.fromEntries(Object.entries(fees ?? {}).map(([id, fee]) => [id, String(fee)])),
    };
    return {
      period,
      late: numbered(late, plays.length),
      lateReports: Object.fromEntries(lateReports),
      lateLengths,
    };
  });

/** The same world under other names, so that many worlds fit into one log. */
export const named = ({ period, late, lateReports, lateLengths }: PeriodWorld, name: string): PeriodWorld => {
  const of = (id: string): string => `${name}.${id}`;
  const report = (one: OracleLateReport): OracleLateReport => ({ ...one, deviceId: of(one.deviceId) });
  const play = (one: OraclePlay): OraclePlay => ({
    ...one,
    playId: of(one.playId),
    listenerId: of(one.listenerId),
    trackId: of(one.trackId),
    deviceId: of(one.deviceId),
    reports: one.reports.map(report),
    conflict: { ...one.conflict, caseId: of(one.conflict.caseId) },
  });
  const keys = <T>(table: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(table).map(([id, value]) => [of(id), value]));
  return {
    late: late.map(play),
    lateReports: keys(
      Object.fromEntries(Object.entries(lateReports).map(([id, told]) => [id, told.map(report)])),
    ),
    lateLengths: keys(lateLengths),
    period: {
      ...period,
      plays: period.plays.map(play),
      deliveries: period.deliveries.map((one) => ({
        ...one,
        listenerId: of(one.listenerId),
        deviceId: of(one.deviceId),
        trackId: of(one.trackId),
      })),
      said: period.said.map((one) => ({ ...one, trackId: of(one.trackId) })),
      cases: period.cases.map((one) => ({
        ...one,
        caseId: of(one.caseId),
        subject: { ...one.subject, id: of(one.subject.id) },
      })),
      tracks: keys(period.tracks),
      lengths: keys(period.lengths),
      fees: keys(period.fees),
    },
  };
};

const stretches = (segments: readonly OracleSegment[]) =>
  segments.map(({ from, to, wall = to - from }) => ({ fromMs: from, toMs: to, wallMs: wall }));

/** The events of a play without its late reports. */
const stopped = (play: OraclePlay, offering: string): Placed & PlayStopped => {
  const segments = stretches(play.segments);
  const { listenerId, trackId, deviceId, startedAt, durationMs } = play;
  const { isOurs, active, receivedAt, endedAt } = play;
  return {
    stream: `play-${play.playId}`,
    type: 'PlayStopped',
    data: {
      listenerId,
      trackId,
      deviceId,
      startedAt,
      durationMs,
      ...heardIn(segments, play.durationMs),
      segments,
      territory: 'DE',
      offering: isOurs ? offering : 'elsewhere',
      mode: receivedAt === null ? 'import' : 'offline',
      source: active ? 'search' : 'radio',
      reason: receivedAt === null ? 'import' : 'stopped',
      muted: false,
      positionMs: segments.at(-1)?.toMs ?? 0,
      at: endedAt,
      receivedAt: receivedAt ?? endedAt,
      clockOffsetMs: 0,
    },
  };
};

/** The events of a play with its late reports, in order of arrival. */
export const playFacts = (
  play: OraclePlay,
  offering: string,
  inOrder: (reports: readonly OracleLateReport[]) => readonly OracleLateReport[],
): readonly Placed[] => {
  const over = stopped(play, offering);
  return [over, ...reportFacts(play, offering, [], inOrder(play.reports))];
};

/** The events that the decider adds to a play for `reports`, after earlier reports. */
export const reportFacts = (
  play: OraclePlay,
  offering: string,
  before: readonly OracleLateReport[],
  reports: readonly OracleLateReport[],
): readonly Placed[] => {
  const { stream, ...over } = stopped(play, offering);
  const begun: PlayStarted = { type: 'PlayStarted', data: { ...over.data, positionMs: 0 } };
  const past: PlayEvent[] = [begun, over];
  const tell = ({ deviceId, seq, segments, endedAt, receivedAt, hash }: OracleLateReport): PlayEvent[] => {
    const { listenerId, trackId, durationMs, territory, offering, source, startedAt } = over.data;
    const facts = { listenerId, trackId, durationMs, territory, offering, source, startedAt };
    const said = { deviceSeq: seq, segments: stretches(segments), endedAt, receivedAt, muted: false };
    const data = { ...facts, ...said, deviceId, contentHash: hash, caseId: play.conflict.caseId };
    const outcome = decider.decide(
      { type: 'ReportPlay', data },
      past.reduce(decider.evolve, decider.initial),
    );
    if (isRejection(outcome)) throw new Error(outcome.detail);
    past.push(...outcome);
    return [...outcome];
  };
  before.forEach(tell);
  return reports.flatMap(tell).map((event) => ({ stream, ...event }));
};

/** The case of a play with contradictory reports, if a person has decided it. */
export const conflictFacts = (
  { playId, reports, conflict }: OraclePlay,
  periodId: string,
): readonly Placed[] => {
  if (!isContradictory(reports) || conflict.status === 'open') return [];
  const stream = `case-${conflict.caseId}`;
  const opened = {
    rule: 'CONFLICTING_REPORT',
    rulesVersion: 'a'.repeat(64),
    periodId,
    subject: { kind: 'play', id: playId },
    evidenceHash: 'b'.repeat(64),
    fence: '1',
    at: 0,
  };
  return [
    { stream, type: 'CaseOpened', data: opened },
    { stream, type: 'CaseDecided', data: { decision: conflict.status, by: 'fin', at: 0 } },
  ];
};

export const corrected = ([trackId, durationMs]: readonly [string, number]): Placed => ({
  stream: `track-${trackId}`,
  type: 'TrackCorrected',
  data: { durationMs, at: 0 },
});

/** The events of the period without its plays. The ruleset is in force for the offering. */
export const factsOf = (
  {
    rules,
    deliveries,
    said,
    cases,
    tracks,
    lengths,
    revenue,
    rates,
    contentCost,
    fees,
    subscribers,
  }: OraclePeriod,
  offering: string,
  hash: string,
): readonly Placed[] => {
  const periodId = `${offering}.DE.2026-10`;
  const period = (type: string, data: object): Placed => ({ stream: `period-${periodId}`, type, data });
  const right = rules.sharing.model === 'usMechanical' ? 'mechanical' : 'recording';
  const [first, ...more] = revenue.map(({ amount, currency }, n) =>
    amount.startsWith('-')
      ? period('RefundRecorded', { reportId: `r${n}`, amount: amount.slice(1), currency, at: 0 })
      : period('RevenueRecorded', { reportId: `r${n}`, kind: 'other', amount, currency, at: 0 }),
  );
  return [
    {
      stream: `rulescope-${offering}.DE`,
      type: 'RulesetActivated',
      data: { offering, territory: 'DE', from: '2026-10', hash, at: 0 },
    },
    ...(first ? [first] : []),
    ...Object.entries(rates).map(([from, [numerator, denominator]]) =>
      period('ExchangeRateRecorded', { from, to: 'EUR', numerator, denominator, at: 0 }),
    ),
    ...more,
    period('ContentCostRecorded', { reportId: 'tcc', amount: contentCost, currency: 'EUR', at: 0 }),
    ...(Object.keys(fees).length === 0
      ? []
      : [
          period('ListenerFeesRecorded', {
            reportId: 'fees',
            currency: 'EUR',
            fees: Object.entries(fees).map(([listenerId, amount]) => ({ listenerId, amount })),
            at: 0,
          }),
        ]),
    period('SubscriberMonthsRecorded', {
      reportId: 'subs',
      lines: [{ plan: 'single', weightPpm: 1_000_000, days: 31, count: subscribers }],
      at: 0,
    }),
    ...Object.entries(tracks).map(([trackId, { artistId, noise }]): Placed => ({
      stream: `track-${trackId}`,
      type: 'TrackRegistered',
      data: { title: trackId, artistId, durationMs: null, kind: noise ? 'noise' : 'music', at: 0 },
    })),
    // The last one applies.
    ...Object.entries(lengths).flatMap(([trackId, durationMs]) => [
      corrected([trackId, 1]),
      corrected([trackId, durationMs]),
    ]),
    ...said.map((one, n): Placed => {
      const { trackId, territory, validFrom, shares, isResolution } = one;
      const parts = Object.entries(shares);
      const common = { right, territory, validFrom, at: 0 };
      const [claimant = '', sharePpm = 0] = parts[0] ?? [];
      return {
        stream: `rights-${trackId}`,
        type: isResolution ? 'DisputeResolved' : 'SharesClaimed',
        data: isResolution
          ? { ...common, shares: parts.map(([payee, sharePpm]) => ({ payee, sharePpm })) }
          : { ...common, claimId: `k${n}`, claimant, sharePpm },
      };
    }),
    // Claims to another right have no effect.
    ...Object.keys(tracks).map((trackId): Placed => ({
      stream: `rights-${trackId}`,
      type: 'SharesClaimed',
      data: {
        right: right === 'recording' ? 'mechanical' : 'recording',
        territory: '*',
        validFrom: 0,
        claimId: 'other',
        claimant: 'nobody',
        sharePpm: 1_000_000,
        at: 0,
      },
    })),
    ...deliveries.map((one, n): Placed => ({
      stream: `delivery-${offering}.${n}`,
      type: 'DeliveriesObserved',
      data: { deliveries: [one], at: 0 },
    })),
    ...cases.flatMap(({ caseId, subject, status }): Placed[] => {
      const opened = {
        rule: 'F9',
        rulesVersion: 'a'.repeat(64),
        periodId,
        subject,
        evidenceHash: 'b'.repeat(64),
        at: 0,
      };
      const decided = { decision: status, by: 'fin', at: 0 };
      const stream = `case-${caseId}`;
      return [
        { stream, type: 'CaseOpened', data: opened },
        ...(status === 'open' ? [] : [{ stream, type: 'CaseDecided', data: decided }]),
      ];
    }),
  ];
};

export const rulesetOf = (rules: OracleRules, name: string): Ruleset => ({
  ...PRO_RATA,
  name,
  counting: {
    ...PRO_RATA.counting,
    credit: rules.credit as Ruleset['counting']['credit'],
    concurrency: rules.concurrency,
    straightRunMax: rules.straightRunMax,
    delivery: rules.delivery,
  },
  integrity: {
    ...PRO_RATA.integrity,
    wallClock: rules.perDeviceMs === null ? null : { perDeviceMs: rules.perDeviceMs, perAccountMs: DAY_MS },
  },
  eligibility: rules.eligibility && { ...rules.eligibility, windowMonths: 12 },
  penalties: { flat: rules.flat, percentPpm: rules.percentPpm },
  sharing: sharingOf(rules.sharing),
});

const sharingOf = (sharing: OracleRules['sharing']): SharingRules => {
  switch (sharing.model) {
    case 'perPerformance':
      return { model: sharing.model, rates: [{ year: 2026, rate: sharing.rate }] };
    case 'usMechanical': {
      const { model, ...rates } = sharing;
      const weights = { familyWeightPpm: 1_750_000, studentWeightPpm: 500_000 };
      return { model, rates: [{ year: 2026, ...rates, ...weights, tccPerSubscriberCap: null }] };
    }
    case 'proRata':
    case 'userCentric':
    case 'artistCentric':
      return sharing;
  }
};
