import { Fraction } from 'fraction.js';
import { createHash } from 'node:crypto';
import { byBytes, floorOf, fractionOf, table } from './exact.js';

export type OracleSegment = { from: number; to: number; wall?: number };

export type OraclePolicy = {
  kind: string;
  measure: string;
  thresholdMs?: number;
  fullAt?: number | 'duration';
  minMs?: number;
  tiers?: { fromPpm: number; creditPpm: number }[];
  num?: number;
  den?: number;
  maxMs?: number;
  minDurationMsExclusive?: number;
};

const clipped = ({ from, to }: OracleSegment, duration: number): [number, number] => {
  const inside = (position: number): number => (position < 0 ? 0 : position > duration ? duration : position);
  return to <= from ? [inside(from), inside(from)] : [inside(from), inside(to)];
};

/** Unique time: cuts the track at every edge and adds up the pieces that some segment covers. */
const uniqueOf = (segments: readonly OracleSegment[], duration: number): number => {
  const ranges = segments.map((segment) => clipped(segment, duration));
  const edges = [...new Set(ranges.flat())].sort((a, b) => a - b);
  let unique = 0;
  for (let i = 0; i + 1 < edges.length; i++) {
    const [left = 0, right = 0] = [edges[i], edges[i + 1]];
    if (ranges.some(([from, to]) => from <= left && to >= right)) unique += right - left;
  }
  return unique;
};

export const creditOf = (policy: OraclePolicy, segments: readonly OracleSegment[], duration: number) => {
  let playedMs = 0;
  let wallMs = 0;
  for (const segment of segments) {
    const [from, to] = clipped(segment, duration);
    playedMs += to - from;
    wallMs += segment.wall ?? to - from;
  }
  const uniqueMs = uniqueOf(segments, duration);
  const listenedMs = Math.min(policy.measure === 'unique' ? uniqueMs : playedMs, wallMs);
  return { playedMs, uniqueMs, wallMs, listenedMs, creditPpm: creditFor(policy, listenedMs, duration) };
};

const creditFor = (policy: OraclePolicy, listened: number, duration: number): number => {
  if (listened === 0) return 0;
  const part = duration === 0 ? new Fraction(0) : new Fraction(BigInt(listened), BigInt(duration));
  if (policy.kind === 'threshold')
    return listened < Math.min(policy.thresholdMs ?? 0, duration) ? 0 : 1_000_000;
  if (policy.kind === 'gradLinear') {
    const full = policy.fullAt === 'duration' ? duration : Math.min(policy.fullAt ?? 0, duration);
    if (full === 0 || listened < Math.min(policy.minMs ?? 0, duration)) return 0;
    const heard = new Fraction(BigInt(listened), BigInt(full));
    return Number(floorOf((heard.compare(1) > 0 ? new Fraction(1) : heard).mul(1_000_000)));
  }
  if (policy.kind === 'gradTiers') {
    const reached = (policy.tiers ?? []).filter(({ fromPpm }) => part.mul(1_000_000).compare(fromPpm) >= 0);
    reached.sort((a, b) => b.fromPpm - a.fromPpm);
    return reached[0]?.creditPpm ?? 0;
  }
  const isLongEnough = duration > (policy.minDurationMsExclusive ?? 0);
  const isHeard =
    part.compare(new Fraction(policy.num ?? 0, policy.den ?? 1)) >= 0 || listened >= (policy.maxMs ?? 0);
  return isLongEnough && isHeard ? 1_000_000 : 0;
};

export type OracleReport = OracleSegment & { playbackId: string; deviceId: string; seq: number };

/** JSON with sorted keys, for reports with ASCII names only. */
export const sortedJson = (value: unknown): string =>
  JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );

/** R15: among several reports of one key takes the shorter one, then the lower hash. */
export const mergedBy = (reports: readonly OracleReport[], durationOf: (report: OracleReport) => number) => {
  const texts = [...new Set(reports.map(sortedJson))];
  const distinct = texts.map((text) => ({
    text,
    report: JSON.parse(text) as OracleReport,
    hash: createHash('sha256').update(text).digest('hex'),
  }));
  const keyOf = ({ playbackId, deviceId, seq }: OracleReport): string =>
    JSON.stringify([playbackId, deviceId, seq]);
  const plays = table<{ segments: OracleSegment[]; isHeld: boolean }>();
  for (const key of new Set(distinct.map(({ report }) => keyOf(report)))) {
    const claims = distinct.filter(({ report }) => keyOf(report) === key);
    const lengthOf = (report: OracleReport): number => {
      const [from, to] = clipped(report, durationOf(report));
      return to - from;
    };
    claims.sort((a, b) => lengthOf(a.report) - lengthOf(b.report) || byBytes(a.hash, b.hash));
    const [standing] = claims;
    if (!standing) continue;
    const play = (plays[standing.report.playbackId] ??= { segments: [], isHeld: false });
    play.segments.push(standing.report);
    play.isHeld ||= claims.length > 1;
  }
  return { distinctReports: distinct.length, plays };
};

export const overtimeTenthsOf = (durationMs: number): number => {
  let tenths = 10;
  for (let from = 300_000; from < durationMs; from += 60_000) tenths += 2;
  return tenths;
};

export const floorPpm = (amount: bigint, ppm: number): bigint =>
  floorOf(fractionOf(amount).mul(new Fraction(ppm, 1_000_000)));
