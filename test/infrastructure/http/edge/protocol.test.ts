import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bootApp, type Client, type TestApp } from '../../../support/http/test-app.js';
import { eventually } from '../../../support/time/eventually.js';
import { sendRaw } from '../../../support/http/raw-http.js';

// Requests that a proxy may read differently are rejected, and the resources of a connection are limited. Each limit is
// tested from both sides.

let service: TestApp;
let admin: Client;
beforeAll(async () => {
  service = await bootApp();
  admin = await service.client('admin');
  await eventually(async () => expect((await service.request('GET', '/readyz')).status).toBe(200));
});
afterAll(() => service.stop());

const line = 'POST /v1/artists HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';
const get = 'GET /healthz HTTP/1.1\r\nHost: x\r\n';
const close = 'Connection: close\r\n\r\n';
const chunked = '\r\n\r\n2\r\n{}\r\n0\r\n\r\n';

describe('malformed HTTP', () => {
  const authorized = () => `${line}Authorization: Bearer ${admin.token}\r\n`;

  test.each<[string, () => string]>([
    ['noise', () => '\x16\x03\x01\x02\r\n\r\n'],
    ['another protocol', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['a version that never was', () => 'GET /healthz HTTP/3.0\r\nHost: x\r\n\r\n'],
    ['a request without a version', () => 'GET /healthz\r\n\r\n'],
    ['no Host', () => 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['two Hosts', () => `${get}Host: y\r\n${close}`],
    ['two tokens', () => `${authorized()}authorization: Bearer x\r\nContent-Length: 2\r\n\r\n{}`],
    ['two kinds of content', () => `${authorized()}Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}`],
    ['a header without a name', () => `${get}: y\r\n${close}`],
    ['a blank before the colon', () => 'GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n'],
    ['a folded header', () => `${get}A: b\r\n c\r\n${close}`],
    ['U+0000 in a header', () => `${get}A: b\0c\r\n${close}`],
    ['a lone line feed', () => 'GET /healthz HTTP/1.1\r\nHost: x\nA: b\r\n\r\n'],
    ['a lone carriage return', () => 'GET /healthz HTTP/1.1\r\nHost: x\rA: b\r\n\r\n'],
    ['two lengths', () => `${authorized()}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`],
    ['one length twice', () => `${authorized()}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`],
    ['a list of lengths', () => `${authorized()}Content-Length: 2, 2\r\n\r\n{}`],
    ['a negative length', () => `${authorized()}Content-Length: -1\r\n\r\n{}`],
    ['a signed length', () => `${authorized()}Content-Length: +2\r\n\r\n{}`],
    ['a hexadecimal length', () => `${authorized()}Content-Length: 0x2\r\n\r\n{}`],
    ['a length beyond 64 bits', () => `${authorized()}Content-Length: 99999999999999999999\r\n\r\n{}`],
    ['a length and chunks', () => `${authorized()}Content-Length: 2\r\nTransfer-Encoding: chunked${chunked}`],
    ['chunks and a length', () => `${authorized()}transfer-encoding: CHUNKED\r\nCONTENT-LENGTH: 2${chunked}`],
    ['an unknown coding', () => `${authorized()}Transfer-Encoding: xchunked${chunked}`],
    ['chunks that are coded once more', () => `${authorized()}Transfer-Encoding: gzip, chunked${chunked}`],
    ['a coding behind the chunks', () => `${authorized()}Transfer-Encoding: chunked, identity${chunked}`],
    [
      'two codings',
      () => `${authorized()}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked${chunked}`,
    ],
    ['a coding behind a vertical tab', () => `${authorized()}Transfer-Encoding:\x0bchunked${chunked}`],
    [
      'a chunk whose size is no number',
      () => `${authorized()}Transfer-Encoding: chunked\r\n\r\nZ\r\n{}\r\n0\r\n\r\n`,
    ],
    [
      'a chunk with a long extension',
      () => `${authorized()}Transfer-Encoding: chunked\r\n\r\n2;${'x'.repeat(20_000)}\r\n{}\r\n0\r\n\r\n`,
    ],
  ])('is rejected: %s', async (_what, bytes) => {
    const before = await service.dependencies.store.head();
    const answer = await sendRaw(service.url, Buffer.from(bytes(), 'latin1'));
    expect(answer).toMatch(/^HTTP\/1.1 400 [^]*"code":"MalformedRequest"/);
    expect(answer).toMatch(/^Connection: close\r$/im);
    expect(answer.match(/^HTTP\/1.1 \d/gm)).toHaveLength(1);
    expect(await service.dependencies.store.head()).toBe(before);
  });

  test('chunked bodies are read as sent', async () => {
    const body = JSON.stringify({ name: 'Chunked' });
    const chunks = Array.from(body)
      .map((one) => `1\r\n${one}\r\n`)
      .join('');
    const answer = await sendRaw(
      service.url,
      `${authorized()}Transfer-Encoding: chunked\r\n${close}${chunks}0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 201 /);
  });
});

describe('protocol features', () => {
  test('no response repeats the host of the request', async () => {
    for (const path of ['/openapi.json', '/docs', '/nothing', '/v1/tracks']) {
      const answer = await sendRaw(
        service.url,
        `GET http://evil.example${path} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n${close}`,
      );
      expect(answer).toMatch(/^HTTP\/1.1 \d/);
      expect(answer).not.toContain('evil');
    }
  });

  test('TRACE echoes nothing', async () => {
    const answer = await sendRaw(
      service.url,
      `TRACE /v1/tracks HTTP/1.1\r\nHost: x\r\nX-Secret: hunter2\r\n${close}`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 405 [^]*Allow: GET, HEAD, POST/);
    expect(answer).not.toContain('hunter2');
  });

  test('CONNECT is rejected', async () =>
    expect(await sendRaw(service.url, 'CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n')).toBe(''));

  test('a protocol upgrade is not accepted', async () =>
    expect(
      await sendRaw(service.url, `${get}Upgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n`),
    ).toMatch(/^HTTP\/1.1 200 /));

  test('an unsupported expectation is answered with a problem document', async () =>
    expect(await sendRaw(service.url, `${get}Expect: miracles\r\n${close}`)).toMatch(
      /^HTTP\/1.1 417 [^]*"code":"ExpectationFailed"/,
    ));

  test('100 Continue is sent only after access is granted and if the body will be read', async () => {
    const expecting = (head: string) => sendRaw(service.url, `${head}Expect: 100-continue\r\n${close}{}`);
    const mine = `${line}Authorization: Bearer ${admin.token}\r\n`;
    expect(await expecting(`${line}Content-Length: 2\r\n`)).toMatch(/^HTTP\/1.1 401 /);
    expect(await expecting(`${mine}Content-Length: 999999\r\n`)).toMatch(/^HTTP\/1.1 413 /);
    expect(await expecting(`${mine}Content-Length: 2\r\n`)).toMatch(
      /^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 400 /,
    );
  });

  test('a repeated header is rejected', async () => {
    const body = JSON.stringify({ name: 'Twice' });
    const answer = await sendRaw(
      service.url,
      `${line}Authorization: Bearer ${admin.token}\r\nIdempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Length: ${body.length}\r\n${close}${body}`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 400 [^]*"code":"BadIdempotencyKey"/);
  });
});

describe('a limit accepts the largest value and rejects the next', () => {
  const post = (text: string | Buffer, headers: Record<string, string> = {}) =>
    service.requestBytes('POST', '/v1/artists', {
      body: Buffer.from(text),
      headers: { authorization: `Bearer ${admin.token}`, 'content-type': 'application/json', ...headers },
    });
  const codeOf = async (text: string): Promise<string> => (await post(text)).json.code ?? 'taken';
  const nested = (levels: number): string => `{"x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
  const padded = (bytes: number): string => JSON.stringify({ name: 'Padded' }).padEnd(bytes);
  const text = (length: number): string => JSON.stringify({ x: 'x'.repeat(length) });
  const named = (length: number): string => JSON.stringify({ ['x'.repeat(length)]: 1 });
  const list = (length: number): string => JSON.stringify({ x: Array(length).fill(1) });

  test.each<[string, (size: number) => string, number, string, string]>([
    ['102,400 bytes of a body', padded, 102_400, 'taken', 'BodyTooLarge'],
    ['32 levels', nested, 32, 'ValidationFailed', 'JsonOutOfBounds'],
    ['4,096 characters of text', text, 4_096, 'ValidationFailed', 'JsonOutOfBounds'],
    ['4,096 characters of a name', named, 4_096, 'ValidationFailed', 'JsonOutOfBounds'],
    ['1,000 items', list, 1_000, 'ValidationFailed', 'JsonOutOfBounds'],
  ])('%s', async (_what, make, most, fits, beyond) => {
    expect(await codeOf(make(most))).toBe(fits);
    expect(await codeOf(make(most + 1))).toBe(beyond);
  });

  test('4,096 characters of a URL', async () => {
    const url = (length: number) => `/v1/tracks/${'x'.repeat(length - '/v1/tracks/'.length)}`;
    expect(await admin.get(url(4_096))).toMatchObject({ status: 400, json: { code: 'ValidationFailed' } });
    expect(await admin.get(url(4_097))).toMatchObject({ status: 414, json: { code: 'UrlTooLong' } });
  });

  test('16,384 bytes of headers', async () => {
    const head = (bytes: number) => `${get}X-Big: ${'x'.repeat(bytes)}\r\n${close}`;
    expect(await sendRaw(service.url, head(16_000))).toMatch(/^HTTP\/1.1 200 /);
    expect(await sendRaw(service.url, head(16_400))).toMatch(/^HTTP\/1.1 431 [^]*"code":"HeadersTooLarge"/);
    expect(await sendRaw(service.url, `${get}${'a: b\r\n'.repeat(3_000)}${close}`)).toMatch(
      /^HTTP\/1.1 431 /,
    );
  });

  test('200 items of a page', async () => {
    expect((await admin.get('/v1/tracks?limit=200')).status).toBe(200);
    expect((await admin.get('/v1/tracks?limit=201')).status).toBe(400);
  });

  test('compressed bodies are not decompressed', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    for (const encoding of ['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'gzip, identity', 'IDENTITY'])
      expect(await post(bomb, { 'content-encoding': encoding })).toMatchObject({
        status: 415,
        json: { code: 'UnsupportedMediaType' },
      });
  });

  test.each(['__proto__', 'constructor', 'prototype'])(
    'the name %s is rejected at every level',
    async (name) => {
      for (let level = 0; level < 31; level++) {
        const open = level % 2 === 0 ? '{"x":' : '[';
        const wrap = (inner: string): string => {
          let wrapped = inner;
          for (let i = 0; i < level; i++) wrapped = i % 2 === 0 ? `[${wrapped}]` : `{"x":${wrapped}}`;
          return `{"x":${wrapped}}`;
        };
        expect([open, level, await codeOf(wrap(`{"${name}":1}`))]).toEqual([open, level, 'ForbiddenKey']);
      }
      const escaped = Array.from(name)
        .map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .join('');
      expect(await codeOf(`{"${escaped}":1}`)).toBe('ForbiddenKey');
    },
  );
});

describe('limits of a connection', () => {
  test('are set on the server', () => {
    const { maxConnections, headersTimeout, requestTimeout, keepAliveTimeout } =
      service.app.getHttpServer() as Server;
    expect({ maxConnections, headersTimeout, requestTimeout, keepAliveTimeout }).toEqual({
      maxConnections: 2_000,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 5_000,
    });
    expect(service.dependencies.config.socketsPerAddress).toBe(100);
  });

  test('end a request with slow headers or a slow body with a problem document', async () => {
    const other = await bootApp();
    try {
      const server = other.app.getHttpServer() as Server;
      server.headersTimeout = 20;
      server.requestTimeout = 20;
      const { token } = await other.client('admin');
      const [head, body] = await Promise.all([
        sendRaw(other.url, 'GET /healthz HTTP/1.1\r\nHost: x\r\n'),
        sendRaw(other.url, `${line}Authorization: Bearer ${token}\r\nContent-Length: 20\r\n\r\n{`),
      ]);
      for (const answer of [head, body]) expect(answer).toMatch(/^HTTP\/1.1 408 [^]*"code":"RequestTimeout"/);
    } finally {
      await other.stop();
    }
  });

  test('close connections beyond the maximum number', async () => {
    const other = await bootApp({ env: { PLAYLEDGER_SOCKETS_MAX: '1' } });
    try {
      const dropped = once(other.app.getHttpServer() as Server, 'drop');
      const { hostname, port } = new URL(other.url);
      const sockets = [1, 2].map(() => connect(Number(port), hostname));
      expect(await dropped).toMatchObject([{ remoteAddress: hostname }]);
      for (const socket of sockets) socket.destroy();
    } finally {
      await other.stop();
    }
  });

  test('reject an unauthenticated request before its body is read', async () => {
    const answer = await sendRaw(service.url, `${line}Content-Length: 99999999\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 401 [^]*Connection: close/);
  });

  test('reject a chunked body above the limit before it ends', async () => {
    const chunk = `8000\r\n${' '.repeat(0x8000)}\r\n`;
    const request = `${line}Authorization: Bearer ${admin.token}\r\nTransfer-Encoding: chunked\r\n\r\n`;
    expect(await sendRaw(service.url, request + chunk.repeat(5))).toMatch(
      /^HTTP\/1.1 413 [^]*"code":"BodyTooLarge"/,
    );
  });
});
