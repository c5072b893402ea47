import { entryAt, type ShareTimeline, UNCLAIMED } from '../counting/share-timeline.js';
import type { Recording, UsageRules } from '../counting/usage-rules.js';

/** What is summed up of each track, and in which of its columns. */
export const SUM = {
  plays: 0,
  listeners: 1,
  creditPpm: 2,
  overtimePpm: 3,
  professional: 4,
  other: 5,
  belowEligibility: 6,
  /** Of `creditPpm`, what no case holds. */
  freePpm: 7,
} as const;

/** As many as fill one line of a processor's cache. */
export const SUMS = 8;

const TRACKS_AT_FIRST = 1_024;

export type Artificial = { readonly plays: number; readonly credits: readonly number[] };

/**
 * Sums by track, the tracks being numbered in the order in which they were first heard. Side by side, since there are
 * hundreds of thousands and each play looks at another one. What few tracks have stands apart, by their numbers.
 */
export type TrackColumns = {
  readonly ids: readonly string[];
  /** `SUMS` for each track. */
  readonly sums: Float64Array;
  readonly timelines: readonly ShareTimeline[];
  /** Asked for by the artist-centric model; else empty. */
  readonly recordings: readonly Recording[];
  /** Credits that no case holds by entry of the timeline, where that has several. */
  readonly entries: ReadonlyMap<number, readonly number[]>;
  /** Credits by the case that holds them. */
  readonly held: ReadonlyMap<number, ReadonlyMap<string, number>>;
  readonly artificial: ReadonlyMap<number, Artificial>;
};

export type TrackSums = ReturnType<typeof openTrackSums>;

type Asked = Pick<UsageRules, 'ruleset' | 'timelineOf' | 'recordingOf'>;

export const openTrackSums = ({ ruleset, timelineOf, recordingOf }: Asked) => {
  const numbers = new Map<string, number>();
  const ids: string[] = [];
  const timelines: ShareTimeline[] = [];
  const recordings: Recording[] = [];
  const entries = new Map<number, readonly number[]>();
  const held = new Map<number, Map<string, number>>();
  const artificial = new Map<number, Artificial>();
  let sums = new Float64Array(SUMS * TRACKS_AT_FIRST);

  const met = (trackId: string): number => {
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
    numberOf: (trackId: string): number => numbers.get(trackId) ?? met(trackId),
    recordingOf: (track: number): Recording => recordings[track] ?? UNASKED,
    add,
    addFree: (track: number, at: number, creditPpm: number): void => {
      add(track, SUM.freePpm, creditPpm);
      const several = entries.size === 0 ? undefined : entries.get(track);
      if (several) entries.set(track, added(several, entryAt(timelines[track] ?? UNCLAIMED, at), creditPpm));
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

/** What is known of a track whose catalogue entry nobody asked for. */
export const UNASKED: Recording = { artistId: '', isNoise: false };
