import { eligibleStreams, type EligibilityPolicy } from '../rules/eligibility.js';
import type { TrackUsage } from './usage.js';

/**
 * R17 for one month: the tracks that enter its pool. Earlier months count by what their statements say, with the plays
 * that earned nothing then (`eligibilityStreams`); their listeners
 * are on no statement, so that a least number of listeners is asked of the month itself.
 *
 * @param earlier plays by track on the statements of the window's earlier months
 */
export const eligibleTracks = (
  { minStreams, minListeners }: EligibilityPolicy,
  tracks: readonly TrackUsage[],
  earlier: ReadonlyMap<string, number>,
): ReadonlySet<string> => {
  const policy = { minStreams, minListeners, windowMonths: 2 };
  const isEligible = ({ trackId, plays, listeners }: TrackUsage): boolean =>
    (eligibleStreams(policy, [{ streams: earlier.get(trackId) ?? 0 }, { streams: plays, listeners }])[1] ??
      0) > 0;
  return new Set(tracks.filter(isEligible).map(({ trackId }) => trackId));
};

/** What a line of an earlier month counts towards the window, whether it earned anything then or not. */
export const eligibilityStreams = ({
  plays,
  belowEligibility = 0,
}: {
  readonly plays: number;
  readonly belowEligibility?: number;
}): number => plays + belowEligibility;
