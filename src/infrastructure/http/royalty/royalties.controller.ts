import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { GetListenerUsage, GetRoyaltyUsage } from '../../../application/royalty/usage.queries.js';
import type { TrackUsageLine, UsageLine } from '../../../projections/royalty/royalty-usage.js';
import { listFrom } from '../routes/responses.js';
import { MinPosition } from '../routes/parameters.js';
import { Reads, Roles } from '../routes/route.js';
import { id, listResponse, month, offering, page, sumMs, territory } from '../routes/shapes.js';

const usageQuery = z.strictObject({
  period: month,
  territory: territory.optional(),
  offering: offering.optional(),
  listenerId: id.optional().describe('Return only the usage of this listener, in order of track.'),
  ...page,
});

const usageLine = z
  .strictObject({
    period: month,
    trackId: id,
    territory,
    offering,
    plays: z.int().describe('Number of finished plays, counted or not.'),
    creditPpm: z.int().describe('Sum of the credits of the plays (R2), in parts per million of a play.'),
    listenedMs: sumMs.describe('Total time heard, in milliseconds, as text.'),
  })
  .meta({ id: 'UsageLine' });

const lineOf = ({ month, ...line }: TrackUsageLine) => ({ period: month, ...line });

/** Leaves out the listener, who is in the request. */
const ofListener = ({ listenerId: _listener, ...line }: UsageLine) => lineOf(line);

@ApiTags('royalties')
@Controller('v1/royalties')
export class RoyaltiesController {
  constructor(private readonly queries: QueryBus) {}

  @Get('usage')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists the usage of tracks in a month, most credit first',
    description:
      'Returns one line for each track, territory and offering, for all listeners or for one. A play belongs to the UTC month of its start.',
    query: true,
    response: listResponse(usageLine, 'Usage'),
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
