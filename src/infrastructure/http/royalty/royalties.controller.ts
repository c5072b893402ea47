import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { GetListenerUsage, GetRoyaltyUsage } from '../../../application/royalty/usage.queries.js';
import type { TrackUsageLine, UsageLine } from '../../../projections/royalty/royalty-usage.js';
import { listFrom } from '../routes/answers.js';
import { MinPosition } from '../routes/parameters.js';
import { Reads, Roles } from '../routes/route.js';
import { id, listOf, month, offering, page, sumMs, territory } from '../routes/shapes.js';

const usageQuery = z.strictObject({
  period: month,
  territory: territory.optional(),
  offering: offering.optional(),
  listenerId: id.optional().describe('One listener only: then in order of track.'),
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

/** The listener is who was asked for. */
const ofListener = ({ listenerId: _listener, ...line }: UsageLine) => lineOf(line);

@ApiTags('royalties')
@Controller('v1/royalties')
export class RoyaltiesController {
  constructor(private readonly queries: QueryBus) {}

  @Get('usage')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists what the plays of a month are worth, track by track, most credit first',
    description:
      'A line for each track, territory and offering, of all listeners or of one. The period of a play is the UTC month of its start.',
    query: true,
    answer: listOf(usageLine, 'Usage'),
  })
  async usage(
    @Query({ schema: usageQuery })
    { period: month, territory, offering, listenerId, ...query }: z.infer<typeof usageQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    const period = { month, territory, offering };
    if (listenerId === undefined)
      return listFrom(await this.queries.execute(new GetRoyaltyUsage(period, query, minPosition)), lineOf);
    const lines = new GetListenerUsage(listenerId, period, query, minPosition);
    return listFrom(await this.queries.execute(lines), ofListener);
  }
}
