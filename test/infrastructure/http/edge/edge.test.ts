import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Controller, Get, Param } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CommandRejected } from '../../../../src/application/streams/command-rejected.js';
import { NotYetVisible } from '../../../../src/application/projecting/read-your-writes.js';
import {
  EventStore,
  RevisionConflict,
  StoreBusy,
  StoreFull,
  StoreStopped,
  StoreUnavailable,
} from '../../../../src/application/ports/event-store.js';
import { ProjectionStatus } from '../../../../src/application/ports/projection-status.js';
import {
  BadQuery,
  ModelNotReady,
  ReadModelsUnavailable,
} from '../../../../src/application/ports/read-models.js';
import { reject } from '../../../../src/domain/decider.js';
import { Public } from '../../../../src/infrastructure/http/routes/route.js';
import { bootApp, type Client, type TestApp } from '../../../support/http/test-app.js';
import { eventually } from '../../../support/time/eventually.js';
import { sendRaw } from '../../../support/http/raw-http.js';

/** Errors that ports and the application may throw. */
const FAULTS: Readonly<Record<string, unknown>> = {
  busy: new StoreBusy('600 appends wait in /secret/log.db'),
  unavailable: new StoreUnavailable('connect ECONNREFUSED 10.0.0.1', true),
  full: new StoreFull('SQLITE_FULL'),
  stopped: new StoreStopped('EIO'),
  contended: new RevisionConflict('play-1', 1, 2),
  building: new ModelNotReady('tracks'),
  behind: new NotYetVisible('tracks', 7n),
  'models-away': new ReadModelsUnavailable('mongodb://user:password@host'),
  'bad-query': new BadQuery('no such column'),
  refused: new CommandRejected(reject('PlayEnded', 'It is over.')),
  'refused-unheard-of': new CommandRejected(reject('NobodyKnows', 'secret')),
  bug: new TypeError("Cannot read properties of undefined (reading 'secret')"),
  'not-even-an-error': 'secret',
};

@Controller('fault')
class FaultController {
  readonly slow = Promise.withResolvers<object>();
  underWay = 0;

  @Get(':kind')
  @Public()
  fail(@Param('kind') kind: string): Promise<object> {
    if (kind !== 'slow') return Promise.reject(FAULTS[kind]);
    this.underWay += 1;
    return this.slow.promise;
  }
}

let service: TestApp;
let alice: Client;
beforeAll(async () => {
  service = await bootApp({ controllers: [FaultController] });
  alice = await service.client('listener');
});
afterAll(() => service.stop());

describe('an unexpected error', () => {
  test.each([
    ['busy', 503, 'StoreBusy', '1'],
    ['unavailable', 503, 'StoreUnavailable', '5'],
    ['full', 507, 'StoreFull', null],
    ['stopped', 503, 'StoreStopped', '5'],
    ['contended', 409, 'Contended', null],
    ['building', 503, 'ModelNotReady', '5'],
    ['behind', 503, 'NotYetVisible', '1'],
    ['models-away', 503, 'ReadModelsUnavailable', '5'],
    ['bad-query', 400, 'BadQuery', null],
    ['refused', 409, 'PlayEnded', null],
    ['refused-unheard-of', 500, 'InternalError', null],
    ['bug', 500, 'InternalError', null],
    ['not-even-an-error', 500, 'InternalError', null],
  ])('%s is answered by %i %s', async (kind, status, code, retryAfter) => {
    const answer = await service.request('GET', `/fault/${kind}`);
    expect(answer).toMatchObject({ status, json: { status, code } });
    expect(answer.headers.get('retry-after')).toBe(retryAfter);
    expect(answer.text).not.toMatch(/secret|10\.0\.0\.1|password|EIO|SQLITE|column/);
  });

  test('is reported to the operator under the trace id of the response', async () => {
    const { json } = await service.request('GET', '/fault/bug');
    expect(service.logged).toContainEqual(
      expect.objectContaining({
        msg: 'fault',
        traceId: json.traceId,
        err: expect.objectContaining({ type: 'TypeError', stack: expect.any(String) }),
      }),
    );
  });

  test('ends the process when the log cannot be written', async () => {
    const before = service.fatal.length;
    await service.request('GET', '/fault/stopped');
    expect(service.fatal.slice(before)).toEqual([FAULTS['stopped']]);
  });
});

describe('every response', () => {
  test.each([
    ['of a route', '/v1/tracks'],
    ['of no route', '/nothing'],
    ['that is a fault', '/fault/bug'],
    ['that the edge refuses itself', '/%zz'],
  ])('%s has the security headers', async (_what, path) => {
    const { headers } = await alice.get(path);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-request-id': expect.any(String),
    });
    expect(headers.get('x-powered-by')).toBeNull();
  });

  test('to HEAD has the headers of the response to GET, and no body', async () => {
    const answer = await service.request('HEAD', '/healthz');
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(await service.request('HEAD', '/nothing')).toMatchObject({ status: 404, text: '' });
  });
});

