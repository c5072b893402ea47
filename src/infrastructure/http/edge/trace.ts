import { randomFillSync } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const REQUEST_ID = /^[\w.-]{1,128}$/;
/** W3C Trace Context, version 00: the trace id is its second part and not all zeros. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The id that the client gave the conversation, when it is well-formed. */
export const correlationIdOf = (headers: IncomingHttpHeaders): string | undefined => {
  const { traceparent } = headers;
  const traceId = typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
  if (traceId !== undefined) return traceId;
  const requestId = headers['x-request-id'];
  return typeof requestId === 'string' && REQUEST_ID.test(requestId) ? requestId : undefined;
};

const ID_BYTES = 16;

/** Random bytes, drawn for many ids at once. */
const drawn = Buffer.alloc(256 * ID_BYTES);
let used = drawn.length;

export const freshTraceId = (): string => {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += ID_BYTES;
  return drawn.toString('hex', used - ID_BYTES, used);
};
