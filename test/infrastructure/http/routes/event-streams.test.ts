import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { type Message, textOf } from '../../../../src/infrastructure/http/routes/event-streams.js';
import { adminWithSong, bootApp, type Client, type TestApp } from '../../../support/http/test-app.js';
import { eventsOf } from '../../../support/http/server-sent-events.js';
import { eventually } from '../../../support/time/eventually.js';

// Event streams: their content, their end and their limits.

const LIVE = '/v1/plays/now-playing/events';

let service: TestApp;
let admin: Client;
beforeAll(async () => {
  service = await bootApp();
  admin = await adminWithSong(service);
});
afterAll(() => service.stop());

const opened: AbortController[] = [];
afterEach(() => {
  for (const stream of opened.splice(0)) stream.abort();
});

/** Opens a stream as `client`; it is closed after the test. */
const open = async (
  { url }: Pick<TestApp, 'url'>,
  client: Client,
  path: string,
  headers: Record<string, string> = {},
) => {
  const closing = new AbortController();
  opened.push(closing);
  const response = await fetch(url + path, {
    headers: { authorization: `Bearer ${client.token}`, ...headers },
    signal: closing.signal,
  });
  const events = eventsOf(response);
  const next = async () => {
    const { value } = await events.next();
    return value && { ...value, json: JSON.parse(value.data ?? '') };
  };
  return { response, next, close: () => closing.abort() };
};

const startPlay = async (listener: Client, playId = randomUUID()): Promise<string> => {
  const place = { trackId: 'song', territory: 'DE', offering: 'premium', deviceId: 'phone' };
  expect((await listener.post('/v1/plays', { playId, ...place })).status).toBe(201);
  return playId;
};

describe('the current plays of a listener', () => {
  test('is sent at once and after each change, to that listener only', async () => {
    const [ada, bob] = [await service.client('listener'), await service.client('listener')];
    const [adas, bobs] = [await open(service, ada, LIVE), await open(service, bob, LIVE)];
    expect(adas.response.headers.get('content-type')).toBe('text/event-stream');
    expect(adas.response.headers.get('cache-control')).toBe('no-store');
    expect(await adas.next()).toMatchObject({ event: 'now-playing', json: { items: [] } });
    expect(await bobs.next()).toMatchObject({ json: { items: [] } });

    const playId = await startPlay(ada);
    expect(await adas.next()).toMatchObject({ json: { items: [{ playId, status: 'playing' }] } });
    await ada.post(`/v1/plays/${playId}/pause`, { positionMs: 0 });
    expect(await adas.next()).toMatchObject({ json: { items: [{ playId, status: 'paused' }] } });
    await ada.post(`/v1/plays/${playId}/stop`, { positionMs: 0 });
    expect(await adas.next()).toMatchObject({ json: { items: [] } });

    const bobsPlay = await startPlay(bob);
    expect(await bobs.next()).toMatchObject({ json: { items: [{ playId: bobsPlay }] } });
  });

  test('is not sent again after a reconnect with its id', async () => {
    const listener = await service.client('listener');
    const first = await open(service, listener, LIVE);
    const { id = '' } = (await first.next()) ?? {};
    first.close();

    const unchanged = await open(service, listener, LIVE, { 'last-event-id': id });
    const playId = await startPlay(listener);
    expect(await unchanged.next()).toMatchObject({ json: { items: [{ playId }] } });
    const behind = await open(service, listener, LIVE, { 'last-event-id': id });
    expect(await behind.next()).toMatchObject({ json: { items: [{ playId }] } });
  });

  test('is answered for HEAD with headers only', async () => {
    const { token } = await service.client('listener');
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(service.url + LIVE, { method: 'HEAD', headers });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
  });
});

