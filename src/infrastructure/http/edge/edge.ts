import type { Telemetry } from '../../../application/ports/telemetry.js';
import { sendProblem } from './problem-response.js';
import type { Drain } from './drain.js';
import type { Edge } from './edge-adapter.js';
import { Problem } from '../problems/problem.js';
import { type EdgeRequest, requestPath } from './request.js';
import { correlationIdOf, freshTraceId } from './trace.js';

export const URL_LENGTH_MAX = 4_096;

/** For responses that are data, not pages: forbids loading, framing, sniffing and caching. */
const HEADERS = Object.entries({
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
}).flat();

/** Runs first for each request: sets its trace id and headers, records its outcome and rejects malformed requests. */
export const edge =
  (telemetry: Telemetry, drain: Drain): Edge =>
  (request, response, next) => {
    const startedAt = performance.now();
    const correlationId = correlationIdOf(request.headers);
    const traceId = correlationId ?? freshTraceId();
    const headers = [...HEADERS, 'X-Request-Id', traceId];
    if (drain.begun) headers.push('Connection', 'close');
    request.edge = { traceId, headers, ...(correlationId === undefined ? {} : { correlationId }) };

    response.on('close', () => {
      const { actor, code } = request.edge;
      telemetry.answered({
        method: request.method,
        route: request.route?.path ?? 'unmatched',
        status: response.writableFinished ? response.statusCode : 499,
        durationMs: performance.now() - startedAt,
        traceId,
        ...(actor === undefined ? {} : { actor }),
        ...(code === undefined ? {} : { code }),
      });
    });

    const problem = problemOf(request);
    if (problem) sendProblem(request, response, problem);
    else next();
  };

const problemOf = (request: EdgeRequest): Problem | undefined => {
  if (isAmbiguous(request)) return new Problem('MalformedRequest');
  const { expect } = request.headers;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue')
    return new Problem('ExpectationFailed');
  if (request.url.length > URL_LENGTH_MAX) return new Problem('UrlTooLong');
  return isDecodable(requestPath(request.url)) ? undefined : new Problem('MalformedUrl');
};

const isDecodable = (path: string): boolean => {
  if (!path.includes('%')) return true;
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
};

/**
 * Whether a proxy may read the request differently from Node (RFC 9112, 3.2 and 6.1). Node takes the first of repeated
 * headers; a proxy may take another.
 */
const isAmbiguous = ({ httpVersion, headers, rawHeaders }: EdgeRequest): boolean => {
  const { 'transfer-encoding': coding } = headers;
  if (!httpVersion.startsWith('1.') || (coding !== undefined && coding.toLowerCase() !== 'chunked'))
    return true;
  const hosts = countOf('host', rawHeaders);
  return (
    hosts > 1 ||
    (hosts === 0 && httpVersion !== '1.0') ||
    countOf('authorization', rawHeaders) > 1 ||
    countOf('content-type', rawHeaders) > 1
  );
};

const countOf = (name: string, rawHeaders: readonly string[]): number => {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (rawHeaders[i]?.length === name.length && rawHeaders[i]?.toLowerCase() === name) count += 1;
  return count;
};
