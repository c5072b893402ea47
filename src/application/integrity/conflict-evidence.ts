import { contradicts } from '../../domain/shared/listening/numbered-reports.js';
import { canonicalJson } from '../../domain/shared/exact/canonical-json.js';
import type { SettlementLog } from '../royalty/settlement/settlement-log.js';

/**
 * The evidence for the case about a play with contradicting reports (R15), as of a log position: all reports under the
 * numbers that were used more than once, in canonical JSON.
 */
export const conflictEvidence = async (
  log: SettlementLog,
  { periodId, fence, playId }: { readonly periodId: string; readonly fence: string; readonly playId: string },
): Promise<string> => {
  const reports = await log.reports(playId, BigInt(fence));
  const contradicting = reports.filter((one) => reports.some((other) => contradicts(one, other)));
  return canonicalJson({
    periodId,
    fence,
    rule: 'CONFLICTING_REPORT',
    subject: { kind: 'play', id: playId },
    evidence: contradicting.map(({ deviceId, deviceSeq, contentHash, segments, endedAt, muted }) => ({
      deviceId,
      deviceSeq,
      contentHash,
      endedAt,
      muted,
      segments: segments.map((segment) => ({ ...segment })),
    })),
  });
};
