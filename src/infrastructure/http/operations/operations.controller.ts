import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ProjectionStatus } from '../../../application/ports/projection-status.js';
import { Telemetry } from '../../../application/ports/telemetry.js';
import { Problem } from '../problems/problem.js';
import { Readiness } from './readiness.js';
import { Operator, problems, Public } from '../routes/route.js';

const health = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Health' });

const readiness = z
  .strictObject({
    status: z.literal('ready'),
    projections: z.array(
      z.strictObject({
        name: z.string(),
        version: z.int(),
        position: z.string(),
        state: z.enum(['building', 'live']),
      }),
    ),
  })
  .meta({ id: 'Readiness' });

/** For those who run the service and for the machines that watch it. */
@ApiTags('operations')
@Controller()
export class OperationsController {
  constructor(
    private readonly readiness: Readiness,
    private readonly projections: ProjectionStatus,
    private readonly telemetry: Telemetry,
  ) {}

  @Get('healthz')
  @Public()
  @ApiOperation({ summary: 'Says that the process runs' })
  @ApiResponse({ status: 200, standardSchema: health, description: 'It does.' })
  healthz() {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Public()
  @ApiOperation({
    summary: 'Says whether the service can do its work',
    description: 'It can when the log answers and every projection has caught up once and is not stopped.',
  })
  @ApiResponse({ status: 200, standardSchema: readiness, description: 'It can.' })
  @problems('NotReady')
  async readyz() {
    const errors = await this.readiness.obstacles();
    if (errors.length > 0) throw new Problem('NotReady', { errors, headers: { 'Retry-After': '1' } });
    return {
      status: 'ready',
      projections: this.projections.all().map(({ name, version, position, state }) => ({
        name,
        version,
        position: position.toString(),
        state,
      })),
    };
  }

  @Get('metrics')
  @Operator()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  @ApiOperation({
    summary: 'Shows metrics for Prometheus',
    description:
      'For holders of PLAYLEDGER_METRICS_TOKEN or of an admin token. With no such token set and outside production also for whoever asks from the same machine, not through a proxy.',
  })
  @ApiProduces('text/plain')
  @ApiResponse({ status: 200, schema: { type: 'string' }, description: 'Text format 0.0.4.' })
  metrics(): Promise<string> {
    return this.telemetry.metrics();
  }
}
