import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { GetPlayCounts } from '../../../application/playback/play-counts.js';
import { MinPosition } from '../routes/parameters.js';
import { Reads, Roles } from '../routes/route.js';
import { id } from '../routes/shapes.js';
import { playCounts, playCountsOf } from './play-counts.js';

const trackParams = z.strictObject({ trackId: id });

@ApiTags('catalogue')
@Controller('v1/tracks/:trackId/play-counts')
export class PlayCountsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Roles('listener', 'label', 'finance', 'auditor', 'admin')
  @Reads({
    summary: 'Counts the plays of a track',
    description: 'All zero for a track that was never played, or does not exist.',
    answer: playCounts,
  })
  async getPlayCounts(
    @Param({ schema: trackParams }) { trackId }: z.infer<typeof trackParams>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return playCountsOf(trackId, await this.queries.execute(new GetPlayCounts(trackId, minPosition)));
  }
}
