import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ListTopTracks } from '../../../application/playback/play-counts.js';
import { listFrom } from '../routes/responses.js';
import { MinPosition } from '../routes/parameters.js';
import { trackPlayCounts } from './play-counts-shape.js';
import { Reads, Roles } from '../routes/route.js';
import { listResponse, page } from '../routes/shapes.js';

const chartQuery = z.strictObject({
  by: z
    .enum(['counted', 'plays'], 'Must be counted or plays.')
    .default('counted')
    .describe('Order: `counted` by counted plays (R2), `plays` by all finished plays.'),
  ...page,
});

@ApiTags('charts')
@Controller('v1/charts')
export class ChartsController {
  constructor(private readonly queries: QueryBus) {}

  @Get('top-tracks')
  @Roles('listener', 'label', 'finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists the most played tracks',
    query: true,
    response: listResponse(trackPlayCounts, 'TopTracks'),
  })
  async topTracks(
    @Query({ schema: chartQuery }) { by, ...query }: z.infer<typeof chartQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return listFrom(await this.queries.execute(new ListTopTracks(by, query, minPosition)), (line) => line);
  }
}
