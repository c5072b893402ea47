import type { PlayReported } from '../../../domain/playback/events.js';
import type { PlayReport } from '../../../domain/royalty/counting/merged-reports.js';

type Told = { readonly position: bigint; readonly report: PlayReport };

/** What devices told later of plays, as it comes from the log (R15). */
export class ReplayedReports {
  private readonly told = new Map<string, Told[]>();
  private readonly extended = new Set<string>();

  add(playId: string, position: bigint, { before, ...data }: PlayReported['data']): void {
    const { reportedBy, deviceSeq, segments, contentHash, at, receivedAt, muted, caseId } = data;
    const said = { deviceId: reportedBy, deviceSeq, segments, contentHash };
    const report = { ...said, endedAt: at, receivedAt, muted, caseId };
    const ofPlay = this.told.get(playId);
    if (ofPlay) {
      ofPlay.push({ position, report });
      return;
    }
    this.told.set(playId, [{ position, report }]);
    // Before the first report only what was live is known.
    if (before.playedMs > 0 || before.wallMs > 0) this.extended.add(playId);
  }

  /** Whether anything was live of some of these plays: what that was is to be asked for. */
  get extendsAny(): boolean {
    return this.extended.size > 0;
  }

  extends(playId: string): boolean {
    return this.extended.has(playId);
  }

  /** By play, as of a position. */
  upTo(fence: bigint): ReadonlyMap<string, readonly PlayReport[]> {
    const reports = new Map<string, readonly PlayReport[]>();
    for (const [playId, told] of this.told) {
      const known = told.flatMap(({ position, report }) => (position <= fence ? [report] : []));
      if (known.length > 0) reports.set(playId, known);
    }
    return reports;
  }
}
