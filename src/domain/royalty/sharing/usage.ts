import type { ArtistReach } from '../rules/artist-centric.js';
import { compareBytes } from '../../shared/exact/byte-order.js';
import type { Sha256 } from '../../shared/exact/sha256.js';
import { rootsOf } from '../counting/play-roots.js';
import { type ShareTimeline, UNCLAIMED } from '../counting/share-timeline.js';
import { type Artificial, SUM, SUMS, type TrackColumns, NO_RECORDING } from './track-sums.js';
import { openPart, type PartFold, type RangeFold, type UsagePart } from './usage-part.js';
import type { UsageRules } from '../counting/usage-rules.js';
import type { UserCredits } from './user-credits.js';
import type { RejectionCode } from '../counting/rule-order.js';

/** Usage of one track in a month. Sums of ppm are safe integers below 9 × 10^9 plays. */
export type TrackUsage = {
  readonly trackId: string;
  /** Counted and held plays. */
  readonly plays: number;
  readonly listeners: number;
  readonly creditPpm: number;
  /** Shares in the track over the month. */
  readonly timeline: ShareTimeline;
  /** Credits that no case holds, by entry of the timeline (edge case 39). */
  readonly free: readonly number[];
  /** Held credits by case. */
  readonly held: ReadonlyMap<string, number>;
  /** Weight in a pool that counts overtime (R4): credit × tenths of a play. */
  readonly overtimePpm: number;
  /** Filled for the artist-centric model only; else empty, and `isNoise` false. */
  readonly artistId: string;
  readonly isNoise: boolean;
  /** Weight in an artist-centric pool (R9), for a professional artist and for any other. */
  readonly weights: { readonly professional: number; readonly other: number };
  /** Plays found artificial, and their credits by entry of the timeline; absent where R18 has no penalty for them. */
  readonly artificial?: { readonly plays: number; readonly credits: readonly number[] };
  /** Plays rejected by R17 only. They count towards the windows of later months. */
  readonly belowEligibility: number;
};

/** Credits of listeners, with the track ids by number. */
export type NamedCredits = UserCredits & { readonly trackIds: readonly string[] };

/** The usage of a month: all data that the sharing models need. */
export type Usage = {
  readonly counted: number;
  readonly held: number;
  /** Number of rejected plays by reason; only reasons that occurred. */
  readonly rejected: Readonly<Partial<Record<RejectionCode, number>>>;
  /** In order of id, by bytes. */
  readonly tracks: readonly TrackUsage[];
  /** Credits by range of listeners, in order of listener id. Filled for the user-centric model only. */
  readonly users: readonly NamedCredits[];
  /** Filled for the artist-centric model only. */
  readonly reach: ReadonlyMap<string, ArtistReach>;
  /** Length in ms by track, where a correction replaced a reported length (edge case 49). */
  readonly corrected: ReadonlyMap<string, number>;
  readonly countedRoot: string;
  readonly rejectedRoot: string;
};

/** Folds all listeners of a month in one range, in order of id. */
export type UsageFold = Pick<PartFold, 'find'> & Pick<RangeFold, 'add'> & { readonly usage: () => Usage };

export const openUsage = (rules: UsageRules): UsageFold => {
  const fold = openPart(rules);
  const { add, placeAt } = fold.open(0);
  placeAt({ counted: 0, rejected: 0 });
  return { find: fold.find, add, usage: () => usageOf([fold.part()], rules.sha256) };
};

