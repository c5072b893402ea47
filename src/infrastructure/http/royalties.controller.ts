import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { GetRoyaltyUsage } from '../../application/queries/royalty-usage.js';
import type { TrackUsageLine } from '../../projections/royalty-usage.js';
import { listFrom } from './answers.js';
import { MinPosition } from './parameters.js';
import { Reads, Roles } from './route.js';
import { id, listOf, month, offering, page, sumMs, territory } from './shapes.js';

const usageQuery = z.strictObject({
  period: month,
  territory: territory.optional(),
  offering: offering.optional(),
  ...page,
});

const usageLine = z
  .strictObject({
    period: month,
    trackId: id,
    territory,
    offering,
    plays: z.int().describe('All plays that are over, counted or not.'),
    creditPpm: z
      .int()
      .describe('Sum of the credits of the plays (R2) in parts per million: 1,000,000 is one play.'),
    listenedMs: sumMs,
  })
  .meta({ id: 'UsageLine' });

const lineOf = ({ month, ...line }: TrackUsageLine) => ({ period: month, ...line });

@ApiTags('royalties')
@Controller('v1/royalties')
export class RoyaltiesController {
  constructor(private readonly queries: QueryBus) {}

  @Get('usage')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists what the plays of a month are worth, track by track, most credit first',
    description:
      'A line for each track, territory and offering. The period of a play is the UTC month of its start.',
    query: true,
    answer: listOf(usageLine, 'Usage'),
  })
  async usage(
    @Query({ schema: usageQuery }) { period, territory, offering, ...query }: z.infer<typeof usageQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    const lines = new GetRoyaltyUsage({ month: period, territory, offering }, query, minPosition);
    return listFrom(await this.queries.execute(lines), lineOf);
  }
}
