import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { GetPlayCounts } from '../../../application/playback/play-counts.js';
import { MinPosition } from '../routes/parameters.js';
import { Reads, Roles } from '../routes/route.js';
import { id } from '../routes/shapes.js';
import { playCountsOf, trackPlayCounts } from './play-counts-shape.js';

const trackParams = z.strictObject({ trackId: id });

@ApiTags('catalogue')
@Controller('v1/tracks/:trackId/play-counts')
export class PlayCountsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Roles('listener', 'label', 'finance', 'auditor', 'admin')
  @Reads({
    summary: 'Returns the play counts of a track',
    description: 'All counts are 0 for a track that has no plays or does not exist.',
    response: trackPlayCounts,
  })
  async getPlayCounts(
    @Param({ schema: trackParams }) { trackId }: z.infer<typeof trackParams>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return playCountsOf(trackId, await this.queries.execute(new GetPlayCounts(trackId, minPosition)));
  }
}