/** Combines the parts of a month. The result does not depend on which part folded which range (I3). */
export const usageOf = (parts: readonly UsagePart[], sha256: Sha256): Usage => {
  const ranges = parts
    .flatMap(({ ranges, tracks: { ids } }) => ranges.map((one) => ({ ...one, trackIds: ids })))
    .sort((a, b) => a.number - b.number);
  const rejected = new Map<RejectionCode, number>();
  for (const part of parts) addAll(rejected, part.rejected);
  return {
    counted: parts.reduce((sum, part) => sum + part.counted, 0),
    held: parts.reduce((sum, part) => sum + part.held, 0),
    rejected: Object.fromEntries([...rejected].sort(([a], [b]) => compareBytes(a, b))),
    tracks: tracksOf(parts.map(({ tracks }) => tracks)),
    users: ranges.map(({ users, trackIds }) => ({ ...users, trackIds })),
    reach: reachOf(parts),
    corrected: new Map(parts.flatMap(({ corrected }) => [...corrected])),
    ...rootsOf(
      sha256,
      ranges.map(({ trees }) => trees),
    ),
  };
};

const addAll = <Key>(sums: Map<Key, number>, more: ReadonlyMap<Key, number>): void => {
  for (const [key, amount] of more) sums.set(key, (sums.get(key) ?? 0) + amount);
};

const reachOf = (parts: readonly UsagePart[]): ReadonlyMap<string, ArtistReach> => {
  const reach = new Map<string, ArtistReach>();
  for (const part of parts)
    for (const [artistId, { streams, listeners }] of part.reach) {
      const sum = reach.get(artistId) ?? { streams: 0, listeners: 0 };
      reach.set(artistId, { streams: sum.streams + streams, listeners: sum.listeners + listeners });
    }
  return reach;
};

/** A track in the columns of one part. */
type Place = { readonly columns: TrackColumns; readonly track: number };

const tracksOf = (parts: readonly TrackColumns[]): readonly TrackUsage[] => {
  const places = new Map<string, Place[]>();
  for (const columns of parts)
    for (const [track, trackId] of columns.ids.entries()) {
      const found = places.get(trackId);
      if (found) found.push({ columns, track });
      else places.set(trackId, [{ columns, track }]);
    }
  return Array.from(places)
    .sort(([a], [b]) => compareBytes(a, b))
    .map(([trackId, found]) => trackUsage(trackId, found));
};

const trackUsage = (trackId: string, places: readonly Place[]): TrackUsage => {
  const sumOf = (sum: number): number => {
    let all = 0;
    for (const { columns, track } of places) all += columns.sums[SUMS * track + sum] ?? 0;
    if (!Number.isSafeInteger(all)) throw new RangeError(`A sum of track ${trackId} is not a safe integer.`);
    return all;
  };
  let held: Map<string, number> | undefined;
  let free: readonly number[] | undefined;
  let artificial: Artificial | undefined;
  for (const { columns, track } of places) {
    free = summed(free, columns.entries.get(track));
    const byCase = columns.held.get(track);
    if (byCase) addAll((held ??= new Map()), byCase);
    const more = columns.artificial.get(track);
    if (more)
      artificial = {
        plays: (artificial?.plays ?? 0) + more.plays,
        credits: summed(artificial?.credits, more.credits) ?? [],
      };
  }
  const [first] = places;
  return {
    trackId,
    plays: sumOf(SUM.plays),
    listeners: sumOf(SUM.listeners),
    creditPpm: sumOf(SUM.creditPpm),
    timeline: first?.columns.timelines[first.track] ?? UNCLAIMED,
    free: free ?? [sumOf(SUM.freePpm)],
    held: held ? new Map([...held].sort(([a], [b]) => compareBytes(a, b))) : NOTHING,
    overtimePpm: sumOf(SUM.overtimePpm),
    ...(first?.columns.recordings[first.track] ?? NO_RECORDING),
    weights: { professional: sumOf(SUM.professional), other: sumOf(SUM.other) },
    ...(artificial && { artificial }),
    belowEligibility: sumOf(SUM.belowEligibility),
  };
};

const NOTHING: ReadonlyMap<string, number> = new Map();

/** Sums entry by entry; undefined adds nothing. */
const summed = (
  a: readonly number[] | undefined,
  b: readonly number[] | undefined,
): readonly number[] | undefined => (a && b ? a.map((amount, i) => amount + (b[i] ?? 0)) : (a ?? b));
