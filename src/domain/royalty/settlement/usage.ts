import { type ArtistReach, isTooShort } from '../artist-centric.js';
import { creditPpm } from '../credit.js';
import { overtimeTenths } from '../mechanical.js';
import type { Ruleset } from '../rulesets/ruleset.js';
import type { RunBefore } from '../straight-runs.js';
import { compareBytes } from '../../shared/byte-order.js';
import { mulDiv, PPM } from '../../shared/integers.js';
import { isActive } from '../../shared/play-source.js';
import type { Sha256 } from '../../shared/sha256.js';
import { type PlayRoots, playRoots } from './play-roots.js';
import { entryAt, type ShareTimeline } from './share-timeline.js';
import { openUserCredits, type UserCredits } from './user-credits.js';
import {
  byStartThenId,
  type RejectionCode,
  type SettledPlay,
  type VerdictRules,
  verdictsOf,
} from './verdicts.js';

/** A month of one track. Sums of ppm are safe integers below nine thousand million plays. */
export type TrackUsage = {
  readonly trackId: string;
  /** Counted and held. */
  readonly plays: number;
  readonly listeners: number;
  readonly creditPpm: number;
  /** Credits by entry of the track's timeline of shares, what is held left out (edge case 39). */
  readonly free: readonly number[];
  /** Credits by the case that holds them. */
  readonly held: ReadonlyMap<string, number>;
  /** Weight in a pool that counts overtime (R4): credit × tenths of a play. */
  readonly overtimePpm: number;
  /** Asked for by the artist-centric model; else empty and music. */
  readonly artistId: string;
  readonly isNoise: boolean;
  /** Weight in an artist-centric pool (R9), if its artist is professional and if not. */
  readonly weights: { readonly professional: number; readonly other: number };
  /** Plays that persons found artificial, and their credits by entry of the timeline; where they cost something (R18). */
  readonly artificial?: { readonly plays: number; readonly credits: readonly number[] };
  /** Plays that would earn, had the track enough of them: later months count them too (R17). */
  readonly belowEligibility: number;
};

/** What a month of plays comes to: all that any sharing model asks of it. */
export type Usage = {
  readonly counted: number;
  readonly held: number;
  /** Of each code that occurred. */
  readonly rejected: Readonly<Partial<Record<RejectionCode, number>>>;
  /** In order of id, by bytes. */
  readonly tracks: readonly TrackUsage[];
  /** Of each listener of the month; filled for the user-centric model only. */
  readonly users: UserCredits;
  /** Filled for the artist-centric model only. */
  readonly reach: ReadonlyMap<string, ArtistReach>;
  /** Lengths by track, of those whose plays were judged by another than they were reported with. */
  readonly corrected: ReadonlyMap<string, number>;
  readonly countedRoot: string;
  readonly rejectedRoot: string;
};

/** What the catalogue says of a track, as of the fence. */
export type Recording = { readonly artistId: string; readonly isNoise: boolean };

/** A play, and the period it belongs to. */
export type PeriodPlay = SettledPlay & { readonly period: string };

export type UsageRules = VerdictRules & {
  /** Plays of other periods are looked at and not counted. */
  readonly periodId: string;
  readonly timelineOf: (trackId: string) => ShareTimeline;
  /** Asked by the artist-centric model only. */
  readonly recordingOf: (trackId: string) => Recording;
  readonly sha256: Sha256;
};

/** Takes listeners one after another. What it keeps grows with tracks (and their listeners), not with plays. */
export type UsageFold = {
  /**
   * One listener's plays in any order, with what precedes the month (`Window`), and the run with which it begins.
   *
   * @throws {RangeError} when listeners do not come in order of their ids, each once
   */
  readonly add: (listenerId: string, plays: readonly PeriodPlay[], before?: RunBefore) => void;
  readonly usage: () => Usage;
};

