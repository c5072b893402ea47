import type { IncomingMessage } from 'node:http';
import { Problem } from './problem.js';

export const BODY_BYTES_MAX = 102_400;
export const DEPTH_MAX = 32;
export const STRING_LENGTH_MAX = 4_096;
export const LIST_LENGTH_MAX = 1_000;

const JSON_IN_UTF_8 = /^application\/json(?:\s*;\s*charset="?utf-8"?)?\s*$/i;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

/**
 * Reads a JSON body within the bounds above. Our own reader, because a body is read only after its sender was let in,
 * and because none of the parser's words may reach the client.
 *
 * @param goOn called when the head of the request promises a body that will be read
 * @throws {Problem}
 */
export const readJson = async (request: IncomingMessage, goOn: () => void): Promise<unknown> => {
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  if (!JSON_IN_UTF_8.test(type) || encoding !== 'identity') throw new Problem('UnsupportedMediaType');
  if (Number(request.headers['content-length'] ?? 0) > BODY_BYTES_MAX) throw new Problem('BodyTooLarge');
  goOn();
  const value = parse(await readBytes(request));
  check(value, 1);
  return value;
};

const readBytes = (request: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
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

const parse = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new Problem('MalformedJson');
  }
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
  for (const [key, item] of Object.entries(value)) {
    if (FORBIDDEN_KEYS.has(key)) throw new Problem('ForbiddenKey');
    checkText(key);
    check(item, depth + 1);
  }
};

/** Half a surrogate pair or U+0000 would not come back from every store as it went in. */
const checkText = (text: string): void => {
  if (text.length > STRING_LENGTH_MAX) throw new Problem('JsonOutOfBounds');
  if (!text.isWellFormed() || text.includes('\0')) throw new Problem('ForbiddenText');
};
