import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { LiveReads } from '../../../application/projecting/live-reads.js';
import { GetNowPlaying } from '../../../application/playback/now-playing.js';
import { nowPlaying } from '../../../projections/playback/now-playing.js';
import { listFrom } from '../routes/answers.js';
import { EVENT_STREAM } from '../edge/long-answers.js';
import { EventStreams, type Exchange, whenChanged } from '../routes/event-streams.js';
import { Listener, MinPosition, WholeExchange } from '../routes/parameters.js';
import { nowPlayingOf } from './plays.js';
import { Reads, Roles } from '../routes/route.js';
import { events } from '../routes/shapes.js';

@ApiTags('plays')
@Controller('v1/plays/now-playing')
export class NowPlayingEventsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly live: LiveReads,
    private readonly streams: EventStreams,
  ) {}

  @Get('events')
  @Roles('listener')
  @Reads({
    summary: 'Follows what the listener is playing, as server-sent events',
    description:
      'Each is a `now-playing` with what GET /v1/plays/now-playing answers, sent whenever that has changed. Its id names the content: what Last-Event-ID names is not sent again.',
    stream: EVENT_STREAM,
    answer: events,
  })
  async followNowPlaying(
    @Listener() listenerId: string,
    @MinPosition() minPosition: bigint | undefined,
    @WholeExchange() exchange: Exchange,
  ) {
    const read = async (position?: bigint) =>
      listFrom(await this.queries.execute(new GetNowPlaying(listenerId, position)), nowPlayingOf);
    // What is wrong is told by a problem, while there is no stream yet.
    await read(minPosition);
    return this.streams.answer(exchange, (signal) =>
      whenChanged(
        'now-playing',
        this.live.follow(nowPlaying, () => read(), signal),
        exchange.request,
      ),
    );
  }
}
