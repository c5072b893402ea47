import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Ids } from '../../../application/ports/ids.js';
import { type Replay, type ReplayOrder, Replays } from '../../../application/royalty/replay/replays.js';
import { sideBySide } from '../../../application/royalty/replay/replay-verdict.js';
import type { PeriodStatement } from '../../../application/royalty/replay/recorded-statement.js';
import type { CommandMeta } from '../../../application/streams/streams.js';
import { found } from '../routes/responses.js';
import { money, moneyOf } from '../routes/money.js';
import { EVENT_STREAM } from '../edge/long-responses.js';
import { EventStreams, type HttpExchange, type Message } from '../routes/event-streams.js';
import { Meta, RequestAndResponse } from '../routes/parameters.js';
import { ChangesNothing, Reads, Roles, Writes } from '../routes/route.js';
import { events, instant, rfc3339, sha256Hex, time, periodParams } from '../routes/shapes.js';

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
      .describe('Position or time up to which the log is read; absent: the fence of the last settlement.'),
    ruleset: sha256Hex
      .optional()
      .describe("Hash of a ruleset to apply instead of the period's, for a what-if comparison."),
  })
  .meta({ id: 'NewReplay' });

/** Number of tracks that a result compares. */
const TRACKS_MAX = 200;

const side = z
  .strictObject({
    fence: z.string().describe('Position in the log up to which events were included.'),
    rulesetHash: z.string(),
    pool: money,
    payable: money,
    counted: z.int(),
    linesRoot: z.string().describe('Merkle root of the statement lines. Equal roots mean equal statements.'),
  })
  .meta({ id: 'ReplaySide' });

const result = z
  .strictObject({
    verdict: z
      .enum(['equal', 'different', 'whatIf', 'notClosed'])
      .describe(
        '`whatIf`: another ruleset was applied. `notClosed`: there is no recorded statement to compare with.',
      ),
    recorded: side.nullable().describe('Recorded statement; null before the close.'),
    replayed: side.describe('Statement recomputed from the log.'),
    differencesInAll: z.int().describe('Total number of differences.'),
    differences: z
      .array(
        z.strictObject({ at: z.string(), recorded: z.string().nullable(), replayed: z.string().nullable() }),
      )
      .describe('First differences: the place and both values as canonical JSON (RFC 8785).'),
    tracks: z
      .array(z.strictObject({ trackId: z.string(), recorded: money.nullable(), replayed: money.nullable() }))
      .describe(`Money of up to ${TRACKS_MAX} tracks, most money first.`),
  })
  .meta({ id: 'ReplayResult' });

const replay = z
  .strictObject({
    id: z.string(),
    period: periodParams,
    asOf: z.union([z.strictObject({ position }), z.strictObject({ at: time })]).optional(),
    ruleset: sha256Hex.optional(),
    status: z.enum(['waiting', 'running', 'done', 'failed']),
    position: z.string().describe('Position in the log up to which the replay has read.'),
    plays: z.int().describe('Number of plays found so far.'),
    result: result.optional(),
    failure: z.strictObject({ code: z.string(), detail: z.string() }).optional(),
  })
  .meta({ id: 'Replay', description: 'Kept in memory: a restart of the process deletes it.' });

const replayParams = z.strictObject({
  replayId: z.uuid('Must be a UUID.').describe('Id from the response to the start of the replay.'),
});
type ReplayParams = z.infer<typeof replayParams>;

/** Audits: recomputes a period from the log alone and compares the result with the recorded statement. */
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
    summary: 'Starts a replay of a period from the log',
    description:
      'A replay recomputes the statement from the log alone, compares it with the recorded one and writes nothing. Two replays run at once; others wait. The process keeps the results of its latest 50 replays until it restarts.',
    status: 201,
    response: replay,
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
    summary: 'Returns a replay and, once it is done, its result',
    noMinPosition: true,
    response: replay,
    problems: ['ReplayNotFound'],
  })
  getReplay(@Param({ schema: replayParams }) { replayId }: ReplayParams) {
    return replayOf(found(this.replays.get(replayId), 'ReplayNotFound'));
  }

  @Get(':replayId/events')
  @Roles('auditor', 'finance', 'admin')
  @Reads({
    summary: 'Streams the progress of a replay as server-sent events',
    description:
      'Events of the type `progress`, then one of the type `done` or `failed` with the body of GET /v1/royalties/replays/{replayId}.',
    stream: EVENT_STREAM,
    noMinPosition: true,
    response: events,
    problems: ['ReplayNotFound'],
  })
  followReplay(
    @Param({ schema: replayParams }) { replayId }: ReplayParams,
    @RequestAndResponse() exchange: HttpExchange,
  ) {
    found(this.replays.get(replayId), 'ReplayNotFound');
    return this.streams.respond(exchange, () => messagesOf(this.replays.watch(replayId)));
  }
}

async function* messagesOf(states: AsyncIterable<Replay>): AsyncGenerator<Message> {
  for await (const state of states) yield messageOf(state);
}

const messageOf = (replay: Replay): Message => {
  const { status, position, plays } = replay;
  return status === 'done' || status === 'failed'
    ? { type: status, data: replayOf(replay) }
    : { type: 'progress', data: { status, position, plays } };
};

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
  const moneyIn = (amount: bigint | null, side: PeriodStatement | undefined) =>
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

const sideOf = ({ summary }: PeriodStatement): z.infer<typeof side> => ({
  fence: summary.fence,
  rulesetHash: summary.rulesetHash,
  pool: moneyOf(summary.pool, summary.currency),
  payable: moneyOf(summary.payable, summary.currency),
  counted: summary.counted,
  linesRoot: summary.linesRoot,
});
