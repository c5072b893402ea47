import { mulDiv, PPM } from '../../shared/exact/integers.js';
import type { Ruleset } from '../rulesets/ruleset.js';
import { SUM, type TrackSums } from './track-sums.js';

/** Streams and distinct listeners by artist, accumulated listener by listener (R9). */
export type ArtistSums = Map<string, { streams: number; listeners: number }>;

type ArtistCentric = Extract<Ruleset['sharing'], { readonly model: 'artistCentric' }>;

/** Plays of one listener by track. `active`: chosen by the listener; `tooShort`: too short to be paid if noise. */
type Listened = {
  readonly tracks: readonly number[];
  readonly plays: readonly number[];
  readonly active: readonly number[];
  readonly tooShort: readonly number[];
};

/** R9 for one listener. Adds both possible weights, because it is not known yet which artists are professional. */
export const addArtistic = (
  { userCap, proBoost, activeBoost, noiseWeight }: ArtistCentric,
  { tracks, plays, active, tooShort }: Listened,
  sums: Pick<TrackSums, 'add' | 'recordingOf'>,
  reach: ArtistSums,
): void => {
  const all = plays.reduce((sum, n, row) => sum + (sums.recordingOf(tracks[row] ?? 0).isNoise ? 0 : n), 0);
  const capped = (weight: number): number => (all > userCap ? mulDiv(weight, userCap, all) : weight);
  const artists = new Map<string, number>();
  for (const [row, track] of tracks.entries()) {
    const { artistId, isNoise } = sums.recordingOf(track);
    const [played = 0, chosen = 0] = [plays[row], active[row]];
    if (isNoise) {
      const weight = (played - (tooShort[row] ?? 0)) * PPM * noiseWeight;
      sums.add(track, SUM.professional, weight);
      sums.add(track, SUM.other, weight);
      continue;
    }
    const weight = (boost: number): number =>
      capped(chosen * PPM * boost * activeBoost) + capped((played - chosen) * PPM * boost);
    sums.add(track, SUM.professional, weight(proBoost));
    sums.add(track, SUM.other, weight(1));
    artists.set(artistId, (artists.get(artistId) ?? 0) + played);
  }
  for (const [artistId, streams] of artists) {
    const artist = reach.get(artistId) ?? { streams: 0, listeners: 0 };
    artist.streams += streams;
    artist.listeners += 1;
    reach.set(artistId, artist);
  }
};
