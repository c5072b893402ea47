import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type Answer, bootApp, type TestApp } from '../../../support/http/test-app.js';
import { sendRaw } from '../../../support/http/raw-http.js';
import { LISTENER_ID, ROUTES } from '../../../support/http/expected-routes.js';

// Goal: each bad request gets a client error with a stable code, and the log stays unchanged.
// Method: every route that writes, from the route table, with every kind of bad input; then malformed HTTP; then random
// requests.

let service: TestApp;
const authorization = new Map<string, string>();

beforeAll(async () => {
  service = await bootApp();
  for (const role of ['listener', 'finance', 'admin'] as const) {
    const subject = role === 'listener' ? LISTENER_ID : role;
    const token = await service.tokens.issueToken({ role, subject, ttl: 600 });
    authorization.set(role, `Bearer ${token}`);
  }
});
afterAll(() => service.stop());

const head = () => service.dependencies.store.head();

const assertProblem = (answer: Answer, status: number, code: string): void => {
  expect(answer).toMatchObject({ status, json: { status, code, type: `urn:playledger:problem:${code}` } });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(answer.json.traceId).toBe(answer.headers.get('x-request-id'));
  // No stack traces, file paths or messages of the parser.
  expect(answer.text).not.toMatch(/\bat \w+ \(|node_modules|\.[jt]s:\d|Unexpected token|in JSON at|SQLITE/);
};

const json = (value: unknown): string => JSON.stringify(value);
const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

type Bad = {
  readonly body: (good: object) => string | Buffer | undefined;
  readonly status: number;
  readonly code: string;
  readonly headers?: Record<string, string>;
  readonly query?: string;
};

const unprocessable = (body: Bad['body'], code: string): Bad => ({ body, status: 400, code });

const BAD: Readonly<Record<string, Bad>> = {
  'malformed JSON': unprocessable(() => '{"name": ', 'MalformedJson'),
  'an empty body': unprocessable(() => '', 'MalformedJson'),
  'bytes that are not UTF-8': unprocessable(() => Buffer.from([0x22, 0xff, 0x22]), 'MalformedJson'),
  'a UTF-8 surrogate': unprocessable(() => Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), 'MalformedJson'),
  null: unprocessable(() => 'null', 'ValidationFailed'),
  'a list': unprocessable((good) => json([good]), 'ValidationFailed'),
  'no fields': unprocessable(() => '{}', 'ValidationFailed'),
  'an unknown field': unprocessable((good) => json({ ...good, role: 'admin' }), 'ValidationFailed'),
  'fields of another type': unprocessable(
    (good) => json(Object.fromEntries(Object.keys(good).map((key) => [key, { $gt: '' }]))),
    'ValidationFailed',
  ),
  'numbers as text and text as numbers': unprocessable(
    (good) =>
      json(Object.fromEntries(Object.entries(good).map(([k, v]) => [k, typeof v === 'string' ? 1 : '1']))),
    'ValidationFailed',
  ),
  'fractions and numbers without end': unprocessable(
    (good) => json(good).replace(/:(?:"[^"]*"|\d+|null)/g, ':1.5e300'),
    'ValidationFailed',
  ),
  'text of 5,000 characters': unprocessable(
    (good) => json({ ...good, x: 'x'.repeat(5_000) }),
    'JsonOutOfBounds',
  ),
  'a name of 5,000 characters': unprocessable(
    (good) => json({ ...good, ['x'.repeat(5_000)]: 1 }),
    'JsonOutOfBounds',
  ),
  'a list of 1,001': unprocessable((good) => json({ ...good, x: Array(1_001).fill(1) }), 'JsonOutOfBounds'),
  'a depth of 33': unprocessable(() => `{"x":${deep(32)}}`, 'JsonOutOfBounds'),
  'a depth of 49,000': unprocessable(() => deep(49_000), 'JsonOutOfBounds'),
  'JSON of another kind': {
    body: json,
    status: 415,
    code: 'UnsupportedMediaType',
    headers: { 'content-type': 'application/merge-patch+json' },
  },
  __proto__: unprocessable((good) => json(good).replace('{', '{"__proto__":{"admin":true},'), 'ForbiddenKey'),
  'constructor, further in': unprocessable(
    (good) => json({ ...good, x: [{ constructor: 1 }] }),
    'ForbiddenKey',
  ),
  prototype: unprocessable((good) => json({ ...good, prototype: 1 }), 'ForbiddenKey'),
  'half a surrogate pair': unprocessable((good) => json({ ...good, x: '\ud800' }), 'ForbiddenText'),
  'U+0000': unprocessable((good) => json({ ...good, x: 'a\0b' }), 'ForbiddenText'),
  '200 kB': { body: (good) => json(good) + ' '.repeat(200_000), status: 413, code: 'BodyTooLarge' },
  'one byte too many': {
    body: (good) => json(good).padEnd(102_401),
    status: 413,
    code: 'BodyTooLarge',
  },
  'text/plain': {
    body: json,
    status: 415,
    code: 'UnsupportedMediaType',
    headers: { 'content-type': 'text/plain' },
  },
  'a form': {
    body: () => 'name=A',
    status: 415,
    code: 'UnsupportedMediaType',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  },
  'another charset': {
    body: json,
    status: 415,
    code: 'UnsupportedMediaType',
    headers: { 'content-type': 'application/json; charset=utf-16' },
  },
  'a compressed body': {
    body: (good) => gzipSync(json(good)),
    status: 415,
    code: 'UnsupportedMediaType',
    headers: { 'content-encoding': 'gzip' },
  },
  'no body': { body: () => undefined, status: 415, code: 'UnsupportedMediaType' },
  'a query': { body: json, status: 400, code: 'UnexpectedQuery', query: '?a=1' },
  'a key that is none': {
    body: json,
    status: 400,
    code: 'BadIdempotencyKey',
    headers: { 'idempotency-key': 'a b' },
  },
};

/** Routes with an empty body have no fields to invalidate. */
const badFor = (good: object) =>
  Object.entries(BAD).filter(
    ([, { body, code }]) => json(good) !== '{}' || code !== 'ValidationFailed' || body(good) !== '{}',
  );

const writes = Object.entries(ROUTES).filter(([route]) => !route.startsWith('GET '));

test('there are routes that write', () => expect(writes.length).toBeGreaterThan(7));

describe.each(writes)('%s refuses', (route, { path, body: good = {}, for: roles, needsNothing }) => {
  const [method = '', pattern = ''] = route.split(' ');
  const role = Array.isArray(roles) && roles.includes('listener') ? 'listener' : 'admin';

  const bad = badFor(good).filter(([what]) => !(needsNothing === true && what === 'no fields'));
  test.each(bad)('%s', async (_what, { body, status, code, headers = {}, query = '' }) => {
    const before = await head();
    const sent = body(good);
    const answer = await service.requestBytes(method, (path ?? pattern) + query, {
      ...(sent === undefined ? {} : { body: Buffer.from(sent) }),
      headers: {
        authorization: authorization.get(role) ?? '',
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    assertProblem(answer, status, code);
    expect(await head()).toBe(before);
  });
});

const PERIOD = '/v1/royalties/periods/premium/DE/2026-10';
const claim = { right: 'recording', territory: '*', claimant: 'l', sharePpm: 1 };
const revenue = { reportId: 'r', kind: 'subscription', amount: '1', currency: 'EUR' };

describe('reports without content or with values that no event can hold are rejected', () => {
  test.each([
    [
      'a claim from before 1970',
      '/v1/royalties/tracks/t/claims',
      { ...claim, validFrom: '1969-12-31T23:59:59.999Z' },
    ],
    [
      'a resolution from before 1970',
      '/v1/royalties/tracks/t/disputes/resolve',
      { right: 'recording', territory: '*', shares: [], validFrom: '1900-01-01T00:00:00.000Z' },
    ],
    [
      'a replay as of before 1970',
      '/v1/royalties/replays',
      {
        period: { offering: 'premium', territory: 'DE', month: '2026-10' },
        asOf: { at: '1900-01-01T00:00:00.000Z' },
      },
    ],
    ['a month before 1970', PERIOD.replace('2026-10', '1969-12') + '/revenue', revenue],
    ['the year 0', PERIOD.replace('2026', '0000') + '/close', {}],
    ['an amount with zeros before it', `${PERIOD}/revenue`, { ...revenue, amount: '01.00' }],
    ['a reason of blanks', `${PERIOD}/close`, { early: '\t ' }],
    ['a name of blanks', '/v1/artists', { name: '\u00a0' }],
  ])('%s', async (_what, path, body) => {
    const before = await head();
    const headers = { authorization: authorization.get('admin') ?? '' };
    assertProblem(await service.request('POST', path, { body, headers }), 400, 'ValidationFailed');
    expect(await head()).toBe(before);
  });

  test.each(['close', 'provisional'])('%s of a month without money', async (command) => {
    const before = await head();
    const ask = (path: string) =>
      service.request('POST', `${path}/${command}`, {
        body: { early: 'now' },
        headers: { authorization: authorization.get('finance') ?? '' },
      });
    assertProblem(await ask(PERIOD.replace('premium', 'silent')), 409, 'NoRevenue');
    expect(await head()).toBe(before);
  });
});

describe('the errors of a body', () => {
  const post = (body: unknown) =>
    service.request('POST', '/v1/artists', {
      body,
      headers: { authorization: authorization.get('admin') ?? '' },
    });

  test('name each field by its path', async () =>
    expect((await post({ name: 1, extra: 1, artistId: 'a b' })).json.errors).toEqual(
      expect.arrayContaining([
        { path: 'name', code: 'invalid_type', message: expect.any(String) },
        { path: 'extra', code: 'unrecognized_keys', message: 'This field is unknown.' },
        { path: 'artistId', code: 'custom', message: 'Must be 1 to 128 letters, digits and . _ : @ -' },
      ]),
    ));

  test('name missing fields', async () =>
    expect((await post({})).json.errors).toEqual([
      { path: 'name', code: 'invalid_type', message: 'Is missing.' },
    ]));

  test('never repeat a value, and are at most 20', async () => {
    const secret = 'hunter2 hunter2';
    expect((await post({ name: { secret }, artistId: secret })).text).not.toContain('hunter2');
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`f${i}`, 1]));
    expect((await post({ ...many })).json.errors).toHaveLength(20);
  });
});

/** The parameters of a read, from the API description. */
type Described = { readonly parameters?: readonly { readonly name: string; readonly in: string }[] };

const reads = Object.entries(ROUTES).filter(
  ([route, { for: roles }]) => route.startsWith('GET ') && Array.isArray(roles),
);

describe.each(reads)('%s refuses', (route, { path, for: roles }) => {
  const pattern = route.slice(4);
  const [asked = '', query = ''] = (path ?? pattern).split('?');
  const role = Array.isArray(roles) && roles.includes('listener') ? 'listener' : 'admin';
  const get = (target: string, headers: Record<string, string> = {}) =>
    service.request('GET', target, { headers: { authorization: authorization.get(role) ?? '', ...headers } });
  const withQuery = (more: string) => get(`${asked}?${query && `${query}&`}${more}`);
  const takes = async (name: string, where: string): Promise<boolean> => {
    const { json } = await service.request('GET', '/openapi.json');
    const described: Described = json.paths[pattern.replaceAll(/:(\w+)/g, '{$1}')].get;
    return described.parameters?.some((one) => one.name === name && one.in === where) === true;
  };

  test.each(['colour=red', '__proto__[x]=1', 'constructor=1', `${'x'.repeat(200)}=1`])(
    'the parameter %s',
    async (more) => {
      const answer = await withQuery(more);
      assertProblem(
        answer,
        400,
        answer.json.code === 'UnexpectedQuery' ? 'UnexpectedQuery' : 'ValidationFailed',
      );
    },
  );

  test('a limit that is out of range, not a number or repeated', async () => {
    const code = (await takes('limit', 'query')) ? 'ValidationFailed' : undefined;
    for (const more of ['limit=0', 'limit=201', 'limit=-1', 'limit=1.5', 'limit=ten', 'limit=1&limit=2']) {
      const answer = await withQuery(more);
      assertProblem(answer, 400, code ?? answer.json.code);
    }
  });

  test('a malformed position, on reads that take one', async () => {
    const isTaken = await takes('Min-Position', 'header');
    for (const position of ['one', '-1', '1.5', '0x10', '9'.repeat(20), String(2n ** 63n), '1, 2']) {
      const answer = await get(path ?? pattern, { 'min-position': position });
      if (isTaken) assertProblem(answer, 400, 'BadMinPosition');
      else expect(answer.json?.code).not.toBe('BadMinPosition');
    }
  });

  if (pattern.includes(':'))
    test.each([
      'x'.repeat(129),
      '..%2f..%2fetc%2fpasswd',
      '..%5c..',
      'a%00b',
      '%20',
      '%ED%95%9C',
      '%252e%252e%252f',
    ])('the path parameter %s', async (bad) => {
      const parts = asked.split('/');
      for (const [index, part] of pattern.split('/').entries()) {
        if (!part.startsWith(':')) continue;
        assertProblem(
          await get(parts.with(index, bad).join('/') + (query && `?${query}`)),
          400,
          'ValidationFailed',
        );
      }
    });
});

describe('a read refuses', () => {
  const get = (path: string, headers: Record<string, string> = {}) =>
    service.request('GET', path, {
      headers: { authorization: authorization.get('admin') ?? '', ...headers },
    });

  test.each([
    ['an unknown parameter', '/v1/tracks?colour=red'],
    ['a parameter twice', '/v1/tracks?limit=1&limit=2'],
    ['a limit of 0', '/v1/tracks?limit=0'],
    ['a limit of 201', '/v1/tracks?limit=201'],
    ['a limit in words', '/v1/tracks?limit=ten'],
    ['a parameter as an object', '/v1/tracks?limit[$gt]=1'],
    ['__proto__', '/v1/tracks?__proto__[x]=1'],
    ['an id with a blank', '/v1/tracks/a%20b'],
    ['an id with a slash', '/v1/tracks/..%2f..%2fetc%2fpasswd'],
    ['no month', '/v1/royalties/usage'],
    ['a thirteenth month', '/v1/royalties/usage?period=2026-13'],
    ['a territory in small letters', '/v1/royalties/usage?period=2026-10&territory=de'],
  ])('%s', async (_what, path) => assertProblem(await get(path), 400, 'ValidationFailed'));

  test('a query on routes without query parameters', async () =>
    assertProblem(await get('/v1/tracks/x?fields=all'), 400, 'UnexpectedQuery'));
  test('a body', async () => {
    const request = [
      'GET /v1/tracks HTTP/1.1',
      'Host: x',
      `Authorization: ${authorization.get('admin')}`,
      'Content-Length: 2',
      'Connection: close',
    ];
    expect(await sendRaw(service.url, `${request.join('\r\n')}\r\n\r\n{}`)).toMatch(
      /^HTTP\/1.1 400 [^]*UnexpectedBody/,
    );
  });
  test('a URL with a broken escape', async () =>
    assertProblem(await get('/v1/tracks/%zz'), 400, 'MalformedUrl'));
  test('a URL above 4,096 characters', async () =>
    assertProblem(await get(`/v1/tracks/${'x'.repeat(4_096)}`), 414, 'UrlTooLong'));
  test('an unknown path is not found for every caller', async () => {
    assertProblem(await get('/v1/nothing'), 404, 'NotFound');
    assertProblem(await get('/V1/tracks'), 404, 'NotFound');
    assertProblem(await service.request('GET', '/v1/nothing'), 404, 'NotFound');
    assertProblem(await service.request('GET', '/docs/..%2fpackage.json'), 404, 'NotFound');
  });
  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'HELLO'])(
    'the method %s, listing the allowed ones',
    async (method) => {
      const answer = await sendRaw(
        service.url,
        `${method} /v1/tracks HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(
        method === 'HELLO' ? /^HTTP\/1.1 400 / : /^HTTP\/1.1 405 [^]*Allow: GET, HEAD, POST/,
      );
    },
  );
});

test('no request at all is answered with a server error', async () => {
  const paths = Object.entries(ROUTES).map(([route, { path }]) => path ?? route.split(' ')[1] ?? '');
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constant(null));
  const body = fc.oneof(
    fc.json(),
    fc
      .dictionary(
        fc.constantFrom('name', 'title', 'positionMs', 'trackId', 'at', 'playId', 'territory'),
        value,
      )
      .map(json),
    fc.string(),
  );
  const header = fc.string({ unit: fc.constantFrom(...Array.from('aZ0-_.,;=/" {}%')), maxLength: 40 });
  const request = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'HEAD'),
    path: fc
      .tuple(fc.constantFrom(...paths, '/'), fc.webPath(), fc.webQueryParameters())
      .map(([path, rest, query]) => `${path}${rest}${query && `?${query}`}`),
    role: fc.constantFrom('listener', 'admin'),
    body,
    headers: fc.dictionary(
      fc.constantFrom('idempotency-key', 'min-position', 'x-request-id', 'traceparent', 'content-type'),
      header,
    ),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path, role, body: sent, headers }) => {
      const answer = await service.requestBytes(method, path, {
        headers: {
          'content-type': 'application/json',
          ...headers,
          authorization: authorization.get(role) ?? '',
        },
        ...(method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.from(sent) }),
      });
      // The service waits for a position ahead of the log, then responds with 503. That is expected.
      const fault = answer.status >= 500 && answer.json?.code !== 'NotYetVisible';
      expect(fault ? answer : undefined).toBeUndefined();
    }),
    { numRuns: 300 },
  );
});
