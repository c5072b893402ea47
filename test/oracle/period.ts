import { mechanicalPool } from './answer.js';
import { add, allocateExactly, byBytes, type Sums, table } from './exact.js';
import { creditOf, floorPpm, type OraclePolicy, type OracleSegment, overtimeTenthsOf } from './plays.js';
import { isContradictory, type OracleLateReport, mergedReports } from './reports.js';
import { splitsOf } from './sharing.js';

// A second, independent implementation of a whole period, from the recorded facts to the bookings: no code of src/,
// BigInt and fractions, plain loops over everything. It follows the rules and the decisions of docs/adr/0012 and 0017,
// not the program.

export type OraclePlay = {
  playId: string;
  listenerId: string;
  trackId: string;
  deviceId: string;
  /** Whether the play is of the period's offering and territory. */
  isOurs: boolean;
  active: boolean;
  startedAt: number;
  endedAt: number;
  receivedAt: number | null;
  durationMs: number | null;
  /** The segments of the live report. */
  segments: OracleSegment[];
  /** Late reports. */
  reports: OracleLateReport[];
  /** The case about contradicting reports, if there are any, and its decision. */
  conflict: { caseId: string; status: 'open' | 'confirm' | 'release' };
  /** The segments by device, once the reports are merged. */
  parts?: { deviceId: string; segments: OracleSegment[] }[];
};

/** Media [fromMs, toMs) delivered to a device. */
export type OracleDelivery = {
  listenerId: string;
  deviceId: string;
  trackId: string;
  fromMs: number;
  toMs: number;
  at: number;
};

export type OracleShares = {
  trackId: string;
  territory: string;
  validFrom: number;
  /** A claim sets the share of one party, a resolution those of all parties. */
  shares: Record<string, number>;
  isResolution: boolean;
};

export type OracleSharing =
  | { model: 'proRata'; distributablePpm: number }
  | { model: 'userCentric'; distributablePpm: number; idleFees: 'pro-rata' | 'suspense' }
  | {
      model: 'artistCentric';
      distributablePpm: number;
      proMinStreams: number;
      proMinListeners: number;
      userCap: number;
      proBoost: number;
      activeBoost: number;
      noiseWeight: number;
      noiseMinMs?: number;
    }
  | { model: 'perPerformance'; rate: string }
  | { model: 'usMechanical'; revenuePpm: number; tccPpm: number; floorPerSubscriber: string | null };

export type OracleRules = {
  credit: OraclePolicy;
  skewToleranceMs: number;
  maxLateMs: number;
  concurrency: { maxStreams: number; overlapToleranceMs: number } | null;
  perDeviceMs: number | null;
  straightRunMax: number | null;
  delivery: { windowMs: number; edgeToleranceMs: number } | null;
  /** Counts this month only: no earlier month has a statement. */
  eligibility: { minStreams: number; minListeners: number | null } | null;
  flat: { thresholdPpm: number; feePerTrack: string } | null;
  percentPpm: number | null;
  sharing: OracleSharing;
};

export type OraclePeriod = {
  start: number;
  end: number;
  territory: string;
  rules: OracleRules;
  plays: OraclePlay[];
  deliveries: OracleDelivery[];
  /** In the order in which they were recorded. */
  said: OracleShares[];
  cases: { caseId: string; subject: { kind: string; id: string }; status: 'open' | 'confirm' | 'release' }[];
  tracks: Record<string, { artistId: string; noise: boolean }>;
  /** Corrected lengths in ms by track, where they differ from those that plays were reported with. */
  lengths: Record<string, number>;
  /** The first entry sets the period's currency. A negative amount is a refund. */
  revenue: { amount: string; currency: string }[];
  /** Exchange rates to the period's currency. */
  rates: Record<string, [numerator: number, denominator: number]>;
  contentCost: string;
  /** In the period's currency. */
  fees: Record<string, string>;
  subscribers: number;
};

const DAY = 86_400_000;

