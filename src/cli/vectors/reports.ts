import { type PlayReport, mergedWithReports } from '../../domain/royalty/counting/merged-reports.js';
import type { PeriodPlay } from '../../domain/royalty/counting/usage-rules.js';
import { canonicalJson, utf8 } from '../../domain/shared/exact/canonical-json.js';
import { hex } from '../../domain/shared/exact/sha256.js';
import { contradicts, isRepeat } from '../../domain/shared/listening/numbered-reports.js';
import type { Segment } from '../../domain/shared/listening/segments.js';
import { finishedPlay, rulesetWith } from './month.js';
import { sha256 } from './sha256.js';

type Report = { readonly playbackId: string; readonly deviceId: string; readonly seq: number };

type ReportsByPlay = ReadonlyMap<string, readonly PlayReport[]>;

/** The case that holds a play with contradicting reports; vectors name it after the rule. */
export const CONFLICT = 'CONFLICTING_REPORT';

/** The reports of a vector as a log would hold them: without repeats, and with the case that a contradiction opens (R15). */
export const reportsOf = <R extends Report>(
  reports: readonly R[],
  segmentOf: (report: R) => Segment,
): { readonly distinctReports: number; readonly plays: ReportsByPlay } => {
  const plays = new Map<string, PlayReport[]>();
  for (const report of reports) {
    const { playbackId, deviceId, seq: deviceSeq } = report;
    const contentHash = hex(sha256(utf8(canonicalJson(report))));
    const one = { deviceId, deviceSeq, segments: [segmentOf(report)], contentHash };
    const known = plays.get(playbackId) ?? [];
    plays.set(playbackId, known);
    if (known.some((other) => isRepeat(one, other))) continue;
    const isContradicted = known.some((other) => contradicts(one, other));
    known.push({ ...one, endedAt: 0, receivedAt: 0, muted: false, caseId: isContradicted ? CONFLICT : null });
  }
  return { distinctReports: [...plays.values()].reduce((sum, { length }) => sum + length, 0), plays };
};

const { time } = rulesetWith().counting;

/** Plays without live reports, with their numbered reports merged as a settlement merges them. */
export const mergedPlays = (
  plays: ReportsByPlay,
  factsOf: (playId: string) => Partial<PeriodPlay>,
): readonly PeriodPlay[] =>
  Array.from(plays, ([playId, reports]) => {
    const unheard = finishedPlay({ playId, playedMs: 0, uniqueMs: 0, wallMs: 0, ...factsOf(playId) });
    return mergedWithReports(time, unheard, [], reports);
  });
