import { eligibleStreams, type EligibilityPolicy } from '../rules/eligibility.js';
import type { TrackUsage } from './usage.js';

/**
 * R17 for one month: the tracks that enter its pool. Earlier months of the window count with the plays on their
 * statements. Statements do not include listeners, so the minimum number of listeners applies to the month alone.
 *
 * @param earlier `eligibilityStreams` by track, summed over the statements of the window's earlier months
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

/** Plays of a line of an earlier month that count towards the window, including those rejected by R17 then. */
export const eligibilityStreams = ({
  plays,
  belowEligibility = 0,
}: {
  readonly plays: number;
  readonly belowEligibility?: number;
}): number => plays + belowEligibility;
