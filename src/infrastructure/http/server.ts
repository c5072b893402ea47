import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type DynamicModule, type INestApplication, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Telemetry } from '../../application/ports/telemetry.js';
import { BadConfig, type Config } from '../config.js';
import { ApiDescription } from './operations/docs.controller.js';
import { Drain } from './edge/drain.js';
import { edge } from './edge/edge.js';
import { EdgeAdapter } from './edge/edge-adapter.js';
import { describeApi } from './routes/openapi.js';

/** Most time for requests under way to complete after the drain begins. */
const DRAIN_MS_MAX = 8_000;

/** Messages for errors of `listen`, by code. They name the setting to change. */
const LISTEN_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'PORT is already in use: stop the process that listens on it, or choose another port (0 for any free port).',
  EACCES: 'PORT requires privileges that this user lacks: choose a port above 1023.',
  EADDRNOTAVAIL: 'PLAYLEDGER_HOST is not an address of this machine.',
  ENOTFOUND: 'PLAYLEDGER_HOST cannot be resolved to an address.',
};

type ListenConfig = Pick<Config, 'host' | 'port' | 'socketsMax' | 'socketsPerAddress'>;

/** A server that accepts requests. */
export type RunningServer = {
  /** `http://HOST:PORT` */
  readonly url: string;
  /** Drains: completes requests under way, for at most 8 seconds, and accepts no new ones. Idempotent. */
  readonly stop: () => Promise<void>;
};

/** The application with its edge, ready to listen. */
export const createHttpApp = async (
  module: DynamicModule,
  config: ListenConfig,
  logger: LoggerService | false = false,
): Promise<INestApplication> => {
  const adapter = new EdgeAdapter(config);
  // The intake guard reads bodies, after access is granted.
  const app = await NestFactory.create(module, adapter, { bodyParser: false, abortOnError: false, logger });
  adapter.edge = edge(app.get(Telemetry), app.get(Drain));
  await app.init();
  app.get(ApiDescription).document = describeApi(app);
  return app;
};

/**
 * Starts to listen.
 *
 * @throws {BadConfig} when the process cannot listen on the address
 */
export const startHttp = async (
  app: INestApplication,
  { host, port }: ListenConfig,
): Promise<RunningServer> => {
  try {
    await app.listen(port, host);
  } catch (error) {
    const message = LISTEN_ERRORS[String((error as { readonly code?: unknown }).code)];
    throw message ? new BadConfig([message]) : error;
  }
  const server = app.getHttpServer() as Server;
  const { address, family, port: actual } = server.address() as AddressInfo;
  const drain = app.get(Drain);
  let stopped: Promise<void> | undefined;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`,
    stop: () => (stopped ??= stop(app, server, drain)),
  };
};

const stop = async (app: INestApplication, server: Server, drain: Drain): Promise<void> => {
  drain.begin();
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  // A connection that was busy when the server closed becomes idle after its response and would be kept alive.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS_MAX);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
  await app.close();
};
