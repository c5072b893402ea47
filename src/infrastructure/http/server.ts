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

/** Longest that answers under way may take once the process has begun to stop. */
const DRAIN_MS_MAX = 8_000;

/** What the operating system says of an address, in words that name the setting. */
const UNUSABLE: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'PORT names a port that is taken: stop what listens there, or choose another (0 takes a free one).',
  EACCES: 'PORT names a port that this user may not listen on: choose one above 1023.',
  EADDRNOTAVAIL: 'PLAYLEDGER_HOST names an address that this machine does not have.',
  ENOTFOUND: 'PLAYLEDGER_HOST names an address that is not known.',
};

type Listening = Pick<Config, 'host' | 'port' | 'socketsMax' | 'socketsPerAddress'>;

/** A server that takes requests. */
export type RunningServer = {
  /** `http://HOST:PORT` */
  readonly url: string;
  /** Answers what is under way, at most for 8 seconds, and takes nothing new. A second call waits for the first. */
  readonly stop: () => Promise<void>;
};

/** The application with its edge, ready to listen. */
export const createHttpApp = async (
  module: DynamicModule,
  config: Listening,
  logger: LoggerService | false = false,
): Promise<INestApplication> => {
  const adapter = new EdgeAdapter(config);
  // A body is read by the intake, once its sender was let in.
  const app = await NestFactory.create(module, adapter, { bodyParser: false, abortOnError: false, logger });
  adapter.edge = edge(app.get(Telemetry), app.get(Drain));
  await app.init();
  app.get(ApiDescription).document = describeApi(app);
  return app;
};

/** @throws {BadConfig} when the address cannot be listened on */
export const startHttp = async (app: INestApplication, { host, port }: Listening): Promise<RunningServer> => {
  try {
    await app.listen(port, host);
  } catch (error) {
    const why = UNUSABLE[String((error as { readonly code?: unknown }).code)];
    throw why ? new BadConfig([why]) : error;
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
  // A connection that was busy when the server closed becomes idle with its answer, and would be kept alive.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS_MAX);
  await closed;
  clearInterval(idle);
  clearTimeout(late);
  await app.close();
};
