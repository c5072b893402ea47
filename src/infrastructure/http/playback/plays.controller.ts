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
import { listFrom, receiptOf } from '../routes/answers.js';
import { Listener, Meta, MinPosition, SentAt, TakesSentAt } from '../routes/parameters.js';
import {
  historyEntry,
  historyEntryOf,
  lateReport,
  newPlay,
  nowPlaying,
  nowPlayingOf,
  report,
  seek,
  stop,
} from './plays.js';
import { Problem, type ProblemCode } from '../problems/problem.js';
import { LateReportLimit, PlayLimit, type RateLimit } from '../edge/rate-limit.js';
import { Reads, Roles, Writes } from '../routes/route.js';
import { id, listOf, page, receipt, uuid } from '../routes/shapes.js';

const playParams = z.strictObject({ playId: id });
type PlayParams = z.infer<typeof playParams>;
/** A report may be the first that is heard of its play. */
const chosenParams = z.strictObject({ playId: uuid });
type Report = z.infer<typeof report>;
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

/** A report of what a device did, at a time by its own clock. */
const Reports = (
  route: { readonly summary: string; readonly description?: string },
  ...more: ProblemCode[]
) =>
  applyDecorators(
    Roles('listener'),
    Writes({ ...route, status: 200, answer: receipt, problems: [...REPORT_PROBLEMS, ...more] }),
    TakesSentAt(),
  );

/** A listener acts and reads as nobody but himself: whose play it is comes from the token. */
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
    status: 201,
    answer: receipt,
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
    const started = new StartPlay(id, listenerId, { ...input, sentAt }, meta);
    return receiptOf(await this.commands.execute(started));
  }

  @Post(':playId/seek')
  @Reports({ summary: 'Reports a jump from one position to another' })
  async seek(
    @Param({ schema: playParams }) { playId }: PlayParams,
    @Body({ schema: seek }) input: z.infer<typeof seek>,
    @Listener() listenerId: string,
    @SentAt() sentAt: number | undefined,
    @Meta() meta: CommandMeta,
  ) {
    const said = new SeekPlay(playId, listenerId, { ...input, sentAt }, meta);
    return receiptOf(await this.commands.execute(said));
  }

  @Post(':playId/pause')
  @Reports({ summary: 'Reports a pause' })
  async pause(
    @Param({ schema: playParams }) { playId }: PlayParams,
    @Body({ schema: report }) input: Report,
    @Listener() listenerId: string,
    @SentAt() sentAt: number | undefined,
    @Meta() meta: CommandMeta,
  ) {
    const said = new PausePlay(playId, listenerId, { ...input, sentAt }, meta);
    return receiptOf(await this.commands.execute(said));
  }

  @Post(':playId/resume')
  @Reports({ summary: 'Reports that a paused play goes on' })
  async resume(
    @Param({ schema: playParams }) { playId }: PlayParams,
    @Body({ schema: report }) input: Report,
    @Listener() listenerId: string,
    @SentAt() sentAt: number | undefined,
    @Meta() meta: CommandMeta,
  ) {
    const said = new ResumePlay(playId, listenerId, { ...input, sentAt }, meta);
    return receiptOf(await this.commands.execute(said));
  }

  @Post(':playId/progress')
  @Reports(
    {
      summary: 'Reports how far a play has come',
      description: 'Needed every now and then: a play that falls silent is closed at its last report.',
    },
    'PlayIsPaused',
  )
  async progress(
    @Param({ schema: playParams }) { playId }: PlayParams,
    @Body({ schema: report }) input: Report,
    @Listener() listenerId: string,
    @SentAt() sentAt: number | undefined,
    @Meta() meta: CommandMeta,
  ) {
    const said = new ReportProgress(playId, listenerId, { ...input, sentAt }, meta);
    return receiptOf(await this.commands.execute(said));
  }

  @Post(':playId/stop')
  @Reports({ summary: 'Ends a play' })
  async stop(
    @Param({ schema: playParams }) { playId }: PlayParams,
    @Body({ schema: stop }) input: z.infer<typeof stop>,
    @Listener() listenerId: string,
    @SentAt() sentAt: number | undefined,
    @Meta() meta: CommandMeta,
  ) {
    const said = new StopPlay(playId, listenerId, { ...input, sentAt }, meta);
    return receiptOf(await this.commands.execute(said));
  }

  @Post(':playId/reports')
  @Roles('listener')
  @Writes({
    summary: 'Tells later what was heard of a play without a connection',
    description:
      'Adds to what was reported live and by other reports, whatever the order in which they come; the first word of a play begins it. The same report again changes nothing. Other content under the same number is kept too: it holds the money of the play until a person has decided, and the shorter one counts meanwhile. A play of which this is told takes no live reports any more.',
    status: 200,
    answer: receipt,
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
    @Param({ schema: chosenParams }) { playId }: z.infer<typeof chosenParams>,
    @Body({ schema: lateReport }) { stretches, ...input }: z.infer<typeof lateReport>,
    @Listener() listenerId: string,
    @SentAt() sentAt: number | undefined,
    @Meta() meta: CommandMeta,
  ) {
    withinLimit(this.reports, listenerId);
    const said = new ReportPlay(playId, listenerId, { ...input, segments: stretches, sentAt }, meta);
    return receiptOf(await this.commands.execute(said));
  }

  @Get('now-playing')
  @Roles('listener')
  @Reads({
    summary: 'Shows what the listener is playing, latest report first',
    answer: listOf(nowPlaying, 'NowPlayingList'),
  })
  async nowPlaying(@Listener() listenerId: string, @MinPosition() minPosition: bigint | undefined) {
    return listFrom(await this.queries.execute(new GetNowPlaying(listenerId, minPosition)), nowPlayingOf);
  }

  @Get('history')
  @Roles('listener')
  @Reads({
    summary: 'Lists what the listener has heard, latest first',
    query: true,
    answer: listOf(historyEntry, 'History'),
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

/** @throws {Problem} `RateLimited` */
const withinLimit = (limit: RateLimit, listenerId: string): void => {
  const { allowed, retryAfter } = limit.take(listenerId);
  if (!allowed) throw new Problem('RateLimited', { headers: { 'Retry-After': String(retryAfter) } });
};