describe('a request has a trace id', () => {
  const idFor = async (headers: Record<string, string>) =>
    (await service.request('GET', '/healthz', { headers })).headers.get('x-request-id');
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

  test.each([
    ['by its traceparent', { traceparent: `00-${trace}-00f067aa0ba902b7-01`, 'x-request-id': 'mine' }, trace],
    ['by its X-Request-Id', { 'x-request-id': 'order-66.a_b' }, 'order-66.a_b'],
  ])('%s', async (_what, headers, id) => expect(await idFor(headers)).toBe(id));

  test.each([
    ['a broken traceparent', { traceparent: '00-xyz' }],
    ['a traceparent of zeros', { traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }],
    ['an id that would break a log line', { 'x-request-id': 'a b"c' }],
    ['an id of 129 characters', { 'x-request-id': 'x'.repeat(129) }],
    ['nothing', {}],
  ])('made by the service when it brings %s', async (_what, headers) =>
    expect(await idFor(headers)).toMatch(/^[0-9a-f]{32}$/),
  );

  test('the trace id is in the log with the actor, and in the events', async () => {
    const label = await service.client('label');
    const headers = { 'x-request-id': 'conversation-1', authorization: `Bearer ${label.token}` };
    const { json } = await service.request('POST', '/v1/artists', { headers, body: { name: 'Named' } });
    await eventually(() =>
      expect(service.logged).toContainEqual(
        expect.objectContaining({
          msg: 'answered',
          traceId: 'conversation-1',
          method: 'POST',
          route: '/v1/artists',
          status: 201,
          actor: 'label:label',
          durationMs: expect.any(Number),
        }),
      ),
    );
    for await (const [event] of service.dependencies.store.readStream(`artist-${json.id}`))
      expect(event?.metadata).toMatchObject({
        correlationId: 'conversation-1',
        actor: 'label:label',
        schema: 1,
      });
    expect(JSON.stringify(service.logged)).not.toContain(label.token);
  });
});

describe('health', () => {
  test('reports the process alone', async () =>
    expect((await service.request('GET', '/healthz')).json).toEqual({ status: 'ok' }));

  test('is ready once every projection has caught up', async () => {
    const { json } = await eventually(async () => {
      const answer = await service.request('GET', '/readyz');
      expect(answer.status).toBe(200);
      return answer;
    });
    expect(json.projections).toContainEqual({
      name: 'tracks',
      version: 3,
      position: expect.stringMatching(/^\d+$/),
      state: 'live',
    });
  });

  test('is not ready while a projection has stopped, another is building and the log does not respond', async () => {
    class Troubled extends ProjectionStatus {
      override all = () =>
        (['stopped', 'building', 'live'] as const).map((state) => ({
          name: state,
          version: 1,
          kind: 'money' as const,
          position: 1n,
          state,
          parked: 2,
        }));
      rebuild = () => false;
    }
    const other = await bootApp({
      dependencies: ({ store }) => ({
        projections: new Troubled(),
        store: Object.assign(Object.create(store) as EventStore, {
          head: () => Promise.reject(new StoreUnavailable('away', false)),
        }),
      }),
    });
    try {
      const answer = await other.request('GET', '/readyz');
      expect(answer).toMatchObject({ status: 503, json: { code: 'NotReady' } });
      expect(answer.json.errors.map(({ path, code }: Record<string, string>) => [path, code])).toEqual([
        ['log', 'silent'],
        ['projections.stopped', 'stopped'],
        ['projections.building', 'building'],
      ]);
      const { text } = await other.request('GET', '/metrics');
      expect(text).toContain('playledger_parked_events{name="live"} 2');
      expect(text).toContain('playledger_projection_stopped{name="stopped"} 1');
    } finally {
      await other.stop();
    }
  });
});

describe('metrics', () => {
  test('show the log, the projections and the requests to local callers', async () => {
    const label = await service.client('label');
    const { json } = await label.post('/v1/artists', { name: 'Counted' });
    await label.get('/v1/artists', { 'min-position': json.position });
    const { events, syncs } = await service.dependencies.store.statistics();
    const { text, headers } = await eventually(async () => {
      const answer = await service.request('GET', '/metrics');
      expect(answer.text).toMatch(/^playledger_projection_lag\{name="artists"\} 0$/m);
      return answer;
    });
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toMatch(new RegExp(`^playledger_log_size ${events}$`, 'm'));
    if (syncs !== undefined) expect(text).toMatch(/^playledger_log_syncs \d+$/m);
    expect(text).toMatch(/^playledger_projection_position\{name="artists"\} \d+$/m);
    expect(text).toMatch(/^playledger_parked_events\{name="artists"\} 0$/m);
    expect(text).toMatch(/^playledger_append_duration_seconds_count\{outcome="durable"\} [1-9]/m);
    expect(text).toMatch(
      /^playledger_http_request_duration_seconds_count\{method="POST",route="\/v1\/artists",status="201"\} [1-9]/m,
    );
    expect(text).toMatch(/^process_resident_memory_bytes \d/m);
  });

  test('do not grow with arbitrary requests', async () => {
    await service.request('GET', '/invented-1');
    await service.request('GET', '/invented-2');
    expect((await service.request('GET', '/metrics')).text).not.toContain('invented');
  });

  test.each(['x-forwarded-for', 'forwarded'])('are not shown through a proxy (%s)', async (name) =>
    expect((await service.request('GET', '/metrics', { headers: { [name]: '127.0.0.1' } })).status).toBe(401),
  );

  test('are not shown to local callers in production', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const other = await bootApp({ env: { NODE_ENV: 'production', PLAYLEDGER_TOKEN_KEY: key } });
    try {
      expect((await other.request('GET', '/metrics')).status).toBe(401);
      expect((await (await other.client('admin')).get('/metrics')).status).toBe(200);
    } finally {
      await other.stop();
    }
  });
});

