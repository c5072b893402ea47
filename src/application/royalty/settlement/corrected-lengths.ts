import { asCorrected } from '../../../domain/royalty/counting/corrected.js';
import { type RoyaltyPlay, segmentsOf } from '../../../projections/royalty/royalty-plays.js';
import { type TrackCorrection, trackCorrections } from '../../../projections/catalogue/track-corrections.js';
import { allPages } from '../../projecting/all-pages.js';
import type { ReadModels } from '../../ports/read-models.js';
import { isReached } from './fence.js';

/** Corrections of one page, and tracks that are asked for together. */
const PAGE = 1_000;

type Correction = Pick<TrackCorrection, 'durationMs' | 'position'>;

/**
 * Lengths of tracks that were corrected up to a fence (edge case 49). Where there are few, they are read at once; else each
 * track is looked up when it is first met.
 */
export class CorrectedLengths {
  private readonly corrections = new Map<string, Correction>();
  /** Tracks that were looked up; undefined where all corrections are known. */
  private asked: Set<string> | undefined;
  private opening: Promise<void> | undefined;

  constructor(
    private readonly models: ReadModels,
    private readonly fence: string,
  ) {}

  /** Plays as they are judged: those of corrected tracks by R1 anew. */
  async judged(plays: readonly RoyaltyPlay[]): Promise<readonly RoyaltyPlay[]> {
    await (this.opening ??= this.open());
    if (this.asked) await this.learn(plays, this.asked);
    const { corrections } = this;
    return corrections.size > 0 && plays.some(({ trackId }) => corrections.has(trackId))
      ? plays.map((play) => asCorrected(play, corrections.get(play.trackId)?.durationMs, segmentsOf))
      : plays;
  }

  private async open(): Promise<void> {
    const { documents, next } = await this.models.query<TrackCorrection>(trackCorrections, { limit: PAGE });
    if (next === undefined) this.take(documents);
    else this.asked = new Set();
  }

  private async learn(plays: readonly RoyaltyPlay[], asked: Set<string>): Promise<void> {
    const unknown = [...new Set(plays.map(({ trackId }) => trackId))].filter((id) => !asked.has(id));
    for (let at = 0; at < unknown.length; at += PAGE) {
      const where = { trackId: { in: unknown.slice(at, at + PAGE) } };
      const pages = allPages<TrackCorrection>(this.models, trackCorrections, { where, limit: PAGE });
      for await (const { documents } of pages) this.take(documents);
    }
    for (const trackId of unknown) asked.add(trackId);
  }

  /** Of several corrections of a track the last one holds. */
  private take(documents: readonly TrackCorrection[]): void {
    for (const { trackId, durationMs, position } of documents) {
      const known = this.corrections.get(trackId);
      if (isReached(position, this.fence) && (!known || isReached(known.position, position)))
        this.corrections.set(trackId, { durationMs, position });
    }
  }
}
