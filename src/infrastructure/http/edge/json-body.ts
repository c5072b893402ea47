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
 * Reads the body of a request, which must say that it is JSON, within the bounds above. Our own reader, because a body is
 * read only after its sender was let in.
 *
 * @param response told to send `100 Continue` once it is known that the body will be read
 * @throws {Problem}
 */
export const readBody = (request: IncomingMessage, response: ServerResponse): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const { headers } = request;
    const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = headers;
    if (!JSON_IN_UTF_8.test(type) || encoding !== 'identity') throw new Problem('UnsupportedMediaType');
    if (Number(headers['content-length'] ?? 0) > BODY_BYTES_MAX) throw new Problem('BodyTooLarge');
    if (headers.expect !== undefined) response.writeContinue();

    // The client went away, now or in the middle of the body: nobody will read the answer.
    const gone = () => reject(new Problem('RequestTimeout'));
    if (request.destroyed) return gone();
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
    request.on('error', gone);
    request.on('close', () => {
      if (!request.readableEnded) gone();
    });
  });

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The JSON in `bytes`, within the bounds above. None of the parser's words may reach the client.
 *
 * @throws {Problem}
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

/** Goes no deeper than the bound, so that the depth of the input cannot exhaust the stack. */
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

/** Half a surrogate pair or U+0000 would not come back from every store as it went in. */
const checkText = (text: string): void => {
  if (text.length > STRING_LENGTH_MAX) throw new Problem('JsonOutOfBounds');
  if (!text.isWellFormed() || text.includes('\0')) throw new Problem('ForbiddenText');
};