type Judged = {
  play: OraclePlay;
  creditPpm: number;
  listenedMs: number;
  verdict: string;
  caseId?: string;
};

const byStart = (a: OraclePlay, b: OraclePlay): number =>
  a.startedAt - b.startedAt || byBytes(a.playId, b.playId);

const heardOf = (rules: OracleRules, play: OraclePlay) => {
  const heard = creditOf(rules.credit, play.segments, play.durationMs ?? 1e15);
  const { kind, fullAt } = rules.credit;
  const needsLength =
    kind === 'gradTiers' || kind === 'fractionOrMax' || (kind === 'gradLinear' && fullAt === 'duration');
  const unknown = needsLength && play.durationMs === null;
  return { ...heard, creditPpm: unknown ? 0 : heard.creditPpm, unknown };
};

/** R20: the media that was both heard and delivered, device by device. */
const limitedToDelivered = (period: OraclePeriod, play: OraclePlay): OracleSegment[] =>
  play.parts?.flatMap((part) => deliveredOn(period, { ...play, ...part })) ?? deliveredOn(period, play);

/** Joins delivered pieces that touch. */
const deliveredOn = ({ rules, deliveries }: OraclePeriod, play: OraclePlay): OracleSegment[] => {
  const { delivery, skewToleranceMs } = rules;
  if (!delivery || play.receivedAt === null) return play.segments;
  const sent = deliveries
    .filter(
      (one) =>
        one.listenerId === play.listenerId &&
        one.deviceId === play.deviceId &&
        one.trackId === play.trackId &&
        one.at >= play.startedAt - delivery.windowMs &&
        one.at <= play.endedAt + skewToleranceMs,
    )
    .map(({ fromMs, toMs }) => [fromMs - delivery.edgeToleranceMs, toMs + delivery.edgeToleranceMs] as const);
  const edges = [...new Set(sent.flat())].sort((a, b) => a - b);
  const pieces: [number, number][] = [];
  for (const [n, from] of edges.slice(0, -1).entries()) {
    const to = edges[n + 1] ?? from;
    if (!sent.some(([first, last]) => first <= from && to <= last)) continue;
    const before = pieces.at(-1);
    if (before?.[1] === from) before[1] = to;
    else pieces.push([from, to]);
  }
  const cut = play.segments.flatMap(({ from, to, wall = to - from }) =>
    pieces.flatMap(([first, last]): OracleSegment[] => {
      const [start, end] = [Math.max(from, first), Math.min(to, last)];
      if (end <= start) return [];
      return [
        { from: start, to: end, wall: Number((BigInt(wall) * BigInt(end - start)) / BigInt(to - from)) },
      ];
    }),
  );
  const length = (segments: OracleSegment[]) => segments.reduce((sum, { from, to }) => sum + to - from, 0);
  return length(cut) === length(play.segments) ? play.segments : cut;
};

/** R14, R20, R2, R3, R16 and F2 for one listener's plays in order, before runs and cases. */
const passing = (period: OraclePeriod, plays: readonly OraclePlay[]): Judged[] => {
  const { rules } = period;
  const judged: Judged[] = [];
  for (const play of plays) {
    const { startedAt, endedAt, receivedAt } = play;
    const claimed = heardOf(rules, play);
    const heard = heardOf(rules, { ...play, segments: limitedToDelivered(period, play) });
    const accepted = judged.filter(({ verdict }) => verdict === 'passed' || verdict === 'DAY_FULL');
    const onDay = judged.filter(
      (one) =>
        one.verdict === 'passed' &&
        one.play.deviceId === play.deviceId &&
        Math.floor(one.play.startedAt / DAY) === Math.floor(startedAt / DAY),
    );
    const going = accepted.filter(
      (one) => startedAt < one.play.endedAt - (rules.concurrency?.overlapToleranceMs ?? 0),
    );
    const used = onDay.reduce((sum, one) => sum + one.listenedMs, 0);
    let verdict = 'passed';
    if (endedAt < startedAt) verdict = 'NEGATIVE_DURATION';
    else if (receivedAt !== null && endedAt > receivedAt + rules.skewToleranceMs) verdict = 'FUTURE';
    else if (receivedAt !== null && startedAt < receivedAt - rules.maxLateMs) verdict = 'TOO_OLD';
    else if (claimed.wallMs > endedAt - startedAt + rules.skewToleranceMs) verdict = 'LONGER_THAN_WALL';
    else if (claimed.listenedMs <= 0) verdict = 'NOTHING_HEARD';
    else if (claimed.creditPpm > 0 && heard.creditPpm === 0) verdict = 'NO_DELIVERY_EVIDENCE';
    else if (heard.unknown) verdict = 'LENGTH_UNKNOWN';
    else if (heard.creditPpm === 0) verdict = 'BELOW_THRESHOLD';
    else if (rules.concurrency && going.length >= rules.concurrency.maxStreams) verdict = 'CONCURRENT';
    else if (rules.perDeviceMs !== null && used + heard.listenedMs > rules.perDeviceMs) verdict = 'DAY_FULL';
    judged.push({ play, creditPpm: heard.creditPpm, listenedMs: heard.listenedMs, verdict });
  }
  return judged;
};

