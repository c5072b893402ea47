import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DataFolderUnusable } from '../../src/application/ports/event-store.js';
import { type RunningService, startService } from '../../src/cli/serve.js';
import { readConfig } from '../../src/infrastructure/config.js';
import { projections } from '../../src/projections/all.js';
import { artists } from '../../src/projections/catalogue/artists.js';
import { eventually } from '../support/time/eventually.js';

let dataDir: string;
let running: RunningService | undefined;

const start = async (env: Readonly<Record<string, string>> = {}): Promise<RunningService> => {
  const settings = { PORT: '0', PLAYLEDGER_LOG_LEVEL: 'silent', PLAYLEDGER_DATA_DIR: dataDir, ...env };
  running = await startService(readConfig(settings));
  return running;
};

const request = async (
  { service, server }: RunningService,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
  headers: Readonly<Record<string, string>> = {},
) => {
  const token = await service.dependencies.tokens.issueToken({ role: 'label', subject: 'label', ttl: 60 });
  const response = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
};

beforeEach(() => void (dataDir = mkdtempSync(join(tmpdir(), 'playledger-service-'))));
afterEach(async () => {
  await running?.stop();
  running = undefined;
  rmSync(dataDir, { recursive: true, force: true });
});

describe('the whole service, as `npm start` runs it', () => {
  test('shows a client its own write, folded in the worker thread', async () => {
    const service = await start();
    const written = await request(service, 'POST', '/v1/artists', { artistId: 'four', name: 'The Four' });
    expect(written.status).toBe(201);
    const read = await request(service, 'GET', '/v1/artists/four', undefined, {
      'Min-Position': String(written.json['position']),
    });
    expect(read).toMatchObject({ status: 200, json: { name: 'The Four' } });
  });

  test('is ready once every projection has caught up, not before', async () => {
    const service = await start();
    await service.service.caughtUp();
    const ready = await request(service, 'GET', '/readyz');
    expect(ready.status).toBe(200);
    expect(ready.json['projections']).not.toHaveLength(0);
  });

  test('resumes after a stop', async () => {
    const first = await start();
    const { json } = await request(first, 'POST', '/v1/artists', { artistId: 'four', name: 'The Four' });
    await first.stop();
    const second = await start();
    const read = await request(second, 'GET', '/v1/artists/four', undefined, {
      'Min-Position': String(json['position']),
    });
    expect(read.json).toMatchObject({ name: 'The Four' });
  });

  test('answers a repeated command with its receipt, and refuses its key for another command', async () => {
    const service = await start();
    const key = { 'Idempotency-Key': randomUUID() };
    const first = await request(service, 'POST', '/v1/artists', { name: 'The Four' }, key);
    const again = await request(service, 'POST', '/v1/artists', { name: 'The Four' }, key);
    const other = await request(service, 'POST', '/v1/artists', { name: 'The Five' }, key);
    expect(again.json).toEqual(first.json);
    expect(other).toMatchObject({ status: 422, json: { code: 'IdempotencyKeyReused' } });
  });

  test('rebuilds a projection in the worker thread at the request of an admin', async () => {
    const { service, server } = await start();
    await service.caughtUp();
    const { models, tokens } = service.dependencies;
    const before = await models.builds(artists);
    const token = await tokens.issueToken({ role: 'admin', subject: 'admin', ttl: 60 });
    const response = await fetch(`${server.url}/v1/operations/projections/artists/rebuild`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(response.status).toBe(202);
    await eventually(async () => {
      const { live, building } = await models.builds(artists);
      expect([live?.id === before.live?.id, building]).toEqual([false, undefined]);
    });
  });

  test('knows the positions of its projections at start, and saves them at stop for processes without projections', async () => {
    const first = await start();
    await request(first, 'POST', '/v1/artists', { artistId: 'four', name: 'The Four' });
    await first.service.caughtUp();
    const head = await first.service.dependencies.store.head();
    await first.stop();

    const second = await start();
    for (const { state, position } of second.service.dependencies.projections.all())
      expect({ state, position }).toEqual({ state: 'live', position: head });
    await second.stop();

    const { server, service } = await start({ PLAYLEDGER_ROLES: 'api' });
    const token = await service.dependencies.tokens.issueToken({ role: 'admin', subject: 'admin', ttl: 60 });
    const answer = await fetch(`${server.url}/v1/operations/projections`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { items } = (await answer.json()) as { items: readonly { name: string }[] };
    expect(items).toHaveLength(projections.length);
    expect(items.find(({ name }) => name === 'artists')).toEqual({
      name: 'artists',
      version: artists.version,
      kind: artists.kind,
      state: 'live',
      position: String(head),
      lag: '0',
      parked: 0,
    });
  });

  test('is not ready while its projections cannot write, and recovers', async () => {
    const first = await start();
    await first.service.caughtUp();
    await first.stop();
    const other = new DatabaseSync(join(dataDir, 'read-models.lock'));
    other.exec('BEGIN EXCLUSIVE');
    const service = await start();
    const ready = () => request(service, 'GET', '/readyz');
    await eventually(async () =>
      expect((await ready()).json['errors']).toContainEqual({
        path: 'projections.artists',
        code: 'stopped',
        message: expect.any(String),
      }),
    );
    other.close();
    await eventually(async () => expect((await ready()).status).toBe(200));
  });

  test('exposes the position and lag of its processes as metrics', async () => {
    const { server, service } = await start();
    const head = await service.dependencies.store.head();
    await eventually(async () => {
      const metrics = await (await fetch(`${server.url}/metrics`)).text();
      for (const name of ['credit-accounts', 'settle-cases'])
        for (const [metric, value] of Object.entries({ position: head, lag: 0, held_up: 0 }))
          expect(metrics).toContain(`playledger_process_${metric}{name="${name}"} ${value}\n`);
    });
  });

  test('refuses a second process on its data folder', async () => {
    await start();
    await expect(
      startService(readConfig({ PORT: '0', PLAYLEDGER_DATA_DIR: dataDir })),
    ).rejects.toBeInstanceOf(DataFolderUnusable);
  });

  test('serves only operations in a process without the role api', async () => {
    const service = await start({ PLAYLEDGER_ROLES: 'projector' });
    expect((await request(service, 'GET', '/v1/artists')).status).toBe(404);
    expect((await request(service, 'GET', '/healthz')).status).toBe(200);
  });
});
