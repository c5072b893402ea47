import type { PlayReported } from '../../../domain/playback/events.js';
import type { PlayReport } from '../../../domain/royalty/counting/merged-reports.js';

type LoggedReport = { readonly position: bigint; readonly report: PlayReport };

/** Numbered reports by play, added in order of the log (R15). */
export class ReplayedReports {
  private readonly byPlay = new Map<string, LoggedReport[]>();
  private readonly extended = new Set<string>();

  add(playId: string, position: bigint, { before, ...data }: PlayReported['data']): void {
    const { reportedBy, deviceSeq, segments, contentHash, at, receivedAt, muted, caseId } = data;
    const numbered = { deviceId: reportedBy, deviceSeq, segments, contentHash };
    const report = { ...numbered, endedAt: at, receivedAt, muted, caseId };
    const ofPlay = this.byPlay.get(playId);
    if (ofPlay) {
      ofPlay.push({ position, report });
      return;
    }
    this.byPlay.set(playId, [{ position, report }]);
    // What precedes the first numbered report is the live report.
    if (before.playedMs > 0 || before.wallMs > 0) this.extended.add(playId);
  }

  /** Whether one of these plays also has a live report, whose segments are needed. */
  get extendsAny(): boolean {
    return this.extended.size > 0;
  }

  extends(playId: string): boolean {
    return this.extended.has(playId);
  }

  /** Reports by play up to a position. */
  upTo(fence: bigint): ReadonlyMap<string, readonly PlayReport[]> {
    const reports = new Map<string, readonly PlayReport[]>();
    for (const [playId, logged] of this.byPlay) {
      const reached = logged.flatMap(({ position, report }) => (position <= fence ? [report] : []));
      if (reached.length > 0) reports.set(playId, reached);
    }
    return reports;
  }
}
