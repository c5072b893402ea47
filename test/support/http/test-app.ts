import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication, Type } from '@nestjs/common';
import { SettlementThread } from '../../../src/composition/threads/settlement-thread.js';
import { AppModule, type Dependencies } from '../../../src/app.module.js';
import type { Role } from '../../../src/application/ports/access-tokens.js';
import { FailStop } from '../../../src/application/ports/fail-stop.js';
import { ProjectionStatus } from '../../../src/application/ports/projection-status.js';
import type { Rebuilds } from '../../../src/application/ports/rebuilds.js';
import { Projectors } from '../../../src/application/projecting/projectors.js';
import { JwtAccessTokens } from '../../../src/infrastructure/auth/jwt-access-tokens.js';
import { loadTokenKeys } from '../../../src/infrastructure/auth/token-keys.js';
import { readConfig } from '../../../src/infrastructure/config.js';
import { ZodEventSchemas } from '../../../src/infrastructure/events/zod-event-schemas.js';
import { EmbeddedEventStore } from '../../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { createHttpApp, startHttp } from '../../../src/infrastructure/http/server.js';
import { EmbeddedReadModels } from '../../../src/infrastructure/readmodels/embedded/embedded-read-models.js';
import { SystemClock } from '../../../src/infrastructure/identity/system-clock.js';
import { SystemTimer } from '../../../src/infrastructure/identity/system-timer.js';
import { UuidIds } from '../../../src/infrastructure/identity/uuid-ids.js';
import { OperatorTelemetry } from '../../../src/infrastructure/telemetry/operator-telemetry.js';
import { projections } from '../../../src/projections/all.js';
import { eventually } from '../time/eventually.js';

/** A response. `json` is undefined for other media types; `text` is empty for an event stream. */
export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // eslint-disable-next-line typescript/no-explicit-any -- a test asks for what it expects to be there
  readonly json: any;
};

type Send = { readonly body?: unknown; readonly headers?: Record<string, string> };

type SendBytes = { readonly body?: Uint8Array<ArrayBuffer>; readonly headers: Record<string, string> };

/** A client with an access token. */
export type Client = {
  readonly subject: string;
  readonly token: string;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Answer>;
  readonly post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Answer>;
};

export type TestApp = {
  readonly app: INestApplication;
  readonly url: string;
  readonly dependencies: Dependencies;
  readonly tokens: JwtAccessTokens;
  /** Parsed lines of the operator log, in order. */
  readonly logged: readonly Record<string, unknown>[];
  /** Errors for which the process would have stopped. */
  readonly fatal: readonly Error[];
  readonly client: (role: Role, subject?: string) => Promise<Client>;
  readonly request: (method: string, path: string, send?: Send) => Promise<Answer>;
  /** Like `request`, but adds no header. */
  readonly requestBytes: (method: string, path: string, send: SendBytes) => Promise<Answer>;
  readonly stop: () => Promise<void>;
};

type Changes = {
  readonly env?: Record<string, string>;
  /** Adapters that replace the real ones, for tests that need a fault. */
  readonly dependencies?: (real: Dependencies) => Partial<Dependencies>;
  /** Additional routes, for tests of the edge. */
  readonly controllers?: readonly Type[];
};

/** Starts the service with its projections on a free loopback port and on embedded engines in a new folder. */
export const bootApp = async ({
  env = {},
  dependencies: change = () => ({}),
  controllers = [],
}: Changes = {}): Promise<TestApp> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'playledger-app-'));
  const config = readConfig({
    PORT: '0',
    PLAYLEDGER_DATA_DIR: dataDir,
    PLAYLEDGER_RATE_PER_SECOND: '0',
    PLAYLEDGER_PLAYS_PER_MINUTE: '0',
    ...env,
  });
  const logged: Record<string, unknown>[] = [];
  const fatal: Error[] = [];
  const store = new EmbeddedEventStore(dataDir);
  const models = EmbeddedReadModels.writer(dataDir);
  const schemas = new ZodEventSchemas();
  const timer = new SystemTimer();
  const clock = new SystemClock();
  const tokens = new JwtAccessTokens(await loadTokenKeys(config), clock);
  const telemetry = new OperatorTelemetry(config, {
    write: (line: string) => void logged.push(JSON.parse(line) as Record<string, unknown>),
  });
  const projectors = await Projectors.open(projections, { store, models, schemas, timer });
  const real: Dependencies = {
    config,
    store: telemetry.measured(store),
    models,
    schemas,
    clock,
    timer,
    ids: new UuidIds(),
    tokens,
    telemetry,
    projections: new StatusOf(projectors),
    settlements: new SettlementThread(config),
    failStop: new Remembered(fatal),
  };
  const dependencies = { ...real, ...change(real) };
  telemetry.observe({ ...dependencies, processes: () => [] });

  const module = AppModule.with(dependencies);
  const app = await createHttpApp(
    { ...module, controllers: [...(module.controllers ?? []), ...controllers] },
    config,
  );
  const closeEngines = async () => {
    await models.close();
    await store.close();
    rmSync(dataDir, { recursive: true });
  };
  const server = await startHttp(app, config).catch(async (error: unknown) => {
    await closeEngines();
    throw error;
  });
  const stopping = new AbortController();
  const projecting = projectors.run(stopping.signal);

  const request = (method: string, path: string, { body, headers = {} }: Send = {}) =>
    send(server.url + path, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });

  return {
    app,
    url: server.url,
    dependencies,
    tokens,
    logged,
    fatal,
    request,
    requestBytes: (method, path, init) => send(server.url + path, { method, ...init }),
    client: async (role, subject = role === 'listener' ? randomUUID() : role) => {
      const token = await tokens.issueToken({ role, subject, ttl: 600 });
      const authorization = `Bearer ${token}`;
      return {
        subject,
        token,
        get: (path, headers = {}) => request('GET', path, { headers: { authorization, ...headers } }),
        post: (path, body, headers = {}) =>
          request('POST', path, { body, headers: { authorization, ...headers } }),
      };
    },
    stop: async () => {
      await server.stop();
      stopping.abort();
      await projecting;
      await closeEngines();
    },
  };
};

/** Registers a track of 20 seconds and waits until the service is ready. @returns the admin client */
export const adminWithSong = async (service: TestApp): Promise<Client> => {
  const admin = await service.client('admin');
  await admin.post('/v1/artists', { artistId: 'four', name: 'The Four' });
  await admin.post('/v1/tracks', { trackId: 'song', artistId: 'four', title: 'Song', durationMs: 20_000 });
  await eventually(async () => {
    if ((await service.request('GET', '/readyz')).status !== 200)
      throw new Error('The service is not ready.');
  });
  return admin;
};

const send = async (url: string, init: RequestInit): Promise<Answer> => {
  const response = await fetch(url, init);
  const isEventStream = response.headers.get('content-type') === 'text/event-stream';
  if (isEventStream) await response.body?.cancel();
  const text = isEventStream ? '' : await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
};

class StatusOf extends ProjectionStatus implements Rebuilds {
  constructor(private readonly projectors: Projectors) {
    super();
  }
  override all = () => this.projectors.status();
  rebuild = (name: string) => this.projectors.rebuild(name);
}

class Remembered extends FailStop {
  constructor(private readonly fatal: Error[]) {
    super();
  }
  override stop = (because: Error) => void this.fatal.push(because);
}