const monthOf = (at: number): [start: number, end: number] => {
  const day = new Date(at);
  return [
    Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1),
    Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 1),
  ];
};

/** Judges each play with its own month and the two days before that; then finds runs in the whole history (R5). */
const judge = (period: OraclePeriod, listenerId: string): Judged[] => {
  const { rules } = period;
  const all = period.plays.filter((play) => play.listenerId === listenerId).sort(byStart);
  const judged: Judged[] = [];
  for (const start of new Set(all.map(({ startedAt }) => monthOf(startedAt)[0]))) {
    const [, end] = monthOf(start);
    const near = all.filter(({ startedAt }) => startedAt >= start - 2 * DAY && startedAt < end);
    judged.push(...passing(period, near).filter(({ play }) => play.startedAt >= start));
  }
  let [last, length] = ['', 0];
  for (const one of judged) {
    if (one.verdict !== 'passed') continue;
    length = one.play.trackId === last ? length + 1 : 1;
    last = one.play.trackId;
    if (rules.straightRunMax !== null && length > rules.straightRunMax) one.verdict = 'STRAIGHT_RUN';
  }
  return judged;
};

/** The case that applies: a confirmed conflict first, then a confirmed case before an open one, then the lower id. */
const caseOf = ({ cases }: OraclePeriod, play: OraclePlay) => {
  const devices = play.parts?.map(({ deviceId }) => deviceId) ?? [play.deviceId];
  const subjects: Record<string, string[]> = {
    play: [play.playId],
    device: devices,
    listener: [play.listenerId],
    track: [play.trackId],
  };
  const conflict = { ...play.conflict, isConflict: true };
  const isContradicted = isContradictory(play.reports) && conflict.status !== 'release';
  if (isContradicted && conflict.status === 'confirm') return conflict;
  const about = cases
    .filter(({ subject, status }) => status !== 'release' && subjects[subject.kind]?.includes(subject.id))
    .map(({ caseId, status }) => ({ caseId, status, isConflict: false }));
  return [...about, ...(isContradicted ? [conflict] : [])].sort(
    (a, b) => Number(b.status === 'confirm') - Number(a.status === 'confirm') || byBytes(a.caseId, b.caseId),
  )[0];
};

/** The shares of a track at an instant, by the claims and resolutions valid by then. */
const sharesAt = ({ said, territory }: OraclePeriod, trackId: string, at: number): Sums => {
  let [world, here]: [Record<string, number>, Record<string, number>] = [{}, {}];
  const begun = said
    .map((one, order) => ({ one, order }))
    .filter(
      ({ one }) =>
        one.trackId === trackId &&
        one.validFrom <= at &&
        (one.territory === '*' || one.territory === territory),
    )
    .sort((a, b) => a.one.validFrom - b.one.validFrom || a.order - b.order);
  for (const { one } of begun) {
    if (one.territory === '*') world = one.isResolution ? { ...one.shares } : { ...world, ...one.shares };
    else here = one.isResolution ? { ...one.shares } : { ...here, ...one.shares };
    if (one.territory !== '*' && one.isResolution) world = {};
  }
  const shares: Sums = table();
  for (const [party, ppm] of Object.entries({ ...world, ...here }))
    if (ppm !== 0) shares[party] = BigInt(ppm);
  return shares;
};

