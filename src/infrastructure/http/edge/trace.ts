import { randomFillSync } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const REQUEST_ID = /^[\w.-]{1,128}$/;
/** W3C Trace Context, version 00: the second part is the trace id, which is not all zeros. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The correlation id of the client, from `traceparent` or `x-request-id`; undefined if missing or malformed. */
export const correlationIdOf = (headers: IncomingHttpHeaders): string | undefined => {
  const { traceparent } = headers;
  const traceId = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
  if (traceId !== undefined) return traceId;
  const requestId = headers['x-request-id'];
  return typeof requestId === 'string' && REQUEST_ID.test(requestId) ? requestId : undefined;
};

const ID_BYTES = 16;

/** Random bytes, generated for many ids at once. */
const randomPool = Buffer.alloc(256 * ID_BYTES);
let used = randomPool.length;

export const freshTraceId = (): string => {
  if (used === randomPool.length) {
    randomFillSync(randomPool);
    used = 0;
  }
  used += ID_BYTES;
  return randomPool.toString('hex', used - ID_BYTES, used);
};
