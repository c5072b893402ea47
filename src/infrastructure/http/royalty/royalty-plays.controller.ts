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
        source: z.string().describe('How the listener came to the track.'),
        startedAt: time,
        endedAt: time,
        receivedAt: time.describe('Time of receipt of the last report.'),
        clockOffsetMs: z
          .int()
          .describe("Correction added to the device's times at its last report, in milliseconds."),
        durationMs: z
          .int()
          .nullable()
          .describe('Length of the track at the start of the play, in milliseconds; null if unknown.'),
        correctedDurationMs: z
          .int()
          .nullable()
          .describe('Corrected length used to evaluate the play, in milliseconds; null if not corrected.'),
        segments: z
          .array(z.array(z.int()))
          .describe('Segments of the track that were heard, as [from, to] in milliseconds.'),
        playedMs: z.int().describe('Time heard, repeats included, in milliseconds.'),
        uniqueMs: z.int().describe('Length of the parts of the track that were heard, in milliseconds.'),
        wallMs: z.int().describe('Time it took to hear them, by the clock, in milliseconds.'),
      })
      .nullable()
      .describe('Facts of the play; null while the play is running.'),
    reports: z
      .array(
        z.strictObject({
          deviceId: id,
          deviceSeq: z.int().describe('Number that the device gave the report.'),
          receivedAt: time,
          endedAt: time,
          segments: z.array(z.array(z.int())),
          muted: z.boolean(),
          contentHash: z.string().describe('SHA-256 digest of the content of the report.'),
          outcome: z
            .enum(['counted', 'superseded', ...TIME_FAULTS])
            .describe(
              '`counted`; `superseded`: a shorter report has the same number; otherwise the reason why its times are impossible (R14).',
            ),
        }),
      )
      .describe('Numbered reports of the play, in order of receipt (R15).'),
    conflict: z
      .string()
      .nullable()
      .describe(
        'Id of the case about the play, if a device sent different reports under one number; else null.',
      ),
    period: periodParams.nullable(),
    ruleset: z.strictObject({ hash: z.string(), name: z.string() }).nullable(),
    stage: z
      .enum(['open', 'closed', 'late'])
      .nullable()
      .describe(
        '`open`: preliminary, the period is open. `closed`: in the statement. `late`: due for the next restatement.',
      ),
    rules: z
      .array(
        z.strictObject({
          rule: z.string(),
          outcome: z.enum(['passed', 'failed', 'notReached', 'off']),
          inputs: z.record(z.string(), z.unknown()),
        }),
      )
      .describe('Rules in the order of their application, with the inputs of each.'),
    verdict: verdict.nullable(),
    money: z
      .strictObject({
        lineAmount: decimal,
        lineCreditPpm: z.int(),
        splits: z.array(z.strictObject({ account: z.string(), amount: decimal })),
        part: z
          .strictObject({ numerator: z.string(), denominator: z.string() })
          .describe(
            "The play's part of the line by credit, as a fraction in micro-units. For information only: payments use lines.",
          ),
      })
      .nullable()
      .describe(
        "Statement line with this play, in the statement's currency, restatements included; null without a line.",
      ),
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
    summary: 'Explains how a play was counted and paid',
    description:
      'Returns the facts of the play, each rule with its inputs, the verdict and the statement line.',
    response: explanation,
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