/** The instants of the month at which shares of the track change, preceded by the start of the month. */
const entriesOf = ({ said, start, end }: OraclePeriod, trackId: string): number[] => {
  const within = said
    .filter((one) => one.trackId === trackId && one.validFrom > start && one.validFrom < end)
    .map(({ validFrom }) => validFrom);
  return [start, ...[...new Set(within)].sort((a, b) => a - b)];
};

const entryOf = (entries: readonly number[], at: number): number =>
  entries.reduce((found, from, index) => (from <= at ? index : found), 0);

/** Sums amounts by id. */
const sumBy = <T>(all: readonly T[], id: (one: T) => string, amount: (one: T) => bigint): Sums => {
  const sums: Sums = table();
  for (const one of all) add(sums, id(one), amount(one));
  return sums;
};

const total = (sums: Sums): bigint => Object.values(sums).reduce((a, b) => a + b, 0n);

type Money = { pool: bigint; platform: bigint; tracks: Sums; suspense: Sums };

const currencyOf = ({ revenue }: OraclePeriod): string => revenue[0]?.currency ?? '';

/** Net revenue by currency. */
const netOf = ({ revenue }: OraclePeriod): Sums =>
  sumBy(
    revenue,
    ({ currency }) => currency,
    ({ amount }) => BigInt(amount),
  );

const exchanged = ({ rates }: OraclePeriod, currency: string, amount: bigint): bigint => {
  const [numerator, denominator] = rates[currency] ?? [1, 1];
  return (amount * BigInt(numerator)) / BigInt(denominator);
};

const revenueIn = (period: OraclePeriod): bigint =>
  Object.entries(netOf(period)).reduce(
    (sum, [currency, amount]) =>
      sum + (currency === currencyOf(period) ? amount : exchanged(period, currency, amount)),
    0n,
  );

/** R7. */
const cut = (period: OraclePeriod, ppm: number): { pool: bigint; platform: bigint } => {
  let [pool, platform] = [0n, 0n];
  for (const [currency, amount] of Object.entries(netOf(period))) {
    const part = floorPpm(amount, ppm);
    if (currency === currencyOf(period)) [pool, platform] = [pool + part, platform + amount - part];
    else pool += exchanged(period, currency, part);
  }
  return { pool, platform };
};

const shared = (money: { pool: bigint; platform: bigint }, weights: Sums): Money => {
  const { parts, unallocated } = allocateExactly(money.pool, weights);
  return { ...money, tracks: parts, suspense: unallocated === 0n ? {} : { NO_USAGE: unallocated } };
};

const shareOut = (period: OraclePeriod, earning: readonly Judged[], listeners: readonly string[]): Money => {
  const { sharing } = period.rules;
  const credits = sumBy(
    earning,
    ({ play }) => play.trackId,
    ({ creditPpm }) => BigInt(creditPpm),
  );
  switch (sharing.model) {
    case 'proRata':
      return shared(cut(period, sharing.distributablePpm), credits);
    case 'perPerformance': {
      const tracks = sumBy(
        earning,
        ({ play }) => play.trackId,
        () => BigInt(sharing.rate),
      );
      return { pool: total(tracks), platform: revenueIn(period) - total(tracks), tracks, suspense: {} };
    }
    case 'usMechanical': {
      const { payablePool } = mechanicalPool({
        revenue: String(revenueIn(period)),
        revenuePpm: String(sharing.revenuePpm),
        tcc: period.contentCost,
        tccPpm: String(sharing.tccPpm),
        tccPerSubCap: null,
        performanceRoyalties: '0',
        floorPerSub: sharing.floorPerSubscriber,
        subscriberMonths: String(period.subscribers),
      }) as unknown as { payablePool: bigint };
      const tenths = sumBy(
        earning,
        ({ play }) => play.trackId,
        ({ play, creditPpm }) => BigInt(creditPpm) * BigInt(overtimeTenthsOf(play.durationMs ?? 0)),
      );
      return shared({ pool: payablePool, platform: revenueIn(period) - payablePool }, tenths);
    }
    case 'artistCentric':
      return shared(cut(period, sharing.distributablePpm), artistWeights(period, sharing, earning));
    case 'userCentric':
      return byUser(period, sharing, earning, listeners, credits);
  }
};

