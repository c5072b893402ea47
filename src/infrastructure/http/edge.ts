import type { Telemetry } from '../../application/ports/telemetry.js';
import { answerProblem } from './answer.js';
import type { Drain } from './drain.js';
import { Problem } from './problem.js';
import { type EdgeRequest, type EdgeResponse, pathOf } from './request.js';
import { correlationIdOf, freshTraceId } from './trace.js';

export const URL_LENGTH_MAX = 4_096;

/** For answers that are data, not pages: nothing may be loaded, framed, guessed or kept because of them. */
const HEADERS = Object.entries({
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
});

/** The first to see a request and the last to see its answer: names it, dresses it, measures it. */
export const edge =
  (telemetry: Telemetry, drain: Drain) =>
  (request: EdgeRequest, response: EdgeResponse, next: () => void): void => {
    const startedAt = performance.now();
    const correlationId = correlationIdOf(request.headers);
    const traceId = correlationId ?? freshTraceId();
    request.edge = { traceId, ...(correlationId === undefined ? {} : { correlationId }) };

    for (const [name, value] of HEADERS) response.setHeader(name, value);
    response.setHeader('X-Request-Id', traceId);
    if (drain.begun) response.setHeader('Connection', 'close');

    response.once('close', () => {
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

    const problem = refusalOf(request);
    if (problem) answerProblem(request, response, problem);
    else next();
  };

const refusalOf = (request: EdgeRequest): Problem | undefined => {
  if (request.originalUrl.length > URL_LENGTH_MAX) return new Problem('UrlTooLong');
  try {
    decodeURIComponent(pathOf(request));
    return undefined;
  } catch {
    return new Problem('MalformedUrl');
  }
};
