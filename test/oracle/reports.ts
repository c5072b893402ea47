import { byBytes } from './exact.js';
import type { OraclePlay, OracleRules } from './period.js';
import type { OracleSegment } from './plays.js';

// A second, independent implementation of R15: late reports of plays, by the decisions of docs/adr/0024.

export type OracleLateReport = {
  deviceId: string;
  seq: number;
  segments: OracleSegment[];
  endedAt: number;
  receivedAt: number;
  /** The hash of the content. */
  hash: string;
};

type Part = Pick<OracleLateReport, 'deviceId' | 'segments' | 'endedAt' | 'receivedAt'>;

/** The reported listening time in ms of media, repeats included. */
const lengthOf = ({ segments }: Pick<Part, 'segments'>, durationMs: number | null): number => {
  const end = durationMs ?? 1e15;
  let length = 0;
  for (const { from, to } of segments) length += Math.max(0, Math.min(to, end) - Math.min(from, end));
  return length;
};

const wallOf = (segments: readonly OracleSegment[]): number =>
  segments.reduce((sum, { from, to, wall = to - from }) => sum + wall, 0);

const isImpossible = (rules: OracleRules, start: number, { segments, endedAt, receivedAt }: Part): boolean =>
  endedAt < start ||
  endedAt > receivedAt + rules.skewToleranceMs ||
  start < receivedAt - rules.maxLateMs ||
  wallOf(segments) > endedAt - start + rules.skewToleranceMs;

/** Whether reports with the same number differ. */
export const isContradictory = (reports: readonly OracleLateReport[]): boolean =>
  reports.some((one) =>
    reports.some(
      (other) => one.deviceId === other.deviceId && one.seq === other.seq && one.hash !== other.hash,
    ),
  );

/** The play with its live and late reports merged. */
export const mergedReports = (rules: OracleRules, play: OraclePlay): OraclePlay => {
  const { reports, durationMs } = play;
  if (reports.length === 0) return play;
  const numbers = new Set(reports.map(({ deviceId, seq }) => JSON.stringify([deviceId, seq])));
  const counting: OracleLateReport[] = [];
  for (const number of numbers) {
    const claims = reports.filter(({ deviceId, seq }) => JSON.stringify([deviceId, seq]) === number);
    claims.sort((a, b) => lengthOf(a, durationMs) - lengthOf(b, durationMs) || byBytes(a.hash, b.hash));
    if (claims[0]) counting.push(claims[0]);
  }
  counting.sort((a, b) => byBytes(a.deviceId, b.deviceId));
  const live: Part[] =
    (lengthOf(play, durationMs) === 0 && wallOf(play.segments) === 0) || play.receivedAt === null
      ? []
      : [{ ...play, segments: play.segments, receivedAt: play.receivedAt }];
  const all: Part[] = [...live, ...counting];
  const possible = all.filter((part) => !isImpossible(rules, play.startedAt, part));
  const heard = possible.length === 0 ? all : possible;
  return {
    ...play,
    deviceId: heard[0]?.deviceId ?? '',
    segments: heard.flatMap(({ segments }) => segments),
    parts: heard.map(({ deviceId, segments }) => ({ deviceId, segments })),
    endedAt: Math.max(...heard.map(({ endedAt }) => endedAt)),
    receivedAt: Math.max(...heard.map(({ receivedAt }) => receivedAt)),
  };
};