describe('the docs page', () => {
  test('loads nothing but its own files', async () => {
    const { text, headers } = await service.request('GET', '/docs');
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    const links = [...text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      expect(link).toMatch(/^\/docs\//);
      const answer = await service.request('GET', link);
      expect([link, answer.status, answer.text.length > 50]).toEqual([link, 200, true]);
    }
  });
});

describe('a principal above the rate limit', () => {
  test('is limited alone, with Retry-After', async () => {
    const env = { PLAYLEDGER_RATE_PER_SECOND: '1', PLAYLEDGER_RATE_BURST: '3' };
    const other = await bootApp({ env });
    try {
      const [hasty, calm] = [await other.client('listener'), await other.client('listener')];
      for (const remaining of [2, 1, 0]) {
        const { status, headers } = await hasty.get('/v1/tracks?limit=1');
        expect([200, 503]).toContain(status);
        expect(headers.get('ratelimit')).toMatch(new RegExp(`^"principal";r=${remaining};t=[01]$`));
        expect(headers.get('ratelimit-policy')).toBe('"principal";q=3;w=3');
      }
      const slowed = await hasty.get('/v1/tracks');
      expect(slowed).toMatchObject({ status: 429, json: { code: 'RateLimited' } });
      expect(slowed.headers.get('retry-after')).toBe('1');
      expect((await calm.get('/v1/tracks')).status).not.toBe(429);
      expect((await other.request('GET', '/healthz')).status).toBe(200);

      for (let i = 0; i < 3; i++) expect((await other.request('GET', '/v1/tracks')).status).toBe(401);
      expect((await other.request('GET', '/v1/tracks')).status).toBe(429);
    } finally {
      await other.stop();
    }
  });
});

describe('a listener who starts plays in quick succession', () => {
  test('is limited to a plausible number of plays, and may continue current plays', async () => {
    const other = await bootApp({ env: { PLAYLEDGER_PLAYS_PER_MINUTE: '12' } });
    try {
      const [hasty, calm] = [await other.client('listener'), await other.client('listener')];
      const start = (listener: Client) =>
        listener.post('/v1/plays', {
          trackId: 'none',
          territory: 'DE',
          offering: 'premium',
          deviceId: 'phone',
        });
      for (let plays = 0; plays < 60; plays++) expect((await start(hasty)).status).toBe(404);
      const slowed = await start(hasty);
      expect(slowed).toMatchObject({ status: 429, json: { code: 'RateLimited' } });
      expect(Number(slowed.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Number(slowed.headers.get('retry-after'))).toBeLessThanOrEqual(5);
      const report = await hasty.post(`/v1/plays/${hasty.subject}/progress`, { positionMs: 1 });
      expect(report).toMatchObject({ status: 404, json: { code: 'PlayNotFound' } });
      expect((await start(calm)).status).toBe(404);
    } finally {
      await other.stop();
    }
  });
});

describe('connections', () => {
  test('of one address above its limit are closed', async () => {
    const other = await bootApp({ env: { PLAYLEDGER_SOCKETS_PER_ADDRESS: '2' } });
    try {
      const { hostname, port } = new URL(other.url);
      const open = [connect(Number(port), hostname), connect(Number(port), hostname)];
      await Promise.all(open.map((socket) => once(socket, 'connect')));
      expect(await sendRaw(other.url, 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('');
      open[0]?.destroy();
      await eventually(async () => {
        const answer = await sendRaw(
          other.url,
          'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
        );
        expect(answer).toMatch(/^HTTP\/1.1 200 /);
      });
      open[1]?.destroy();
    } finally {
      await other.stop();
    }
  });
});

describe('a service that cannot listen', () => {
  test('names the setting to change', async () => {
    const { port } = new URL(service.url);
    await expect(bootApp({ env: { PORT: port } })).rejects.toThrow(/PORT is already in use/);
  });
});

describe('a service that stops', () => {
  test('completes requests under way, closes connections and accepts no new ones', async () => {
    const other = await bootApp({ controllers: [FaultController] });
    const underWay = other.request('GET', '/fault/slow');
    const controller = other.app.get(FaultController);
    await eventually(() => expect(controller.underWay).toBe(1));
    const stopped = other.stop();
    await eventually(() => expect(other.request('GET', '/healthz')).rejects.toThrow('fetch failed'));
    controller.slow.resolve({ done: true });
    expect(await underWay).toMatchObject({ status: 200, json: { done: true } });
    await stopped;
  });
});
