import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from '../problems/problem.js';

export const BODY_BYTES_MAX = 102_400;
export const DEPTH_MAX = 32;
export const STRING_LENGTH_MAX = 4_096;
export const LIST_LENGTH_MAX = 1_000;

const JSON_IN_UTF_8 = /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

/**
 * Reads the body of a request, up to `BODY_BYTES_MAX`. Its media type must be JSON. Express' reader is not used, because a
 * body is read only after access is granted.
 *
 * @param response sends `100 Continue` once the body is going to be read
 * @throws {Problem} `UnsupportedMediaType`, `BodyTooLarge`, or `RequestTimeout` when the client disconnects
 */
export const readBody = (request: IncomingMessage, response: ServerResponse): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { headers } = request;
    const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers;
    if (!JSON_IN_UTF_8.test(type) || encoding !== 'identity') throw new Problem('UnsupportedMediaType');
    if (Number(headers['content-length'] ?? 0) > BODY_BYTES_MAX) throw new Problem('BodyTooLarge');
    if (headers.expect !== undefined) response.writeContinue();

    // The client has disconnected: the code of the problem only shows in the logs.
    const disconnected = () => reject(new Problem('RequestTimeout'));
    if (request.destroyed) return disconnected();
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > BODY_BYTES_MAX) {
        request.pause();
        reject(new Problem('BodyTooLarge'));
      } else chunks.push(chunk);
    });
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    request.on('error', disconnected);
    request.on('close', () => {
      if (!request.readableEnded) disconnected();
    });
  });

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses JSON within the limits above. The client never sees messages of the parser.
 *
 * @throws {Problem} `MalformedJson`, `JsonOutOfBounds`, `ForbiddenKey` or `ForbiddenText`
 */
export const jsonIn = (bytes: Buffer): unknown => {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(bytes));
  } catch {
    throw new Problem('MalformedJson');
  }
  check(value, 1);
  return value;
};

/** Recurses no deeper than `DEPTH_MAX`, so that nested input cannot exhaust the stack. */
const check = (value: unknown, depth: number): void => {
  if (typeof value === 'string') return checkText(value);
  if (typeof value !== 'object' || value === null) return;
  if (depth > DEPTH_MAX) throw new Problem('JsonOutOfBounds');
  if (Array.isArray(value)) {
    if (value.length > LIST_LENGTH_MAX) throw new Problem('JsonOutOfBounds');
    for (const item of value) check(item, depth + 1);
    return;
  }
  const fields = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(fields)) {
    if (FORBIDDEN_KEYS.has(key)) throw new Problem('ForbiddenKey');
    checkText(key);
    check(fields[key], depth + 1);
  }
};

/** Not every store returns a lone surrogate or U+0000 unchanged. */
const checkText = (text: string): void => {
  if (text.length > STRING_LENGTH_MAX) throw new Problem('JsonOutOfBounds');
  if (!text.isWellFormed() || text.includes('\0')) throw new Problem('ForbiddenText');
};