const artistWeights = (
  { tracks }: OraclePeriod,
  sharing: Extract<OracleSharing, { model: 'artistCentric' }>,
  earning: readonly Judged[],
): Sums => {
  const isNoise = ({ trackId }: OraclePlay) => tracks[trackId]?.noise ?? false;
  const artistOf = ({ trackId }: OraclePlay) => tracks[trackId]?.artistId ?? trackId;
  const weights: Sums = table();
  const music = earning.map(({ play }) => play).filter((play) => !isNoise(play));
  const isProfessional = (artist: string) => {
    const heard = music.filter((play) => artistOf(play) === artist);
    return (
      heard.length >= sharing.proMinStreams &&
      new Set(heard.map(({ listenerId }) => listenerId)).size >= sharing.proMinListeners
    );
  };
  const rows = new Map<string, OraclePlay[]>();
  for (const { play } of earning) {
    const key = JSON.stringify([play.listenerId, play.trackId, play.active]);
    rows.set(key, [...(rows.get(key) ?? []), play]);
  }
  for (const row of rows.values()) {
    const [play] = row;
    if (!play) continue;
    const n = BigInt(music.filter(({ listenerId }) => listenerId === play.listenerId).length);
    let weight = BigInt(row.length) * 1_000_000n;
    if (isNoise(play)) {
      const paid = row.filter(({ durationMs }) => (durationMs ?? -1) >= (sharing.noiseMinMs ?? -1));
      weight = BigInt(paid.length) * 1_000_000n * BigInt(sharing.noiseWeight);
    } else {
      if (isProfessional(artistOf(play))) weight *= BigInt(sharing.proBoost);
      if (play.active) weight *= BigInt(sharing.activeBoost);
      if (n > BigInt(sharing.userCap)) weight = (weight * BigInt(sharing.userCap)) / n;
    }
    add(weights, play.trackId, weight);
  }
  return weights;
};

const byUser = (
  period: OraclePeriod,
  { distributablePpm, idleFees }: Extract<OracleSharing, { model: 'userCentric' }>,
  earning: readonly Judged[],
  listeners: readonly string[],
  credits: Sums,
): Money => {
  const revenue = revenueIn(period);
  const recorded: Sums = table();
  for (const [listener, fee] of Object.entries(period.fees)) recorded[listener] = BigInt(fee);
  let [fees, rest] = [recorded, revenue - total(recorded)];
  if (Object.keys(recorded).length === 0 || rest < 0n) {
    const weights: Sums = table();
    if (Object.keys(recorded).length > 0) Object.assign(weights, recorded);
    else for (const listener of listeners) weights[listener] = 1n;
    const { parts, unallocated } = allocateExactly(revenue, weights);
    [fees, rest] = [unallocated === 0n ? parts : table(), unallocated];
  }
  const tracks: Sums = table();
  let idle = floorPpm(rest, distributablePpm);
  let pool = idle;
  for (const [listener, fee] of Object.entries(fees)) {
    const part = floorPpm(fee, distributablePpm);
    pool += part;
    const own = sumBy(
      earning.filter(({ play }) => play.listenerId === listener),
      ({ play }) => play.trackId,
      ({ creditPpm }) => BigInt(creditPpm),
    );
    const { parts, unallocated } = allocateExactly(part, own);
    for (const [track, amount] of Object.entries(parts)) add(tracks, track, amount);
    idle += unallocated;
  }
  const money = { pool, platform: revenue - pool };
  if (idleFees === 'suspense') return { ...money, tracks, suspense: idle === 0n ? {} : { IDLE_FEES: idle } };
  const { parts, unallocated } = allocateExactly(idle, credits);
  for (const [track, amount] of Object.entries(parts)) add(tracks, track, amount);
  return { ...money, tracks, suspense: unallocated === 0n ? {} : { NO_USAGE: unallocated } };
};

