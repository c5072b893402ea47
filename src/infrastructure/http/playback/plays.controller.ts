import { applyDecorators, Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  PausePlay,
  ReportPlay,
  ReportProgress,
  ResumePlay,
  SeekPlay,
  StartPlay,
  StopPlay,
} from '../../../application/playback/commands.js';
import { Ids } from '../../../application/ports/ids.js';
import { ListHistory } from '../../../application/playback/listening-history.js';
import { GetNowPlaying } from '../../../application/playback/now-playing.js';
import type { CommandMeta } from '../../../application/streams/streams.js';
import { listFrom, receiptOf } from '../routes/responses.js';
import { Listener, Meta, MinPosition, SentAt, TakesSentAt } from '../routes/parameters.js';
import {
  historyEntry,
  historyEntryOf,
  lateReport,
  newPlay,
  nowPlayingItem,
  nowPlayingOf,
  playReport,
  playSeek,
  playStop,
} from './play-shapes.js';
import { Problem, type ProblemCode } from '../problems/problem.js';
import { LateReportLimit, PlayLimit, type RateLimit } from '../edge/rate-limit.js';
import { Reads, Roles, Writes } from '../routes/route.js';
import { id, listResponse, page, receipt, uuid } from '../routes/shapes.js';

const playParams = z.strictObject({ playId: id });
type PlayParams = z.infer<typeof playParams>;
/** A numbered report may be the first report of its play, so that its id must be a UUID. */
const reportParams = z.strictObject({ playId: uuid });
type Report = z.infer<typeof playReport>;
const historyQuery = z.strictObject(page);

const REPORT_PROBLEMS = [
  'PlayNotFound',
  'PlayEnded',
  'PlayNotLive',
  'OutOfOrder',
  'PositionOutOfTrack',
  'PositionWentBack',
  'TooManyReports',
] as const;

/** A live report by a device, at a time by its own clock. */
const Reports = (
  route: { readonly summary: string; readonly description?: string },
  ...more: ProblemCode[]
) =>
  applyDecorators(
    Roles('listener'),
    Writes({ ...route, status: 200, response: receipt, problems: [...REPORT_PROBLEMS, ...more] }),
    TakesSentAt(),
  );

