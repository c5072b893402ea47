import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Ids } from '../../../application/ports/ids.js';
import { type Replay, type ReplayOrder, Replays } from '../../../application/royalty/replay/replays.js';
import { sideBySide } from '../../../application/royalty/replay/replay-verdict.js';
import type { Statement } from '../../../application/royalty/replay/recorded-statement.js';
import type { CommandMeta } from '../../../application/streams/streams.js';
import { found } from '../routes/answers.js';
import { money, moneyOf } from '../routes/money.js';
import { EVENT_STREAM } from '../edge/long-answers.js';
import { EventStreams, type Exchange, type Message } from '../routes/event-streams.js';
import { Meta, WholeExchange } from '../routes/parameters.js';
import { ChangesNothing, Reads, Roles, Writes } from '../routes/route.js';
import { events, instant, rfc3339, sha256, time, periodParams } from '../routes/shapes.js';

const position = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,17})$/, 'Must be a position in the log.')
  .describe('Position in the log.');

const newReplay = z
  .strictObject({
    period: periodParams,
    asOf: z
      .union([z.strictObject({ position }), z.strictObject({ at: instant })])
      .optional()
      .describe('How much of the log is taken in; absent: what the last settlement of the period saw.'),
    ruleset: sha256
      .optional()
      .describe("Hash of another ruleset than the period's, to see what it would have paid."),
  })
  .meta({ id: 'NewReplay' });

/** Tracks that a result shows side by side. */
const TRACKS_MAX = 200;

const side = z
  .strictObject({
    fence: z.string(),
    rulesetHash: z.string(),
    pool: money,
    payable: money,
    counted: z.int(),
    linesRoot: z.string().describe('Merkle root of the lines: equal roots are equal statements.'),
  })
  .meta({ id: 'ReplaySide' });

const result = z
  .strictObject({
    verdict: z
      .enum(['equal', 'different', 'whatIf', 'notClosed'])
      .describe('whatIf: by another ruleset; notClosed: nothing is in the books to compare with.'),
    recorded: side.nullable().describe('What stands in the books; null before the close.'),
    replayed: side.describe('What the log alone comes to.'),
    differencesInAll: z.int(),
    differences: z
      .array(
        z.strictObject({ at: z.string(), recorded: z.string().nullable(), replayed: z.string().nullable() }),
      )
      .describe('The first of them, each as canonical JSON.'),
    tracks: z
      .array(z.strictObject({ trackId: z.string(), recorded: money.nullable(), replayed: money.nullable() }))
      .describe('Side by side, most money first, the first of them.'),
  })
  .meta({ id: 'ReplayResult' });

const replay = z
  .strictObject({
    id: z.string(),
    period: periodParams,
    asOf: z.union([z.strictObject({ position }), z.strictObject({ at: time })]).optional(),
    ruleset: sha256.optional(),
    status: z.enum(['waiting', 'running', 'done', 'failed']),
    position: z.string().describe('How far in the log it has read.'),
    plays: z.int().describe('That it has found so far.'),
    result: result.optional(),
    failure: z.strictObject({ code: z.string(), detail: z.string() }).optional(),
  })
  .meta({ id: 'Replay', description: 'Kept in the memory of the process: a restart forgets it.' });

const replayParams = z.strictObject({ replayId: z.uuid('Must be a UUID.') });
type ReplayParams = z.infer<typeof replayParams>;

/** Audits over HTTP: a period recomputed from the log alone and held against the books. */
@ApiTags('royalties')
@Controller('v1/royalties/replays')
export class ReplaysController {
  constructor(
    private readonly replays: Replays,
    private readonly ids: Ids,
    private readonly streams: EventStreams,
  ) {}

  @Post()
  @Roles('auditor', 'finance', 'admin')
  @ChangesNothing()
  @Writes({
    summary: 'Starts a replay of a period from the log alone',
    description: 'Nothing is written by it. Two run at once; the result is kept until the process restarts.',
    status: 201,
    answer: replay,
    problems: ['TooManyReplays'],
  })
  startReplay(
    @Body({ schema: newReplay }) { period, asOf, ruleset }: z.infer<typeof newReplay>,
    @Meta() { commandId }: CommandMeta,
  ) {
    const order: ReplayOrder = {
      period,
      ...(asOf && { asOf: 'position' in asOf ? { position: BigInt(asOf.position) } : asOf }),
      ...(ruleset === undefined ? {} : { rulesetHash: ruleset }),
    };
    return replayOf(this.replays.start(this.ids.derived('replay', commandId), order));
  }

  @Get(':replayId')
  @Roles('auditor', 'finance', 'admin')
  @Reads({
    summary: 'Shows a replay and, once it is done, its result',
    unfolded: true,
    answer: replay,
    problems: ['ReplayNotFound'],
  })
  getReplay(@Param({ schema: replayParams }) { replayId }: ReplayParams) {
    return replayOf(found(this.replays.get(replayId), 'ReplayNotFound'));
  }

  @Get(':replayId/events')
  @Roles('auditor', 'finance', 'admin')
  @Reads({
    summary: 'Follows a replay as server-sent events: progress, then done or failed with the whole of it',
    stream: EVENT_STREAM,
    unfolded: true,
    answer: events,
    problems: ['ReplayNotFound'],
  })
  followReplay(
    @Param({ schema: replayParams }) { replayId }: ReplayParams,
    @WholeExchange() exchange: Exchange,
  ) {
    found(this.replays.get(replayId), 'ReplayNotFound');
    return this.streams.answer(exchange, () => messagesOf(this.replays.watch(replayId)));
  }
}

async function* messagesOf(states: AsyncIterable<Replay>): AsyncGenerator<Message> {
  for await (const state of states) yield messageOf(state);
}

const messageOf = (now: Replay): Message =>
  now.status === 'done' || now.status === 'failed'
    ? { type: now.status, data: replayOf(now) }
    : { type: 'progress', data: { status: now.status, position: now.position, plays: now.plays } };

const replayOf = ({
  id,
  order,
  status,
  position,
  plays,
  verdict,
  failure,
}: Replay): z.infer<typeof replay> => {
  const { period, asOf, rulesetHash } = order;
  return {
    id,
    period,
    ...(asOf && {
      asOf: 'position' in asOf ? { position: asOf.position.toString() } : { at: rfc3339(asOf.at) },
    }),
    ...(rulesetHash === undefined ? {} : { ruleset: rulesetHash }),
    status,
    position,
    plays,
    ...(verdict && { result: resultOf(verdict) }),
    ...(failure && { failure }),
  };
};

const resultOf = (found: NonNullable<Replay['verdict']>): z.infer<typeof result> => {
  const { verdict, recorded, replayed, differences, differencesInAll } = found;
  const moneyIn = (amount: bigint | null, side: Statement | undefined) =>
    amount === null || !side ? null : moneyOf(String(amount), side.summary.currency);
  return {
    verdict,
    recorded: recorded ? sideOf(recorded) : null,
    replayed: sideOf(replayed),
    differencesInAll,
    differences: [...differences],
    tracks: sideBySide(found, TRACKS_MAX).map(({ trackId, ...both }) => ({
      trackId,
      recorded: moneyIn(both.recorded, recorded),
      replayed: moneyIn(both.replayed, replayed),
    })),
  };
};

const sideOf = ({ summary }: Statement): z.infer<typeof side> => ({
  fence: summary.fence,
  rulesetHash: summary.rulesetHash,
  pool: moneyOf(summary.pool, summary.currency),
  payable: moneyOf(summary.payable, summary.currency),
  counted: summary.counted,
  linesRoot: summary.linesRoot,
});