type Track = {
  readonly index: number;
  readonly trackId: string;
  readonly artistId: string;
  readonly isNoise: boolean;
  readonly timeline: ShareTimeline;
  readonly free: number[];
  held: Map<string, number> | undefined;
  plays: number;
  listeners: number;
  creditPpm: number;
  overtimePpm: number;
  professional: number;
  other: number;
  artificial: { plays: number; readonly credits: number[] } | undefined;
  belowEligibility: number;
};

/** What one listener's plays of one track come to. */
type Row = {
  readonly track: Track;
  plays: number;
  /** Those among them that the listener chose himself. */
  active: number;
  /** Those among them that earn nothing if the track is noise (R9). */
  tooShort: number;
  creditPpm: number;
};

const rowOf = (track: Track): Row => ({ track, plays: 0, active: 0, tooShort: 0, creditPpm: 0 });

export const openUsage = (rules: UsageRules): UsageFold => {
  const { ruleset } = rules;
  const tracks = new Map<string, Track>();
  const users = openUserCredits();
  const reach = new Map<string, { streams: number; listeners: number }>();
  const rejected = new Map<RejectionCode, number>();
  const corrected = new Map<string, number>();
  const roots: PlayRoots = playRoots(rules.sha256);
  let counted = 0;
  let held = 0;
  let last: string | undefined;

  const trackOf = (trackId: string): Track => {
    const known = tracks.get(trackId);
    if (known) return known;
    const timeline = rules.timelineOf(trackId);
    const sums = { plays: 0, listeners: 0, creditPpm: 0, overtimePpm: 0, professional: 0, other: 0 };
    const free = timeline.map(() => 0);
    const recording = ruleset.sharing.model === 'artistCentric' ? rules.recordingOf(trackId) : UNASKED;
    const track: Track = {
      index: tracks.size,
      trackId,
      ...recording,
      timeline,
      free,
      held: undefined,
      artificial: undefined,
      belowEligibility: 0,
      ...sums,
    };
    tracks.set(trackId, track);
    return track;
  };

  const noise = ruleset.sharing.model === 'artistCentric' ? ruleset.sharing : undefined;
  const count = (rows: Map<string, Row>, play: SettledPlay, creditPpm: number, caseId?: string): void => {
    const row = rows.get(play.trackId) ?? rowOf(trackOf(play.trackId));
    rows.set(play.trackId, row);
    row.plays++;
    if (isActive(play.source)) row.active++;
    if (noise && isTooShort(noise, play)) row.tooShort++;
    row.creditPpm += creditPpm;
    const { track } = row;
    track.overtimePpm += creditPpm * overtimeTenths(play.durationMs ?? 0);
    if (caseId === undefined) {
      counted++;
      const entry = entryAt(track.timeline, play.startedAt);
      track.free[entry] = (track.free[entry] ?? 0) + creditPpm;
    } else {
      held++;
      track.held ??= new Map();
      track.held.set(caseId, (track.held.get(caseId) ?? 0) + creditPpm);
    }
  };

  /** What costs something is remembered, though it earns nothing. */
  const penalised = ruleset.penalties.flat !== null || ruleset.penalties.percentPpm !== null;
  const countArtificial = (play: SettledPlay): void => {
    const track = trackOf(play.trackId);
    track.artificial ??= { plays: 0, credits: track.timeline.map(() => 0) };
    const { artificial } = track;
    const entry = entryAt(track.timeline, play.startedAt);
    artificial.plays += 1;
    artificial.credits[entry] =
      (artificial.credits[entry] ?? 0) + creditPpm(ruleset.counting.credit, play, play.durationMs);
  };

  const add: UsageFold['add'] = (listenerId, plays, before) => {
    if (last !== undefined && compareBytes(last, listenerId) >= 0)
      throw new RangeError(`Listeners come in order of their ids: ${listenerId} after ${last}.`);
    const ordered = isInOrder(plays) ? plays : [...plays].sort(byStartThenId);
    const verdicts = verdictsOf(rules, ordered, before);
    const rows = new Map<string, Row>();
    let isListener = false;
    for (const [i, play] of ordered.entries()) {
      const verdict = verdicts[i];
      if (!verdict || play.period !== rules.periodId) continue;
      isListener = true;
      roots.add(play, verdict);
      if (play.reportedMs !== undefined && play.durationMs !== null)
        corrected.set(play.trackId, play.durationMs);
      if (verdict.is === 'rejected') {
        rejected.set(verdict.reason, (rejected.get(verdict.reason) ?? 0) + 1);
        if (penalised && verdict.reason === 'ARTIFICIAL') countArtificial(play);
        if (verdict.reason === 'BELOW_ELIGIBILITY' && rules.caseOf(play)?.confirmed !== true)
          trackOf(play.trackId).belowEligibility += 1;
      } else count(rows, play, verdict.creditPpm, verdict.is === 'held' ? verdict.caseId : undefined);
    }
    if (!isListener) return;
    last = listenerId;

    for (const { track, plays, creditPpm } of rows.values()) {
      track.plays += plays;
      track.listeners += 1;
      track.creditPpm += creditPpm;
    }
    if (ruleset.sharing.model === 'userCentric') users.add(listenerId, rows.values());
    if (ruleset.sharing.model === 'artistCentric') addArtistic(ruleset.sharing, rows.values(), reach);
  };

  return {
    add,
    usage: () => {
      const inOrder = [...tracks.values()].sort((a, b) => compareBytes(a.trackId, b.trackId));
      return {
        counted,
        held,
        rejected: Object.fromEntries([...rejected].sort(([a], [b]) => compareBytes(a, b))),
        tracks: inOrder.map(trackUsage),
        users: users.result(Array.from(tracks.keys())),
        reach,
        corrected,
        ...roots.roots(),
      };
    },
  };
};

