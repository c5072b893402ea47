import { compareBytes } from '../../shared/exact/byte-order.js';
import type { Window } from './window.js';

/** Shares of one right in one track from an instant on: by party, ppm. Which of them are paid is R11's question. */
export type SharesFrom = { readonly from: number; readonly shares: ReadonlyMap<string, bigint> };

/** The shares that were valid in a month, in order of time; the first entry begins with the month or before it. */
export type ShareTimeline = readonly [SharesFrom, ...SharesFrom[]];

/** Nobody has claimed anything: the whole is unmatched. */
export const UNCLAIMED: ShareTimeline = [{ from: 0, shares: new Map() }];

/**
 * @param instants from which something was said to be valid, in any order
 * @param sharesAt by party, ppm, at an instant
 */
export const shareTimeline = (
  instants: Iterable<number>,
  sharesAt: (at: number) => ReadonlyMap<string, number>,
  { start, end }: Window,
): ShareTimeline => {
  const within = [...new Set(instants)].filter((at) => at > start && at < end).sort((a, b) => a - b);
  return [entry(0, sharesAt(start)), ...within.map((from) => entry(from, sharesAt(from)))];
};

/** Most tracks have the same shares as others: hundreds of thousands of timelines are some thousands, each kept once. */
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