/** R18 (ADR 17): the charges to each track's payees. */
const chargesOf = (period: OraclePeriod, pool: bigint, ours: readonly Judged[]): Record<string, Sums> => {
  const { flat, percentPpm, sharing } = period.rules;
  const charges: Record<string, Sums> = {};
  if (!flat && percentPpm === null) return charges;
  const earning = ours.filter(({ verdict }) => verdict === 'passed');
  const artificial = ours.filter(({ verdict }) => verdict === 'ARTIFICIAL');
  const credit = (all: readonly Judged[]) => all.reduce((sum, one) => sum + BigInt(one.creditPpm), 0n);
  for (const trackId of new Set(artificial.map(({ play }) => play.trackId))) {
    const mine = artificial.filter(({ play }) => play.trackId === trackId);
    const honest = earning.filter(({ play }) => play.trackId === trackId).length;
    let due = 0n;
    if (flat && mine.length * 1_000_000 > flat.thresholdPpm * (mine.length + honest))
      due += BigInt(flat.feePerTrack);
    if (percentPpm !== null) {
      const all = credit(earning) + credit(artificial);
      const value =
        sharing.model === 'perPerformance'
          ? BigInt(mine.length) * BigInt(sharing.rate)
          : pool > 0n
            ? (pool * credit(mine)) / all
            : 0n;
      due += floorPpm(value, percentPpm);
    }
    const entries = entriesOf(period, trackId);
    const weights: Sums = table();
    for (const { play, creditPpm } of mine)
      add(weights, String(1_000 + entryOf(entries, play.startedAt)), BigInt(creditPpm));
    const ofTrack: Sums = table();
    for (const [entry, part] of Object.entries(allocateExactly(due, weights).parts)) {
      const from = entries[Number(entry) - 1_000] ?? 0;
      for (const [party, amount] of Object.entries(splitsOf(part, sharesAt(period, trackId, from)).payable))
        add(ofTrack, `payee:${party}`, -amount);
    }
    if (Object.values(ofTrack).some((amount) => amount !== 0n)) charges[trackId] = ofTrack;
  }
  return charges;
};

/** R17: decides by the plays that would earn if every track were in the pool. */
const eligibleIn = (period: OraclePeriod, ours: readonly Judged[]): ((trackId: string) => boolean) => {
  const { eligibility } = period.rules;
  const honest = ours.filter(
    ({ verdict, play }) => verdict === 'passed' && caseOf(period, play)?.status !== 'confirm',
  );
  return (trackId) => {
    const mine = honest.filter(({ play }) => play.trackId === trackId);
    return (
      !eligibility ||
      (mine.length >= eligibility.minStreams &&
        new Set(mine.map(({ play }) => play.listenerId)).size >= (eligibility.minListeners ?? 0))
    );
  };
};

type OracleLine = {
  plays: number;
  creditPpm: number;
  amount: bigint;
  splits: Sums;
  belowEligibility: number;
};