const isInOrder = (plays: readonly SettledPlay[]): boolean =>
  plays.every((play, i) => {
    const before = plays[i - 1];
    return !before || byStartThenId(before, play) <= 0;
  });

const UNASKED: Recording = { artistId: '', isNoise: false };

/** R9 for one listener, as `artistCentric` does it for all: it does not know yet which artists are professional. */
const addArtistic = (
  {
    userCap,
    proBoost,
    activeBoost,
    noiseWeight,
  }: Extract<Ruleset['sharing'], { readonly model: 'artistCentric' }>,
  rows: Iterable<Row>,
  reach: Map<string, { streams: number; listeners: number }>,
): void => {
  const all = [...rows];
  const plays = all.reduce((sum, row) => sum + (row.track.isNoise ? 0 : row.plays), 0);
  const capped = (weight: number): number => (plays > userCap ? mulDiv(weight, userCap, plays) : weight);
  const artists = new Map<string, number>();
  for (const { track, plays, active, tooShort } of all) {
    if (track.isNoise) {
      track.professional += (plays - tooShort) * PPM * noiseWeight;
      track.other += (plays - tooShort) * PPM * noiseWeight;
      continue;
    }
    const weight = (boost: number): number =>
      capped(active * PPM * boost * activeBoost) + capped((plays - active) * PPM * boost);
    track.professional += weight(proBoost);
    track.other += weight(1);
    artists.set(track.artistId, (artists.get(track.artistId) ?? 0) + plays);
  }
  for (const [artistId, streams] of artists) {
    const artist = reach.get(artistId) ?? { streams: 0, listeners: 0 };
    artist.streams += streams;
    artist.listeners += 1;
    reach.set(artistId, artist);
  }
};

const trackUsage = (track: Track): TrackUsage => {
  const { trackId, artistId, isNoise, plays, listeners, creditPpm, free, held } = track;
  const { overtimePpm, professional, other, artificial, belowEligibility } = track;
  for (const sum of [creditPpm, overtimePpm, professional, other])
    if (!Number.isSafeInteger(sum)) throw new RangeError(`${trackId} has more plays than can be summed up.`);
  const byCase = [...(held ?? [])].sort(([a], [b]) => compareBytes(a, b));
  return {
    trackId,
    plays,
    listeners,
    creditPpm,
    free,
    held: new Map(byCase),
    overtimePpm,
    artistId,
    isNoise,
    weights: { professional, other },
    ...(artificial && { artificial }),
    belowEligibility,
  };
};
