import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ExplainPlay, type PlayExplanation } from '../../../application/royalty/explain-play.js';
import { periodOf } from '../../../domain/royalty/periods/period-id.js';
import { TIME_FAULTS } from '../../../domain/royalty/rules/time-check.js';
import { decimal } from '../routes/money.js';
import { MinPosition } from '../routes/parameters.js';
import { Reads, Roles } from '../routes/route.js';
import { id, rfc3339, time, periodParams } from '../routes/shapes.js';
import { decimalOf } from '../../../domain/shared/money.js';

const verdict = z
  .discriminatedUnion('is', [
    z.strictObject({ is: z.literal('counted'), creditPpm: z.int() }),
    z.strictObject({ is: z.literal('held'), creditPpm: z.int(), caseId: z.string() }),
    z.strictObject({ is: z.literal('rejected'), reason: z.string() }),
  ])
  .meta({ id: 'Verdict' });

const explanation = z
  .strictObject({
    playId: id,
    play: z
      .strictObject({
        trackId: id,
        listenerId: id,
        deviceId: id,
        mode: z.string(),
        source: z.string().describe('How it came to be chosen.'),
        startedAt: time,
        endedAt: time,
        receivedAt: time.describe('When the service had all of it.'),
        clockOffsetMs: z
          .int()
          .describe("What was added to the times of the device's clock at its last report."),
        durationMs: z
          .int()
          .nullable()
          .describe('Of the track as it was known when the play started; null when it was not.'),
        correctedDurationMs: z
          .int()
          .nullable()
          .describe('The length by which the play is judged, where it was corrected since; else null.'),
        segments: z
          .array(z.array(z.int()))
          .describe('What was heard, as stretches [from, to] of the track in milliseconds.'),
        playedMs: z.int(),
        uniqueMs: z.int(),
        wallMs: z.int(),
      })
      .nullable()
      .describe('Null while it goes on: nothing can be said yet.'),
    reports: z
      .array(
        z.strictObject({
          deviceId: id,
          deviceSeq: z.int().describe('The number that the device gave it.'),
          receivedAt: time,
          endedAt: time,
          segments: z.array(z.array(z.int())),
          muted: z.boolean(),
          contentHash: z.string().describe('SHA-256 of what the device said.'),
          outcome: z
            .enum(['counted', 'superseded', ...TIME_FAULTS])
            .describe(
              'counted; superseded: under the same number another one is shorter; or why its times cannot be (R14).',
            ),
        }),
      )
      .describe('What devices told later of it, in the order in which it came (R15).'),
    conflict: z
      .string()
      .nullable()
      .describe('The case about it, where a device said different things under one number.'),
    period: periodParams.nullable(),
    ruleset: z.strictObject({ hash: z.string(), name: z.string() }).nullable(),
    stage: z
      .enum(['open', 'closed', 'late'])
      .nullable()
      .describe('open: as it looks now; closed: in the statement; late: for the next restatement.'),
    rules: z
      .array(
        z.strictObject({
          rule: z.string(),
          outcome: z.enum(['passed', 'failed', 'notReached', 'off']),
          inputs: z.record(z.string(), z.unknown()),
        }),
      )
      .describe('In the order in which they were applied.'),
    verdict: verdict.nullable(),
    money: z
      .strictObject({
        lineAmount: decimal,
        lineCreditPpm: z.int(),
        splits: z.array(z.strictObject({ account: z.string(), amount: decimal })),
        part: z
          .strictObject({ numerator: z.string(), denominator: z.string() })
          .describe(
            "The play's part of the line by credit, as a fraction in micro-units; nothing is paid by it.",
          ),
      })
      .nullable()
      .describe("The line that it is part of, in the statement's currency, restatements included."),
  })
  .meta({ id: 'PlayExplanation' });

const playParams = z.strictObject({ playId: id });

@ApiTags('royalties')
@Controller('v1/royalties/plays')
export class RoyaltyPlaysController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':playId')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Explains a play: what was heard, each rule with what it looked at, the verdict, and its line',
    answer: explanation,
    problems: ['PlayNotFound'],
  })
  async explainPlay(
    @Param({ schema: playParams }) { playId }: z.infer<typeof playParams>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return explanationOf(await this.queries.execute(new ExplainPlay(playId, minPosition)));
  }
}

const explanationOf = (found: PlayExplanation): z.infer<typeof explanation> => {
  const { playId, play, reports, conflict, correctedMs, period, ruleset, stage, rules, verdict, money } =
    found;
  return {
    playId,
    play: play && playOf(play, correctedMs),
    reports: reports.map(reportOf),
    conflict,
    period: (period === null ? undefined : periodOf(period)) ?? null,
    ruleset,
    stage,
    rules: rules.map(({ rule, outcome, inputs }) => ({ rule, outcome, inputs: { ...inputs } })),
    verdict,
    money: money && {
      lineAmount: decimalOf(money.lineAmount),
      lineCreditPpm: money.lineCreditPpm,
      splits: money.splits.map(({ account, amount }) => ({ account, amount: decimalOf(amount) })),
      part: money.part,
    },
  };
};

const playOf = (play: NonNullable<PlayExplanation['play']>, correctedMs: number | null) => ({
  trackId: play.trackId,
  listenerId: play.listenerId,
  deviceId: play.deviceId,
  mode: play.mode,
  source: play.source,
  startedAt: rfc3339(play.startedAt),
  endedAt: rfc3339(play.at),
  receivedAt: rfc3339(play.receivedAt),
  clockOffsetMs: play.clockOffsetMs,
  durationMs: play.durationMs,
  correctedDurationMs: correctedMs,
  segments: play.segments.map(({ fromMs, toMs }) => [fromMs, toMs]),
  playedMs: play.playedMs,
  uniqueMs: play.uniqueMs,
  wallMs: play.wallMs,
});

type Report = PlayExplanation['reports'][number];

const reportOf = ({ caseId: _case, segments, receivedAt, endedAt, ...report }: Report) => ({
  ...report,
  receivedAt: rfc3339(receivedAt),
  endedAt: rfc3339(endedAt),
  segments: segments.map(({ fromMs, toMs }) => [fromMs, toMs]),
});
