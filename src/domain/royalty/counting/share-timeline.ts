import { compareBytes } from '../../shared/exact/byte-order.js';
import type { Window } from './window.js';

/**
 * Shares of one right in a track from an instant: ppm by party, in order of party. They may exceed 10^6 in sum (R11).
 */
export type SharesFrom = { readonly from: number; readonly shares: ReadonlyMap<string, bigint> };

/** The shares valid in a month, in order of time. The first entry starts with the month or earlier. */
export type ShareTimeline = readonly [SharesFrom, ...SharesFrom[]];

/** No claims: all money is unmatched. */
export const UNCLAIMED: ShareTimeline = [{ from: 0, shares: new Map() }];

/**
 * The timeline of a month.
 *
 * @param instants at which shares may change, in any order
 * @param sharesAt ppm by party at an instant
 */
export const shareTimeline = (
  instants: Iterable<number>,
  sharesAt: (at: number) => ReadonlyMap<string, number>,
  { start, end }: Window,
): ShareTimeline => {
  const within = [...new Set(instants)].filter((at) => at > start && at < end).sort((a, b) => a - b);
  return [entry(0, sharesAt(start)), ...within.map((from) => entry(from, sharesAt(from)))];
};

/** Interns timelines: hundreds of thousands of tracks have only some thousands of different ones. */
export const equalTimelines = (): ((timeline: ShareTimeline) => ShareTimeline) => {
  const kept = new Map<string, ShareTimeline>();
  return (timeline) => {
    const text = timeline.map(({ from, shares }) => `${from} ${[...shares].join(' ')}`).join('|');
    const known = kept.get(text) ?? timeline;
    kept.set(text, known);
    return known;
  };
};

/** Index of the entry that is valid at an instant. */
export const entryAt = (timeline: ShareTimeline, at: number): number => {
  let index = timeline.length - 1;
  while (index > 0 && (timeline[index]?.from ?? 0) > at) index--;
  return index;
};

const entry = (from: number, shares: ReadonlyMap<string, number>): SharesFrom => ({
  from,
  shares: new Map(
    Array.from(shares, ([party, ppm]): [string, bigint] => [party, BigInt(ppm)]).sort(([a], [b]) =>
      compareBytes(a, b),
    ),
  ),
});
