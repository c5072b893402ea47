import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bootApp, type Client, type TestApp } from '../../../support/http/test-app.js';

let service: TestApp;
let label: Client;
let alice: Client;
let bob: Client;
let finance: Client;
let trackId: string;

beforeAll(async () => {
  service = await bootApp();
  [label, alice, bob, finance] = await Promise.all([
    service.client('label'),
    service.client('listener'),
    service.client('listener'),
    service.client('finance'),
  ]);
  const artist = await label.post('/v1/artists', { name: 'The Examples' });
  const track = await label.post('/v1/tracks', {
    title: 'First Song',
    artistId: artist.json.id,
    durationMs: 180_000,
  });
  trackId = track.json.id;
});
afterAll(() => service.stop());

const newPlay = (over: object = {}) => ({
  trackId,
  territory: 'DE',
  offering: 'premium',
  deviceId: 'phone',
  ...over,
});

/** Reads with the position of the caller's own command. */
const after = ({ json }: { readonly json: { readonly position: string } }) => ({
  'min-position': json.position,
});

describe('a label', () => {
  test('registers an artist and a track that every role can read', async () => {
    const artist = await label.post('/v1/artists', { name: 'Ünïcode & Sons' });
    expect(artist.status).toBe(201);
    expect(artist.json).toEqual({ id: expect.any(String), position: expect.stringMatching(/^\d+$/) });
    const track = await label.post('/v1/tracks', {
      title: 'B-Side',
      artistId: artist.json.id,
      durationMs: null,
      isrc: 'US-RC1-76-07839',
    });
    expect((await alice.get(`/v1/artists/${artist.json.id}`, after(track))).json).toMatchObject({
      artistId: artist.json.id,
      name: 'Ünïcode & Sons',
      registeredAt: expect.stringMatching(/Z$/),
    });
    expect((await alice.get(`/v1/tracks/${track.json.id}`, after(track))).json).toMatchObject({
      title: 'B-Side',
      durationMs: null,
      isrc: 'USRC17607839',
    });
    const listed = await bob.get(`/v1/tracks?artistId=${artist.json.id}`, after(track));
    expect(listed.json.items.map((t: { trackId: string }) => t.trackId)).toEqual([track.json.id]);
  });

  test('gets an error when the artist of a track does not exist', async () => {
    const answer = await label.post('/v1/tracks', { title: 'X', artistId: randomUUID(), durationMs: 1 });
    expect(answer).toMatchObject({ status: 404, json: { code: 'ArtistNotFound' } });
  });

  test('pages through its registrations', async () => {
    const { json } = await label.post('/v1/artists', { name: 'Z' });
    const first = await label.get('/v1/artists?limit=1', after({ json }));
    expect(first.json.items).toHaveLength(1);
    const second = await label.get(`/v1/artists?limit=1&cursor=${encodeURIComponent(first.json.next)}`);
    expect(second.json.items[0].artistId).not.toBe(first.json.items[0].artistId);
    expect(await label.get('/v1/artists?cursor=mine')).toMatchObject({
      status: 400,
      json: { code: 'BadQuery' },
    });
  });
});

describe('the classification of a track', () => {
  test('is classified by its label and then by finance', async () => {
    const artist = await label.post('/v1/artists', { name: 'Weather' });
    const rain = { title: 'Rain', artistId: artist.json.id, durationMs: 180_000 };
    const { json } = await label.post('/v1/tracks', rain);
    const path = `/v1/tracks/${json.id}`;
    expect((await alice.get(path, after({ json }))).json).toMatchObject({ kind: 'music' });
    expect((await label.post(`${path}/classification`, { kind: 'music' })).status).toBe(403);
    const classified = await finance.post(`${path}/classification`, { kind: 'noise' });
    expect(classified.status).toBe(200);
    expect((await alice.get(path, after(classified))).json).toMatchObject({ kind: 'noise' });
    expect((await finance.post(`${path}/classification`, { kind: 'silence' })).status).toBe(400);
  });
});

