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
import { found } from '../routes/answers.js';
import { EVENT_STREAM } from '../edge/long-answers.js';
import { EventStreams, type Exchange, whenChanged } from '../routes/event-streams.js';
import { WholeExchange } from '../routes/parameters.js';
import { Problem } from '../problems/problem.js';
import { Reads, Roles, Writes } from '../routes/route.js';
import { events, listOf } from '../routes/shapes.js';

const projection = z
  .strictObject({
    name: z.string(),
    version: z.int(),
    kind: z.enum(['money', 'reading']).describe('money stops at what it cannot fold, reading sets it aside.'),
    state: z
      .enum(['building', 'live', 'stopped'])
      .describe('building: nobody reads it yet, or an older version. stopped: it needs a person.'),
    position: z.string().describe('Every event at or before it is in the documents.'),
    lag: z.string().describe('Positions from there to the head of the log: events on the embedded engine.'),
    parked: z.int().describe('Events set aside because they could not be folded.'),
    rebuilding: z
      .string()
      .optional()
      .describe('How far the build has come that is made beside the one that is read.'),
    error: z.string().optional().describe('Why it is stopped, or what holds it up.'),
  })
  .meta({ id: 'Projection' });

const newRebuild = z.strictObject({}).meta({ id: 'NewRebuild', description: 'The path says everything.' });

const projectionParams = z.strictObject({
  name: z.string().regex(/^[a-z-]{1,64}$/, 'Must be the name of a projection.'),
});

const POLLS = { minMs: 1_000, maxMs: 1_000 };

/** The projections, for those who run the service. */
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
    summary: 'Lists the projections, and how far they are',
    description:
      'In a process without the role projector by what the read models hold: there a projection that is stopped is one that falls behind.',
    unfolded: true,
    answer: listOf(projection, 'Projections'),
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
    summary: 'Follows the projections, as server-sent events',
    description:
      'Each is a `projections` with what GET /v1/operations/projections answers, sent whenever one has moved, once a second at most.',
    stream: EVENT_STREAM,
    unfolded: true,
    answer: events,
    problems: ['StoreUnavailable', 'ReadModelsUnavailable'],
  })
  async followProjections(@WholeExchange() exchange: Exchange) {
    // What is wrong is told by a problem, while there is no stream yet.
    await this.listProjections();
    return this.streams.answer(exchange, (signal) =>
      whenChanged('projections', this.watcher.values(signal), exchange.request),
    );
  }

  @Post(':name/rebuild')
  @Roles('admin')
  @Writes({
    summary: 'Folds a projection anew from the log, beside the documents that are read',
    description:
      'They are swapped when it has caught up. A build under way is begun again. A projection of money that stopped goes on by this, once what stopped it is gone.',
    status: 202,
    answer: projection,
    problems: ['ProjectionNotFound'],
  })
  async rebuildProjection(
    @Param({ schema: projectionParams }) { name }: z.infer<typeof projectionParams>,
    @Body({ schema: newRebuild }) _nothing: z.infer<typeof newRebuild>,
  ) {
    if (!this.rebuilds.rebuild(name)) throw new Problem('ProjectionNotFound');
    const state = this.status.all().find((one) => one.name === name);
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