/** Listeners act and read only as themselves: the token identifies the listener of a play. */
@ApiTags('plays')
@Controller('v1/plays')
export class PlaysController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly ids: Ids,
    private readonly plays: PlayLimit,
    private readonly reports: LateReportLimit,
  ) {}

  @Post()
  @Roles('listener')
  @Writes({
    summary: 'Starts a play',
    description: 'Without `playId` the service chooses one and returns it as `id`.',
    status: 201,
    response: receipt,
    problems: ['TrackNotFound', 'PlayExists', 'PositionOutOfTrack'],
  })
  @TakesSentAt()
  async start(
    @Body({ schema: newPlay }) { playId, ...input }: z.infer<typeof newPlay>,
    @Listener() listenerId: string,
    @SentAt() sentAt: number | undefined,
    @Meta() meta: CommandMeta,
  ) {
    withinLimit(this.plays, listenerId);
    const id = playId ?? this.ids.derived('play', meta.commandId);
    const command = new StartPlay(id, listenerId, { ...input, sentAt }, meta);
    return receiptOf(await this.commands.execute(command));
  }

  @Post(':playId/seek')
  @Reports({ summary: 'Reports a seek to another position' })
  async seek(
    @Param({ schema: playParams }) { playId }: PlayParams,
    @Body({ schema: playSeek }) input: z.infer<typeof playSeek>,
    @Listener() listenerId: string,
    @SentAt() sentAt: number | undefined,
    @Meta() meta: CommandMeta,
  ) {
    const command = new SeekPlay(playId, listenerId, { ...input, sentAt }, meta);
    return receiptOf(await this.commands.execute(command));
  }

  @Post(':playId/pause')
  @Reports({ summary: 'Reports that a play was paused' })
  async pause(
    @Param({ schema: playParams }) { playId }: PlayParams,
    @Body({ schema: playReport }) input: Report,
    @Listener() listenerId: string,
    @SentAt() sentAt: number | undefined,
    @Meta() meta: CommandMeta,
  ) {
    const command = new PausePlay(playId, listenerId, { ...input, sentAt }, meta);
    return receiptOf(await this.commands.execute(command));
  }

  @Post(':playId/resume')
  @Reports({ summary: 'Reports that a paused play was resumed' })
  async resume(
    @Param({ schema: playParams }) { playId }: PlayParams,
    @Body({ schema: playReport }) input: Report,
    @Listener() listenerId: string,
    @SentAt() sentAt: number | undefined,
    @Meta() meta: CommandMeta,
  ) {
    const command = new ResumePlay(playId, listenerId, { ...input, sentAt }, meta);
    return receiptOf(await this.commands.execute(command));
  }

  @Post(':playId/progress')
  @Reports(
    {
      summary: 'Reports the current position of a play',
      description:
        'Send it regularly while the play runs: the service closes a play without reports at its last report.',
    },
    'PlayIsPaused',
  )
  async progress(
    @Param({ schema: playParams }) { playId }: PlayParams,
    @Body({ schema: playReport }) input: Report,
    @Listener() listenerId: string,
    @SentAt() sentAt: number | undefined,
    @Meta() meta: CommandMeta,
  ) {
    const command = new ReportProgress(playId, listenerId, { ...input, sentAt }, meta);
    return receiptOf(await this.commands.execute(command));
  }

  @Post(':playId/stop')
  @Reports({ summary: 'Reports the end of a play' })
  async stop(
    @Param({ schema: playParams }) { playId }: PlayParams,
    @Body({ schema: playStop }) input: z.infer<typeof playStop>,
    @Listener() listenerId: string,
    @SentAt() sentAt: number | undefined,
    @Meta() meta: CommandMeta,
  ) {
    const command = new StopPlay(playId, listenerId, { ...input, sentAt }, meta);
    return receiptOf(await this.commands.execute(command));
  }

  @Post(':playId/reports')
  @Roles('listener')
  @Writes({
    summary: 'Records a numbered report of a play heard offline',
    description:
      'Adds to the live reports and to other numbered reports of the play, in any order; the first report of a play starts it. A repeat of the same report changes nothing. A report with other content under the same number opens a case: the money of the play is held until a person decides, and the shorter report counts in the meantime. After a numbered report the play accepts no more live reports.',
    status: 200,
    response: receipt,
    problems: [
      'TrackNotFound',
      'PlayNotFound',
      'ReportOfAnotherPlay',
      'PlayTooLong',
      'BadSegments',
      'TooManyReports',
    ],
  })
  @TakesSentAt()
  async report(
    @Param({ schema: reportParams }) { playId }: z.infer<typeof reportParams>,
    @Body({ schema: lateReport }) { stretches, ...input }: z.infer<typeof lateReport>,
    @Listener() listenerId: string,
    @SentAt() sentAt: number | undefined,
    @Meta() meta: CommandMeta,
  ) {
    withinLimit(this.reports, listenerId);
    const command = new ReportPlay(playId, listenerId, { ...input, segments: stretches, sentAt }, meta);
    return receiptOf(await this.commands.execute(command));
  }

  @Get('now-playing')
  @Roles('listener')
  @Reads({
    summary: "Lists the caller's current plays, latest report first",
    response: listResponse(nowPlayingItem, 'NowPlayingList'),
  })
  async nowPlaying(@Listener() listenerId: string, @MinPosition() minPosition: bigint | undefined) {
    return listFrom(await this.queries.execute(new GetNowPlaying(listenerId, minPosition)), nowPlayingOf);
  }

  @Get('history')
  @Roles('listener')
  @Reads({
    summary: "Lists the caller's finished plays, latest first",
    query: true,
    response: listResponse(historyEntry, 'History'),
  })
  async history(
    @Query({ schema: historyQuery }) query: z.infer<typeof historyQuery>,
    @Listener() listenerId: string,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return listFrom(
      await this.queries.execute(new ListHistory(listenerId, query, minPosition)),
      historyEntryOf,
    );
  }
}

/** @throws {Problem} `RateLimited` when the listener has used up the limit */
const withinLimit = (limit: RateLimit, listenerId: string): void => {
  const { allowed, retryAfter } = limit.take(listenerId);
  if (!allowed) throw new Problem('RateLimited', { headers: { 'Retry-After': String(retryAfter) } });
};
