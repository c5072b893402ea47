import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type NowPlaying, nowPlaying } from '../../projections/playback/now-playing.js';
import { CloseSilentPlay } from './commands.js';
import { Clock } from '../ports/clock.js';
import { Ids } from '../ports/ids.js';
import { ReadModels } from '../ports/read-models.js';

/** A running play is closed after this time without a report: players report progress more often. */
export const SILENCE_MS = 30 * 60_000;

/** A paused play is closed after a day without a report. */
export const SILENCE_PAUSED_MS = 24 * 3_600_000;

/** Most plays closed in one pass. */
const PLAYS_MAX = 1_000;

const NAME = 'close-silent-plays';

/** Stops plays without reports for too long: a crashed app never sends a stop. */
@Injectable()
export class CloseSilentPlays {
  constructor(
    private readonly models: ReadModels,
    private readonly commands: CommandBus,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /**
   * Runs one pass. Schedulers may run passes concurrently and repeatedly: the command for a play depends only on its last
   * report.
   *
   * @returns the number of silent plays found; if it is 1,000 there may be more
   */
  async pass(): Promise<number> {
    const now = this.clock.now();
    const playing = await this.silent('playing', now - SILENCE_MS, PLAYS_MAX);
    const paused = await this.silent('paused', now - SILENCE_PAUSED_MS, PLAYS_MAX - playing.length);
    for (const play of [...playing, ...paused]) await this.close(play, now);
    return playing.length + paused.length;
  }

  private async silent(
    status: NowPlaying['status'],
    since: number,
    limit: number,
  ): Promise<readonly NowPlaying[]> {
    if (limit === 0) return [];
    const { documents } = await this.models.query<NowPlaying>(nowPlaying, {
      where: { status, lastReceivedAt: { lt: since } },
      sort: { by: ['lastReceivedAt'] },
      limit,
    });
    return documents;
  }

  private async close({ playId, lastReceivedAt }: NowPlaying, now: number): Promise<void> {
    // The id determines the whole content of the command, so it serves as the content's hash too.
    const commandId = this.ids.derived(NAME, playId, lastReceivedAt);
    const meta = { commandId, commandHash: commandId, actor: `process:${NAME}`, at: now };
    await this.commands.execute(new CloseSilentPlay(playId, { lastReceivedAt }, meta));
  }
}
