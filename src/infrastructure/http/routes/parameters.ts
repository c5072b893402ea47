import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Role } from '../../../application/ports/access-tokens.js';
import type { CommandMeta } from '../../../application/streams/streams.js';
import { Problem } from '../problems/problem.js';
import type { HttpExchange } from './event-streams.js';
import type { EdgeRequest, EdgeResponse } from '../edge/request.js';
import { problems } from './route.js';
import { instant } from './shapes.js';

const POSITION = /^\d{1,19}$/;
const POSITION_MAX = 2n ** 63n - 1n;

const requestIn = (context: ExecutionContext): EdgeRequest =>
  context.switchToHttp().getRequest<EdgeRequest>();

/** The request with its answer, for routes that answer by a stream of events. */
export const RequestAndResponse = createParamDecorator(
  (_data: unknown, context: ExecutionContext): HttpExchange => {
    const http = context.switchToHttp();
    return { request: http.getRequest<EdgeRequest>(), response: http.getResponse<EdgeResponse>() };
  },
);

/** Who asks for a command, when, and under which id. Only on routes that `Writes` describes. */
export const Meta = createParamDecorator((_data: unknown, context: ExecutionContext): CommandMeta => {
  const { meta } = requestIn(context).edge;
  if (!meta) throw new Error('A route that takes Meta is not a GET.');
  return meta;
});

/** The UUID of the listener who asks, for routes that only listeners may use. */
export const Listener = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const { principal } = requestIn(context).edge;
  if (!principal?.roles.includes('listener'))
    throw new Error('A route that takes Listener is for listeners only.');
  return principal.subject;
});

/** Who sees what belongs to any payee. */
const SEES_ALL: readonly Role[] = ['finance', 'auditor', 'admin'];

/** The payee that the asker is: a label deals with its own only. Undefined for those who see all. */
export const OwnPayee = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string | undefined => {
    const { principal } = requestIn(context).edge;
    if (!principal) throw new Error('A route that takes OwnPayee names roles.');
    return principal.roles.some((role) => SEES_ALL.includes(role)) ? undefined : principal.subject;
  },
);

/** The position that the answer must show, from `Min-Position`. */
export const MinPosition = createParamDecorator(
  (_data: unknown, context: ExecutionContext): bigint | undefined => {
    const header = requestIn(context).headers['min-position'];
    if (header === undefined) return undefined;
    if (typeof header !== 'string' || !POSITION.test(header) || BigInt(header) > POSITION_MAX)
      throw new Problem('BadMinPosition');
    return BigInt(header);
  },
);

/**
 * The device's clock when it sent the request, from `Sent-At` (R14). A header, since it differs when the same is sent
 * again: content that repeats under an `Idempotency-Key` must not.
 */
export const SentAt = createParamDecorator(
  (_data: unknown, context: ExecutionContext): number | undefined => {
    const header = requestIn(context).headers['sent-at'];
    if (header === undefined) return undefined;
    const { success, data } = instant.safeParse(header);
    if (!success) throw new Problem('BadSentAt');
    return data;
  },
);

/** Describes a route that takes `SentAt`. */
export const TakesSentAt = () =>
  applyDecorators(
    ApiHeader({
      name: 'Sent-At',
      required: false,
      description:
        "The device's clock when it sends this very request. Where it is more than 120 s off, the times in the request are set right by the difference.",
      schema: { type: 'string', format: 'date-time' },
    }),
    problems('BadSentAt'),
  );