describe('a listener', () => {
  test('plays a track from start to stop, and finance sees what it earned', async () => {
    const playId = randomUUID();
    const t = (s: number) => new Date(Date.now() - 300_000 + s * 1_000).toISOString();
    const started = await alice.post('/v1/plays', newPlay({ playId, at: t(0) }));
    expect(started).toMatchObject({ status: 201, json: { id: playId } });
    expect((await alice.get('/v1/plays/now-playing', after(started))).json.items).toEqual([
      expect.objectContaining({ playId, status: 'playing', positionMs: 0, startedAt: expect.any(String) }),
    ]);
    for (const [what, body] of [
      ['progress', { positionMs: 10_000, at: t(10) }],
      ['pause', { positionMs: 20_000, at: t(20) }],
      ['resume', { positionMs: 20_000, at: t(50) }],
      ['seek', { fromMs: 40_000, toMs: 100_000, at: t(70) }],
    ] as const)
      expect(await alice.post(`/v1/plays/${playId}/${what}`, body)).toMatchObject({
        status: 200,
        json: { id: playId },
      });
    const stopped = await alice.post(`/v1/plays/${playId}/stop`, {
      positionMs: 110_000,
      reason: 'stopped',
      at: t(80),
    });
    expect(stopped.status).toBe(200);

    expect((await alice.get('/v1/plays/now-playing', after(stopped))).json.items).toEqual([]);
    const history = await alice.get('/v1/plays/history', after(stopped));
    expect(history.json.items).toEqual([
      expect.objectContaining({ playId, playedMs: 50_000, uniqueMs: 50_000, reason: 'stopped' }),
    ]);
    expect((await bob.get(`/v1/tracks/${trackId}/play-counts`, after(stopped))).json).toEqual({
      trackId,
      plays: 1,
      counted: 1,
      playedMs: '50000',
      uniqueMs: '50000',
    });
    expect((await bob.get('/v1/charts/top-tracks?by=plays', after(stopped))).json.items[0].trackId).toBe(
      trackId,
    );
    const usage = await finance.get(
      `/v1/royalties/usage?period=${t(0).slice(0, 7)}&territory=DE`,
      after(stopped),
    );
    expect(usage.json.items).toEqual([
      expect.objectContaining({
        period: t(0).slice(0, 7),
        trackId,
        plays: 1,
        creditPpm: 1_000_000,
        listenedMs: '50000',
      }),
    ]);
    const usageOf = async ({ subject }: typeof alice) => {
      const query = `period=${t(0).slice(0, 7)}&territory=DE&listenerId=${subject}`;
      return (await finance.get(`/v1/royalties/usage?${query}`, after(stopped))).json.items;
    };
    expect(await usageOf(alice)).toEqual(usage.json.items);
    expect(await usageOf(bob)).toEqual([]);
  });

  test('gets the same response for the play of another listener as for an unknown play', async () => {
    const { json } = await alice.post('/v1/plays', newPlay());
    const body = { positionMs: 1 };
    const foreign = await bob.post(`/v1/plays/${json.id}/pause`, body, { 'x-request-id': 'same' });
    const missing = await bob.post(`/v1/plays/${randomUUID()}/pause`, body, { 'x-request-id': 'same' });
    expect(foreign.status).toBe(404);
    expect(foreign.text).toBe(missing.text);
  });

  test('gets the reason why a report is impossible', async () => {
    const { json } = await alice.post('/v1/plays', newPlay());
    const at = (ms: number) => new Date(Date.now() + ms).toISOString();
    for (const [body, status, code] of [
      [{ positionMs: 180_001 }, 422, 'PositionOutOfTrack'],
      [{ positionMs: 1, at: '1969-12-31T23:59:59.999Z' }, 400, 'ValidationFailed'],
      [{ positionMs: 1, at: at(-60_000) }, 409, 'OutOfOrder'],
    ] as const)
      expect(await alice.post(`/v1/plays/${json.id}/progress`, body)).toMatchObject({
        status,
        json: { code },
      });
  });
});

describe('an audio server', () => {
  test('records its deliveries once, and can do nothing else', async () => {
    const audio = await service.client('delivery', 'cdn');
    const sent = {
      listenerId: randomUUID(),
      deviceId: 'phone',
      trackId,
      fromMs: 0,
      toMs: 60_000,
      at: '2026-10-01T12:00:00.000Z',
    };
    const batch = { batchId: randomUUID(), deliveries: [sent, { ...sent, fromMs: 60_000, toMs: 180_000 }] };
    const first = await audio.post('/v1/deliveries', batch);
    expect(first).toMatchObject({ status: 201, json: { id: batch.batchId } });
    expect((await audio.post('/v1/deliveries', batch)).json).toEqual(first.json);
    for (const [over, status, code] of [
      [{ deliveries: [sent] }, 409, 'BatchExists'],
      [{ batchId: randomUUID(), deliveries: [{ ...sent, toMs: 0 }] }, 422, 'BadDeliveries'],
      [{ deliveries: [] }, 400, 'ValidationFailed'],
      [{ deliveries: Array.from({ length: 501 }, () => sent) }, 400, 'ValidationFailed'],
    ] as const)
      expect(await audio.post('/v1/deliveries', { ...batch, ...over })).toMatchObject({
        status,
        json: { code },
      });
    expect((await audio.get('/v1/tracks')).status).toBe(403);
  });
});

