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

/** Health and metrics, for operators and monitoring. */
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
  @ApiOperation({ summary: 'Reports that the process is running' })
  @ApiResponse({ status: 200, standardSchema: health, description: 'The process is running.' })
  healthz() {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Public()
  @ApiOperation({
    summary: 'Reports whether the service is ready to serve requests',
    description:
      'The service is ready when the log responds and every projection has caught up once and has not stopped.',
  })
  @ApiResponse({ status: 200, standardSchema: readiness, description: 'The service is ready.' })
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
    summary: 'Returns metrics for Prometheus',
    description:
      'Requires PLAYLEDGER_METRICS_TOKEN or an admin token as bearer token. If PLAYLEDGER_METRICS_TOKEN is not set and the service is not in production, requests from the same machine need no token, unless they come through a proxy.',
  })
  @ApiProduces('text/plain')
  @ApiResponse({
    status: 200,
    schema: { type: 'string' },
    description: 'Metrics in the text format of Prometheus, version 0.0.4.',
  })
  metrics(): Promise<string> {
    return this.telemetry.metrics();
  }
}