test('an admin follows the states of projections', async () => {
  const stream = await open(service, admin, '/v1/operations/projections/events');
  const positions = ({ json }: { json: { items: { name: string; position: string }[] } }) =>
    Object.fromEntries(json.items.map(({ name, position }) => [name, Number(position)]));
  const before = await stream.next();
  const { json } = await admin.post('/v1/artists', { name: 'Another' });
  await eventually(async () => {
    const now = await stream.next();
    expect(now && positions(now)['artists']).toBeGreaterThanOrEqual(Number(json.position));
  });
  expect(before && positions(before)['artists']).toBeLessThan(Number(json.position));
});

describe('streams are bounded', () => {
  test('to ten for each principal; closing one allows another', async () => {
    const [greedy, modest] = [await service.client('listener'), await service.client('listener')];
    const streams = await Promise.all(Array.from({ length: 10 }, () => open(service, greedy, LIVE)));
    expect(streams.map(({ response }) => response.status)).toEqual(Array(10).fill(200));

    const refused = await greedy.get(LIVE);
    expect(refused).toMatchObject({ status: 429, json: { code: 'TooManyStreams' } });
    expect(refused.headers.get('retry-after')).toBe('5');
    expect((await open(service, modest, LIVE)).response.status).toBe(200);

    streams[0]?.close();
    await eventually(async () => expect((await open(service, greedy, LIVE)).response.status).toBe(200));
  });

  test('end when the process stops, without delaying it', async () => {
    const other = await bootApp();
    const listener = await other.client('listener');
    await eventually(async () => expect((await other.request('GET', '/readyz')).status).toBe(200));
    const stream = await open(other, listener, LIVE);
    await stream.next();
    await other.stop();
    // The stream ended normally: a dropped connection would throw.
    expect(await stream.next()).toBeUndefined();
  });
});

describe('the text of a stream', () => {
  const messages = (...data: object[]) =>
    (async function* () {
      for (const one of data) yield { type: 'state', data: one } satisfies Message;
    })();
  const silence = (): AsyncIterable<Message> => ({
    [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => undefined) }),
  });
  const options = (over: Partial<Parameters<typeof textOf>[1]> = {}) => ({
    signal: new AbortController().signal,
    isAdmitted: async () => true,
    heartbeatMs: 60_000,
    ...over,
  });

  test('sends the retry delay, then each message, and ends after the last', async () => {
    expect(await Array.fromAsync(textOf(messages({ a: 'line\nbreak' }, { b: 2 }), options()))).toEqual([
      'retry: 2000\n\n',
      'event: state\ndata: {"a":"line\\nbreak"}\n\n',
      'event: state\ndata: {"b":2}\n\n',
    ]);
  });

  test('sends heartbeats while there are no messages', async () => {
    const text = textOf(silence(), options({ heartbeatMs: 1 }));
    const told = [await text.next(), await text.next(), await text.next()];
    expect(told.map(({ value }) => value)).toEqual(['retry: 2000\n\n', ':\n\n', ':\n\n']);
    await text.return(undefined);
  });

  test('ends when the token of the reader is no longer valid', async () => {
    let beats = 0;
    const isAdmitted = async () => ++beats < 3;
    const text = textOf(silence(), options({ heartbeatMs: 1, isAdmitted }));
    expect(await Array.fromAsync(text)).toEqual(['retry: 2000\n\n', ':\n\n', ':\n\n']);
  });

  test.each([
    ['before it began', true],
    ['while it waits', false],
  ])('ends when nobody is left, %s', async (_when, before) => {
    const end = new AbortController();
    if (before) end.abort();
    const text = textOf(silence(), options({ signal: end.signal }));
    await text.next();
    const last = text.next();
    end.abort();
    expect(await last).toEqual({ done: true, value: undefined });
  });

  test('is generated no faster than it is read', async () => {
    let made = 0;
    const many = (async function* (): AsyncGenerator<Message> {
      for (;;) yield { type: 'state', data: { made: ++made } };
    })();
    const text = textOf(many, options());
    await text.next();
    await text.next();
    for (let turns = 0; turns < 100; turns++) await turn();
    expect(made).toBeLessThanOrEqual(2);
    await text.return(undefined);
  });
});
