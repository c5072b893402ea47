import { canonicalJson, utf8 } from '../../domain/shared/exact/canonical-json.js';
import {
  isConflicting,
  type NumberedReport,
  standingReports,
} from '../../domain/shared/listening/numbered-reports.js';
import type { Segment } from '../../domain/shared/listening/segments.js';
import { hex } from '../../domain/shared/exact/sha256.js';
import { sha256 } from './sha256.js';

type Said = { readonly playbackId: string; readonly deviceId: string; readonly seq: number };

/** All that was reported of one play, as R15 leaves it. */
export type MergedPlay = {
  readonly segments: readonly Segment[];
  readonly conflict: 'CONFLICTING_REPORT' | null;
};

export type MergedReports = {
  /** Reports that differ in key or in content; repeated deliveries are none. */
  readonly distinctReports: number;
  readonly plays: ReadonlyMap<string, MergedPlay>;
};

/** R15 over the reports of many plays, each of one stretch that is clipped to its track. */
export const mergedReports = <Report extends Said>(
  reports: readonly Report[],
  segmentOf: (report: Report) => Segment,
): MergedReports => {
  const distinct = new Set<string>();
  const plays = new Map<string, MergedPlay>();
  for (const [playbackId, ofPlay] of Map.groupBy(reports, (report) => report.playbackId)) {
    const numbered = ofPlay.map((report): NumberedReport => {
      const content = canonicalJson(report);
      distinct.add(content);
      const { deviceId, seq: deviceSeq } = report;
      return { deviceId, deviceSeq, segments: [segmentOf(report)], contentHash: hex(sha256(utf8(content))) };
    });
    plays.set(playbackId, {
      segments: standingReports(numbered, null).flatMap(({ segments }) => segments),
      conflict: isConflicting(numbered) ? 'CONFLICTING_REPORT' : null,
    });
  }
  return { distinctReports: distinct.size, plays };
};
