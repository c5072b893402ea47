import { asCorrected } from '../../../domain/royalty/counting/corrected.js';
import { type RoyaltyPlay, segmentsOf } from '../../../projections/royalty/royalty-plays.js';
import { type TrackCorrection, trackCorrections } from '../../../projections/catalogue/track-corrections.js';
import { allPages } from '../../projecting/all-pages.js';
import type { ReadModels } from '../../ports/read-models.js';
import { isReached } from './fence.js';

/** Corrections in one page, and tracks in one query. */
const PAGE = 1_000;

type Correction = Pick<TrackCorrection, 'durationMs' | 'position'>;

/**
 * Corrected lengths of tracks up to a fence (edge case 49). Loads all corrections if they fit into one page; else looks
 * up each track when one of its plays is first seen.
 */
export class CorrectedLengths {
  private readonly corrections = new Map<string, Correction>();
  /** Tracks that were looked up; undefined when all corrections are loaded. */
  private lookedUp: Set<string> | undefined;
  private opening: Promise<void> | undefined;

  constructor(
    private readonly models: ReadModels,
    private readonly fence: string,
  ) {}

  /** Applies the corrected lengths to plays. */
  async applyTo(plays: readonly RoyaltyPlay[]): Promise<readonly RoyaltyPlay[]> {
    await (this.opening ??= this.open());
    if (this.lookedUp) await this.lookUp(plays, this.lookedUp);
    const { corrections } = this;
    return corrections.size > 0 && plays.some(({ trackId }) => corrections.has(trackId))
      ? plays.map((play) => asCorrected(play, corrections.get(play.trackId)?.durationMs, segmentsOf))
      : plays;
  }

  private async open(): Promise<void> {
    const { documents, next } = await this.models.query<TrackCorrection>(trackCorrections, { limit: PAGE });
    if (next === undefined) this.store(documents);
    else this.lookedUp = new Set();
  }

  private async lookUp(plays: readonly RoyaltyPlay[], lookedUp: Set<string>): Promise<void> {
    const unknown = [...new Set(plays.map(({ trackId }) => trackId))].filter((id) => !lookedUp.has(id));
    for (let at = 0; at < unknown.length; at += PAGE) {
      const where = { trackId: { in: unknown.slice(at, at + PAGE) } };
      const pages = allPages<TrackCorrection>(this.models, trackCorrections, { where, limit: PAGE });
      for await (const { documents } of pages) this.store(documents);
    }
    for (const trackId of unknown) lookedUp.add(trackId);
  }

  /** The last correction of a track applies. */
  private store(documents: readonly TrackCorrection[]): void {
    for (const { trackId, durationMs, position } of documents) {
      const earlier = this.corrections.get(trackId);
      if (isReached(position, this.fence) && (!earlier || isReached(earlier.position, position)))
        this.corrections.set(trackId, { durationMs, position });
    }
  }
}
