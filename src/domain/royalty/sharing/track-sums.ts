import { entryAt, type ShareTimeline, UNCLAIMED } from '../counting/share-timeline.js';
import type { Recording, UsageRules } from '../counting/usage-rules.js';

/** Index of each sum of a track. */
export const SUM = {
  plays: 0,
  listeners: 1,
  creditPpm: 2,
  overtimePpm: 3,
  professional: 4,
  other: 5,
  belowEligibility: 6,
  /** The part of `creditPpm` that no case holds. */
  freePpm: 7,
} as const;

/** Number of sums of a track: eight doubles fill one cache line. */
export const SUMS = 8;

const INITIAL_TRACKS = 1_024;

/** Number of artificial plays and their credits by entry of the timeline (R18). */
export type Artificial = { readonly plays: number; readonly credits: readonly number[] };

/**
 * Sums by track, in columns. Tracks are numbered in order of their first play. Typed arrays, because there are hundreds
 * of thousands of tracks and access is random. Data that few tracks have is in maps by number.
 */
export type TrackColumns = {
  readonly ids: readonly string[];
  /** `SUMS` entries for each track. */
  readonly sums: Float64Array;
  readonly timelines: readonly ShareTimeline[];
  /** Filled for the artist-centric model only. */
  readonly recordings: readonly Recording[];
  /** Credits that no case holds, by entry of the timeline, for tracks with several entries. */
  readonly entries: ReadonlyMap<number, readonly number[]>;
  /** Held credits by case. */
  readonly held: ReadonlyMap<number, ReadonlyMap<string, number>>;
  readonly artificial: ReadonlyMap<number, Artificial>;
};

export type TrackSums = ReturnType<typeof openTrackSums>;

type Lookups = Pick<UsageRules, 'ruleset' | 'timelineOf' | 'recordingOf'>;

export const openTrackSums = ({ ruleset, timelineOf, recordingOf }: Lookups) => {
  const numbers = new Map<string, number>();
  const ids: string[] = [];
  const timelines: ShareTimeline[] = [];
  const recordings: Recording[] = [];
  const entries = new Map<number, readonly number[]>();
  const held = new Map<number, Map<string, number>>();
  const artificial = new Map<number, Artificial>();
  let sums = new Float64Array(SUMS * INITIAL_TRACKS);

  const addTrack = (trackId: string): number => {
    const timeline = timelineOf(trackId);
    const number = ids.push(trackId) - 1;
    timelines.push(timeline);
    numbers.set(trackId, number);
    if (timeline.length > 1)
      entries.set(
        number,
        timeline.map(() => 0),
      );
    if (ruleset.sharing.model === 'artistCentric') recordings.push(recordingOf(trackId));
    if (sums.length < SUMS * ids.length) {
      const more = new Float64Array(2 * sums.length);
      more.set(sums);
      sums = more;
    }
    return number;
  };
  const add = (track: number, sum: number, amount: number): void => {
    const at = SUMS * track + sum;
    sums[at] = (sums[at] ?? 0) + amount;
  };

  return {
    find: (trackId: string): number | undefined => numbers.get(trackId),
    numberOf: (trackId: string): number => numbers.get(trackId) ?? addTrack(trackId),
    recordingOf: (track: number): Recording => recordings[track] ?? NO_RECORDING,
    add,
    addFree: (track: number, at: number, creditPpm: number): void => {
      add(track, SUM.freePpm, creditPpm);
      const credits = entries.size === 0 ? undefined : entries.get(track);
      if (credits) entries.set(track, added(credits, entryAt(timelines[track] ?? UNCLAIMED, at), creditPpm));
    },
    addHeld: (track: number, caseId: string, creditPpm: number): void => {
      const byCase = held.get(track) ?? new Map<string, number>();
      held.set(track, byCase);
      byCase.set(caseId, (byCase.get(caseId) ?? 0) + creditPpm);
    },
    addArtificial: (track: number, at: number, creditPpm: number): void => {
      const timeline = timelines[track] ?? UNCLAIMED;
      const { plays, credits } = artificial.get(track) ?? { plays: 0, credits: timeline.map(() => 0) };
      artificial.set(track, { plays: plays + 1, credits: added(credits, entryAt(timeline, at), creditPpm) });
    },
    columns: (): TrackColumns => ({
      ids,
      sums: sums.slice(0, SUMS * ids.length),
      timelines,
      recordings,
      entries,
      held,
      artificial,
    }),
  };
};

const added = (credits: readonly number[], entry: number, creditPpm: number): readonly number[] =>
  credits.with(entry, (credits[entry] ?? 0) + creditPpm);

/** Placeholder where the sharing model needs no catalogue data. */
export const NO_RECORDING: Recording = { artistId: '', isNoise: false };
