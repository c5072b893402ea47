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

/** The request with its response, for routes that respond with an event stream. */
export const RequestAndResponse = createParamDecorator(
  (_data: unknown, context: ExecutionContext): HttpExchange => {
    const http = context.switchToHttp();
    return { request: http.getRequest<EdgeRequest>(), response: http.getResponse<EdgeResponse>() };
  },
);

/** The metadata of a command. Only for routes described by `Writes`. */
export const Meta = createParamDecorator((_data: unknown, context: ExecutionContext): CommandMeta => {
  const { meta } = requestIn(context).edge;
  if (!meta) throw new Error('A route with Meta must not be a GET.');
  return meta;
});

/** The UUID of the calling listener. Only for routes open to listeners alone. */
export const Listener = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const { principal } = requestIn(context).edge;
  if (!principal?.roles.includes('listener'))
    throw new Error('A route with Listener must be for listeners only.');
  return principal.subject;
});

/** Roles that may read the data of every payee. */
const SEES_ALL: readonly Role[] = ['finance', 'auditor', 'admin'];

/** The calling label, which may only access its own data; undefined for callers who may access all payees. */
export const OwnPayee = createParamDecorator(
  (_data: unknown, context: ExecutionContext): string | undefined => {
    const { principal } = requestIn(context).edge;
    if (!principal) throw new Error('A route with OwnPayee must have Roles.');
    return principal.roles.some((role) => SEES_ALL.includes(role)) ? undefined : principal.subject;
  },
);

/** The position that the response must include, from `Min-Position`; undefined if the header is absent. */
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
 * The device's clock when it sent the request, from `Sent-At` (R14). A header rather than a field of the body, because it
 * changes when the device repeats a request, while the body under an `Idempotency-Key` must not.
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
        "Time of the device's clock when it sends this request. If the clock is off by more than 120 s, the service corrects the times in the request by the difference.",
      schema: { type: 'string', format: 'date-time' },
    }),
    problems('BadSentAt'),
  );
