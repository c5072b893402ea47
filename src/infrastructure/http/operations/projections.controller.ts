import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { EventStore } from '../../../application/ports/event-store.js';
import { type ProjectionState, ProjectionStatus } from '../../../application/ports/projection-status.js';
import { ReadModels } from '../../../application/ports/read-models.js';
import { Rebuilds } from '../../../application/ports/rebuilds.js';
import { Timer } from '../../../application/ports/timer.js';
import { Watcher } from '../../../application/projecting/watcher.js';
import { recordedProgress } from '../../../application/projecting/recorded-progress.js';
import { found } from '../routes/responses.js';
import { EVENT_STREAM } from '../edge/long-responses.js';
import { EventStreams, type HttpExchange, whenChanged } from '../routes/event-streams.js';
import { RequestAndResponse } from '../routes/parameters.js';
import { Problem } from '../problems/problem.js';
import { Reads, Roles, Writes } from '../routes/route.js';
import { events, listResponse } from '../routes/shapes.js';

const projection = z
  .strictObject({
    name: z.string(),
    version: z.int(),
    kind: z
      .enum(['money', 'reading'])
      .describe(
        'A `money` projection stops at an event that it cannot apply; a `reading` projection parks the event.',
      ),
    state: z
      .enum(['building', 'live', 'stopped'])
      .describe('`building`: not readable yet, or an older version is read. `stopped`: needs an operator.'),
    position: z.string().describe('Position in the log up to which events are applied.'),
    lag: z
      .string()
      .describe(
        'Distance from the position to the head of the log. On the embedded engine: number of events.',
      ),
    parked: z.int().describe('Number of parked events, which could not be applied.'),
    rebuilding: z.string().optional().describe('Position of the rebuild under way; absent if there is none.'),
    error: z.string().optional().describe('Reason why the projection has stopped or does not advance.'),
  })
  .meta({ id: 'Projection' });

const newRebuild = z
  .strictObject({})
  .meta({ id: 'NewRebuild', description: 'An empty object: the path identifies the projection.' });

const projectionParams = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z-]{1,64}$/, 'Must be the name of a projection.')
    .describe('Name of the projection.'),
});

const POLLS = { minMs: 1_000, maxMs: 1_000 };

/** The projections, for operators. */
@ApiTags('operations')
@Controller('v1/operations/projections')
export class ProjectionsController {
  /** One for all streams of events. */
  private readonly watcher: Watcher<Awaited<ReturnType<ProjectionsController['listProjections']>>>;

  constructor(
    private readonly status: ProjectionStatus,
    private readonly rebuilds: Rebuilds,
    private readonly store: EventStore,
    private readonly models: ReadModels,
    timer: Timer,
    private readonly streams: EventStreams,
  ) {
    this.watcher = new Watcher(() => this.listProjections(), timer, POLLS);
  }

  @Get()
  @Roles('admin')
  @Reads({
    summary: 'Lists projections with their state, position and lag',
    description:
      'A process without the role projector reads the state from the read models; a stopped projection then appears as one that falls behind.',
    noMinPosition: true,
    response: listResponse(projection, 'Projections'),
    problems: ['StoreUnavailable', 'ReadModelsUnavailable'],
  })
  async listProjections() {
    const kept = this.status.all();
    const states = kept.length > 0 ? kept : await recordedProgress(this.models);
    const head = await this.store.head();
    return { items: states.map((state) => projectionOf(state, head)) };
  }

  @Get('events')
  @Roles('admin')
  @Reads({
    summary: 'Streams the states of projections as server-sent events',
    description:
      'Each event has the type `projections` and the body of GET /v1/operations/projections. The service sends one whenever a projection advances, at most once a second.',
    stream: EVENT_STREAM,
    noMinPosition: true,
    response: events,
    problems: ['StoreUnavailable', 'ReadModelsUnavailable'],
  })
  async followProjections(@RequestAndResponse() exchange: HttpExchange) {
    // Fails with a problem document while the response has not started.
    await this.listProjections();
    return this.streams.respond(exchange, (signal) =>
      whenChanged('projections', this.watcher.values(signal), exchange.request),
    );
  }

  @Post(':name/rebuild')
  @Roles('admin')
  @Writes({
    summary: 'Rebuilds a projection from the log',
    description:
      'The service builds new documents beside those in use and swaps them once the build has caught up. A repeat restarts a build under way. A rebuild also restarts a stopped `money` projection, once the cause is fixed.',
    status: 202,
    response: projection,
    problems: ['ProjectionNotFound'],
  })
  async rebuildProjection(
    @Param({ schema: projectionParams }) { name }: z.infer<typeof projectionParams>,
    @Body({ schema: newRebuild }) _nothing: z.infer<typeof newRebuild>,
  ) {
    if (!this.rebuilds.rebuild(name)) throw new Problem('ProjectionNotFound');
    const state = this.status.all().find((projection) => projection.name === name);
    return projectionOf(found(state, 'ProjectionNotFound'), await this.store.head());
  }
}

const projectionOf = (
  { position, rebuilding, ...state }: ProjectionState,
  head: bigint,
): z.infer<typeof projection> => ({
  ...state,
  position: position.toString(),
  lag: (head > position ? head - position : 0n).toString(),
  ...(rebuilding === undefined ? {} : { rebuilding: rebuilding.toString() }),
});
