import { canonicalJson, type Json, utf8 } from '../shared/canonical-json.js';
import { compareBytes } from '../shared/byte-order.js';
import type { Segment } from '../shared/segments.js';
import { hex, type Sha256 } from '../shared/sha256.js';

/** One delivery of a stretch of a play. The three ids are its key: a device numbers its reports (R15). */
export type SegmentReport = {
  readonly playbackId: string;
  readonly deviceId: string;
  readonly deviceSeq: number;
  readonly segment: Segment;
  /** Everything that was said under the key; two reports are the same when this is. */
  readonly content: Json;
};

/** All that was reported of one play. */
export type MergedPlay = {
  readonly segments: readonly Segment[];
  /** Set while two reports of one key say different things: the play is held, and the shorter ones stand provisionally. */
  readonly conflict: 'CONFLICTING_REPORT' | null;
};

export type MergedReports = {
  /** Reports that differ in key or in content; repeated deliveries are none. */
  readonly distinctReports: number;
  readonly plays: ReadonlyMap<string, MergedPlay>;
};

/**
 * R15: reports in any order, delivered any number of times, online or offline: one play for each playback id, from
 * the union of its segments. Neither order nor repetition shows in the result.
 */
export const mergeReports = (sha256: Sha256, reports: Iterable<SegmentReport>): MergedReports => {
  const byKey = new Map<string, Map<string, SegmentReport>>();
  let distinctReports = 0;
  for (const report of reports) {
    const key = canonicalJson([report.playbackId, report.deviceId, report.deviceSeq]);
    const said = byKey.get(key) ?? new Map<string, SegmentReport>();
    const content = canonicalJson(report.content);
    if (!said.has(content)) distinctReports++;
    byKey.set(key, said.set(content, report));
  }

  const plays = new Map<string, { segments: Segment[]; conflict: MergedPlay['conflict'] }>();
  for (const said of byKey.values()) {
    const { playbackId, segment } = standing(sha256, said);
    const play = plays.get(playbackId) ?? { segments: [], conflict: null };
    play.segments.push(segment);
    if (said.size > 1) play.conflict = 'CONFLICTING_REPORT';
    plays.set(playbackId, play);
  }
  return { distinctReports, plays };
};

/** The report that counts until a conflict is decided: the shorter segment, ties by the hash of the content. */
const standing = (sha256: Sha256, said: ReadonlyMap<string, SegmentReport>): SegmentReport => {
  const claims = Array.from(said, ([content, report]) => ({
    report,
    lengthMs: report.segment.toMs - report.segment.fromMs,
    // One claim needs no tie-break, and nearly all keys have one.
    hash: said.size === 1 ? '' : hex(sha256(utf8(content))),
  }));
  claims.sort((a, b) => a.lengthMs - b.lengthMs || compareBytes(a.hash, b.hash));
  const [first] = claims;
  if (!first) throw new RangeError('A key has at least one report.');
  return first.report;
};
