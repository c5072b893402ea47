import { asCorrected } from '../../domain/royalty/settlement/corrected.js';
import { type RoyaltyPlay, segmentsOf } from '../../projections/royalty-plays.js';
import { type TrackCorrection, trackCorrections } from '../../projections/track-corrections.js';
import type { ReadModels } from '../ports/read-models.js';
import { isReached } from './fence.js';

const PAGE = 1_000;
/** Tracks that are asked for together. */
const TRACKS_MAX = 1_000;

/**
 * Lengths of tracks that were corrected up to a fence (edge case 49). Each track is looked up once; none is where no
 * track was ever corrected.
 */
export class CorrectedLengths {
  private isNeeded: boolean | undefined;
  private readonly asked = new Set<string>();
  private readonly lengths = new Map<string, number>();

  constructor(
    private readonly models: ReadModels,
    private readonly fence: string,
  ) {}

  /** Plays as they are judged: those of corrected tracks by R1 anew. */
  async judged(plays: readonly RoyaltyPlay[]): Promise<readonly RoyaltyPlay[]> {
    this.isNeeded ??= await this.hasAny();
    if (!this.isNeeded) return plays;
    await this.learn(plays);
    return plays.map((play) => asCorrected(play, this.lengths.get(play.trackId), segmentsOf));
  }

  private async hasAny(): Promise<boolean> {
    return (await this.models.query(trackCorrections, { limit: 1 })).documents.length > 0;
  }

  private async learn(plays: readonly RoyaltyPlay[]): Promise<void> {
    const unknown: string[] = [];
    for (const { trackId } of plays) {
      if (this.asked.has(trackId)) continue;
      this.asked.add(trackId);
      unknown.push(trackId);
    }
    const newest = new Map<string, bigint>();
    for (let at = 0; at < unknown.length; at += TRACKS_MAX)
      for await (const { trackId, durationMs, position } of this.corrections(
        unknown.slice(at, at + TRACKS_MAX),
      )) {
        if (!isReached(position, this.fence) || BigInt(position) < (newest.get(trackId) ?? 0n)) continue;
        newest.set(trackId, BigInt(position));
        this.lengths.set(trackId, durationMs);
      }
  }

  private async *corrections(trackIds: readonly string[]): AsyncGenerator<TrackCorrection> {
    let cursor: string | undefined;
    do {
      const { documents, next } = await this.models.query<TrackCorrection>(trackCorrections, {
        where: { trackId: { in: trackIds } },
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      yield* documents;
      cursor = next;
    } while (cursor !== undefined);
  }
}
