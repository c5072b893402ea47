import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { LiveReads } from '../../../application/projecting/live-reads.js';
import { GetNowPlaying } from '../../../application/playback/now-playing.js';
import { nowPlaying } from '../../../projections/playback/now-playing.js';
import { listFrom } from '../routes/responses.js';
import { EVENT_STREAM } from '../edge/long-responses.js';
import { EventStreams, type HttpExchange, whenChanged } from '../routes/event-streams.js';
import { Listener, MinPosition, RequestAndResponse } from '../routes/parameters.js';
import { nowPlayingOf } from './play-shapes.js';
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
    summary: "Streams the caller's current plays as server-sent events",
    description:
      'Each event has the type `now-playing` and the body of GET /v1/plays/now-playing. The service sends one whenever that body changes. The event id identifies the content: after a reconnect with Last-Event-ID, the service does not send the same content again.',
    stream: EVENT_STREAM,
    response: events,
  })
  async followNowPlaying(
    @Listener() listenerId: string,
    @MinPosition() minPosition: bigint | undefined,
    @RequestAndResponse() exchange: HttpExchange,
  ) {
    const read = async (position?: bigint) =>
      listFrom(await this.queries.execute(new GetNowPlaying(listenerId, position)), nowPlayingOf);
    // Fails with a problem document while the response has not started.
    await read(minPosition);
    return this.streams.respond(exchange, (signal) =>
      whenChanged(
        'now-playing',
        this.live.follow(nowPlaying, () => read(), signal),
        exchange.request,
      ),
    );
  }
}