/** Closes a period: every line with its accounts, and the count of plays by verdict. */
export const closePeriod = (recorded: OraclePeriod) => {
  const corrected = (play: OraclePlay) => ({
    ...play,
    durationMs: recorded.lengths[play.trackId] ?? play.durationMs,
  });
  const period = {
    ...recorded,
    plays: recorded.plays.map((play) => corrected(mergedReports(recorded.rules, play))),
  };
  const listeners = [...new Set(period.plays.map(({ listenerId }) => listenerId))].sort(byBytes);
  const ours = listeners
    .flatMap((listener) => judge(period, listener))
    .filter(({ play }) => play.isOurs && play.startedAt >= period.start && play.startedAt < period.end);
  const eligible = eligibleIn(period, ours);
  for (const one of ours) {
    if (one.verdict === 'passed' && !eligible(one.play.trackId)) one.verdict = 'BELOW_ELIGIBILITY';
    const found = one.verdict === 'passed' ? caseOf(period, one.play) : undefined;
    if (found?.status === 'confirm') one.verdict = found.isConflict ? 'CONFLICTING_REPORT' : 'ARTIFICIAL';
    else if (found) one.caseId = found.caseId;
  }
  const earning = ours.filter(({ verdict }) => verdict === 'passed');
  const ofMonth = listeners.filter((listener) => ours.some(({ play }) => play.listenerId === listener));
  const money = shareOut(period, earning, ofMonth);

  const charges = chargesOf(period, money.pool, ours);
  const charged = -Object.values(charges).reduce((sum, ofTrack) => sum + total(ofTrack), 0n);
  const earned: Sums = table();
  for (const [track, amount] of Object.entries(money.tracks)) earned[track] = amount > 0n ? amount : 0n;
  const back = allocateExactly(charged, earned);
  const suspense: Sums = { ...money.suspense };
  if (back.unallocated !== 0n) add(suspense, 'PENALTIES', back.unallocated);

  // Reported because later months count them. Plays confirmed as artificial never count.
  const below = ours.filter(
    ({ verdict, play }) => verdict === 'BELOW_ELIGIBILITY' && caseOf(period, play)?.status !== 'confirm',
  );
  const lines: Record<string, OracleLine> = {};
  for (const trackId of new Set([
    ...[...earning, ...below].map(({ play }) => play.trackId),
    ...Object.keys(charges),
  ])) {
    const mine = earning.filter(({ play }) => play.trackId === trackId);
    const amount = (money.tracks[trackId] ?? 0n) + (back.parts[trackId] ?? 0n);
    const entries = entriesOf(period, trackId);
    const weights: Sums = table();
    for (const { play, creditPpm, caseId } of mine)
      add(
        weights,
        caseId === undefined ? `free ${1_000 + entryOf(entries, play.startedAt)}` : `case ${caseId}`,
        BigInt(creditPpm),
      );
    const splits: Sums = table();
    for (const [id, part] of Object.entries(allocateExactly(amount, weights).parts)) {
      if (id.startsWith('case ')) add(splits, `held:${id.slice(5)}`, part);
      else {
        const from = entries[Number(id.slice(5)) - 1_000] ?? 0;
        const { payable, disputed, unmatched } = splitsOf(part, sharesAt(period, trackId, from));
        for (const [party, share] of Object.entries(payable)) add(splits, `payee:${party}`, share);
        add(splits, `disputed:${trackId}`, disputed);
        add(splits, `unmatched:${trackId}`, unmatched);
      }
    }
    for (const [account, charge] of Object.entries(charges[trackId] ?? {})) add(splits, account, charge);
    for (const [account, part] of Object.entries(splits)) if (part === 0n) delete splits[account];
    lines[trackId] = {
      plays: mine.length,
      creditPpm: mine.reduce((sum, one) => sum + one.creditPpm, 0),
      amount: total(splits),
      splits,
      belowEligibility: below.filter(({ play }) => play.trackId === trackId).length,
    };
  }
  const rejected: Record<string, number> = {};
  for (const { verdict } of ours) if (verdict !== 'passed') rejected[verdict] = (rejected[verdict] ?? 0) + 1;
  return {
    pool: money.pool,
    platform: money.platform,
    suspense: total(suspense),
    counted: earning.filter(({ caseId }) => caseId === undefined).length,
    held: earning.filter(({ caseId }) => caseId !== undefined).length,
    rejected,
    lines,
  };
};
