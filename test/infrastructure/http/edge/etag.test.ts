import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bootApp, type Client, type TestApp } from '../../../support/http/test-app.js';
import { eventually } from '../../../support/time/eventually.js';
import { LISTENER_ID, ROUTES } from '../../../support/http/expected-routes.js';

// Conditional requests: a client learns that its document is current, without receiving it again.

let service: TestApp;
let admin: Client;
let listener: Client;
beforeAll(async () => {
  service = await bootApp();
  admin = await service.client('admin');
  listener = await service.client('listener', LISTENER_ID);
  await eventually(async () => expect((await service.request('GET', '/readyz')).status).toBe(200));
});
afterAll(() => service.stop());

/** Responses that are not JSON, or that are streamed. */
const UNTAGGED = /^\/(?:$|metrics|docs)|\/events$/;

const reads = Object.entries(ROUTES)
  .filter(([route, { status }]) => route.startsWith('GET ') && status === 200)
  .map(([route, { path, ...rest }]) => ({ path: path ?? route.slice(4), ...rest }));

describe.each(reads)('GET $path', ({ path, for: roles }) => {
  const ask = (headers: Record<string, string> = {}) =>
    (Array.isArray(roles) && !roles.includes('admin') ? listener : admin).get(path, headers);

  if (UNTAGGED.test(path))
    test('has no ETag', async () => expect((await ask()).headers.get('etag')).toBeNull());
  else
    test('has an ETag and is not sent again while unchanged', async () => {
      // The readiness response holds positions, which change while the service starts.
      await eventually(async () => {
        const etag = (await ask()).headers.get('etag') ?? '';
        expect(etag).toMatch(/^"[\w-]{22}"$/);
        const again = await ask({ 'if-none-match': etag });
        expect(again).toMatchObject({ status: 304, text: '' });
        expect(again.headers.get('etag')).toBe(etag);
        expect(again.headers.get('content-type')).toBeNull();
      });
    });
});

describe('the ETag of a document', () => {
  const path = '/v1/artists/tagged';
  let etag: string;
  beforeAll(async () => {
    const { json } = await admin.post('/v1/artists', { artistId: 'tagged', name: 'Tagged' });
    const { headers } = await admin.get(path, { 'min-position': json.position });
    etag = headers.get('etag') ?? '';
  });

  test.each<[string, (etag: string) => string]>([
    ['alone', (tag) => tag],
    ['among others', (tag) => `"one", ${tag},"two"`],
    ['as a weak one', (tag) => `W/${tag}`],
    ['as any', () => '*'],
  ])('is recognised %s', async (_what, header) =>
    expect((await admin.get(path, { 'if-none-match': header(etag) })).status).toBe(304),
  );

  test.each<[string, (etag: string) => string]>([
    ['another tag', () => '"other"'],
    ['without its quotes', (tag) => tag.slice(1, -1)],
    ['a part of it', (tag) => `${tag.slice(0, -2)}"`],
    ['nothing', () => ''],
    ['noise', () => '",,W/"*'],
  ])('is not recognised in %s', async (_what, header) =>
    expect((await admin.get(path, { 'if-none-match': header(etag) })).status).toBe(200),
  );

  test('is sent for HEAD as for GET', async () => {
    const head = (headers = {}) =>
      service.request('HEAD', path, { headers: { authorization: `Bearer ${admin.token}`, ...headers } });
    expect((await head()).headers.get('etag')).toBe(etag);
    expect((await head({ 'if-none-match': etag })).status).toBe(304);
  });

  test('is the same for all callers with the same data', async () =>
    expect((await listener.get(path)).headers.get('etag')).toBe(etag));

  test('grants no access: an unauthorised request is rejected, whatever its ETag', async () => {
    const headers = { 'if-none-match': '*' };
    expect((await service.request('GET', path, { headers })).status).toBe(401);
    expect((await listener.get('/v1/royalties/periods', headers)).status).toBe(403);
    expect((await admin.get('/v1/artists/nobody', headers)).status).toBe(404);
  });

  test('changes with the content', async () => {
    const list = await admin.get('/v1/artists');
    const held = { 'if-none-match': list.headers.get('etag') ?? '' };
    const { json } = await admin.post('/v1/artists', { name: 'Another' });
    const after = await admin.get('/v1/artists', { ...held, 'min-position': json.position });
    expect(after.status).toBe(200);
    expect(after.headers.get('etag')).not.toBe(held['if-none-match']);
  });
});

test('a command has no ETag and ignores If-None-Match', async () => {
  const answer = await admin.post('/v1/artists', { name: 'A' }, { 'if-none-match': '*' });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('etag')).toBeNull();
});