describe('Sent-At', () => {
  const HOUR = 3_600_000;
  const byWrongClock = (ms = 0) => new Date(Date.now() - HOUR + ms).toISOString();

  test('corrects the times of a device by its clock', async () => {
    const header = { 'sent-at': byWrongClock() };
    const { json } = await alice.post('/v1/plays', newPlay({ at: byWrongClock(), source: 'search' }), header);
    const stopped = await alice.post(
      `/v1/plays/${json.id}/stop`,
      { positionMs: 40_000, at: byWrongClock(40_000) },
      { 'sent-at': byWrongClock() },
    );
    expect(stopped.status).toBe(200);
    const { play } = (await finance.get(`/v1/royalties/plays/${json.id}`)).json;
    expect(play).toMatchObject({ source: 'search' });
    expect(play.clockOffsetMs).toBeGreaterThanOrEqual(HOUR);
    expect(Date.parse(play.startedAt)).toBeGreaterThan(Date.now() - 60_000);
  });
  test('is not content: the same command may be sent again at another time', async () => {
    const body = newPlay({ at: byWrongClock() });
    const key = { 'idempotency-key': `key-${randomUUID()}` };
    const first = await alice.post('/v1/plays', body, { ...key, 'sent-at': byWrongClock() });
    const again = await alice.post('/v1/plays', body, { ...key, 'sent-at': byWrongClock(5_000) });
    expect(again).toMatchObject({ status: 201, json: first.json });
  });
  test.each(['', 'now', '1', '2026-10-01', '1900-01-01T00:00:00Z', '2026-10-01T00:00:00+02:00'])(
    'must be an instant in UTC, not %j',
    async (bad) =>
      expect(await alice.post('/v1/plays', newPlay(), { 'sent-at': bad })).toMatchObject({
        status: 400,
        json: { code: 'BadSentAt' },
      }),
  );
});

describe('an Idempotency-Key', () => {
  const key = () => ({ 'idempotency-key': `key-${randomUUID()}` });

  test('a repeated command gets the same response, adds nothing and keeps the chosen id', async () => {
    const header = key();
    const first = await alice.post('/v1/plays', newPlay(), header);
    const head = await service.dependencies.store.head();
    const again = await alice.post('/v1/plays', newPlay(), header);
    expect(again).toMatchObject({ status: 201, json: first.json });
    // The order of fields and white space do not change the content.
    const blank = await alice.post('/v1/plays', JSON.stringify(newPlay(), undefined, 2), header);
    expect(blank.json).toEqual(first.json);
    expect(await service.dependencies.store.head()).toBe(head);
  });

  test('with another body is rejected, and the key stays valid for the first', async () => {
    const header = key();
    const first = await alice.post('/v1/plays', newPlay(), header);
    const other = await alice.post('/v1/plays', newPlay({ territory: 'FR' }), header);
    expect(other).toMatchObject({ status: 422, json: { code: 'IdempotencyKeyReused' } });
    expect((await alice.post('/v1/plays', newPlay(), header)).json).toEqual(first.json);
  });

  test('used for another resource is rejected', async () => {
    const header = key();
    await label.post('/v1/artists', { name: 'A' }, header);
    const other = await label.post('/v1/tracks', { title: 'T', artistId: 'x', durationMs: null }, header);
    expect(other).toMatchObject({ status: 422, json: { code: 'IdempotencyKeyReused' } });
  });

  test('of a failed command can be used again', async () => {
    const header = key();
    expect((await label.post('/v1/artists', { name: '' }, header)).status).toBe(400);
    expect((await label.post('/v1/artists', { name: 'Now right' }, header)).status).toBe(201);
  });

  test('belongs to its caller: the same key of another caller is another command', async () => {
    const header = key();
    const mine = await alice.post('/v1/plays', newPlay(), header);
    const his = await bob.post('/v1/plays', newPlay(), header);
    expect(his.status).toBe(201);
    expect(his.json.id).not.toBe(mine.json.id);
  });

  test.each(['', 'a b', 'ü', 'x'.repeat(129)])(
    'must be 1 to 128 visible ASCII characters, not %j',
    async (bad) => {
      const headers = { 'idempotency-key': Buffer.from(bad).toString('latin1') };
      expect(await label.post('/v1/artists', { name: 'A' }, headers)).toMatchObject({
        status: 400,
        json: { code: 'BadIdempotencyKey' },
      });
    },
  );
});

describe('Min-Position', () => {
  test('beyond the head of the log times out with an error', async () => {
    const answer = await alice.get('/v1/tracks', { 'min-position': '999999999' });
    expect(answer).toMatchObject({ status: 503, json: { code: 'NotYetVisible' } });
    expect(answer.headers.get('retry-after')).toBe('1');
  });

  test.each(['', '-1', '1.5', 'x', '99999999999999999999', '9223372036854775808'])(
    'must be a position, not %j',
    async (bad) =>
      expect(await alice.get('/v1/tracks', { 'min-position': bad })).toMatchObject({
        status: 400,
        json: { code: 'BadMinPosition' },
      }),
  );
});
