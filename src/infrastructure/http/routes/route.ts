import { applyDecorators, HttpCode, SetMetadata } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiExtension,
  ApiHeader,
  ApiOperation,
  ApiProduces,
  ApiResponse,
} from '@nestjs/swagger';
import type { z } from 'zod';
import type { Role } from '../../../application/ports/access-tokens.js';
import { boundsOf } from '../edge/long-responses.js';
import { type ProblemCode, PROBLEMS } from '../problems/problem.js';

/** The callers that a route admits: holders of certain roles, anybody, or the operators of the service. */
export type Access = { readonly roles: readonly Role[] } | 'public' | 'operator';

export const ACCESS = 'playledger:access';
export const TAKES_QUERY = 'playledger:takes-query';
export const STREAMS = 'playledger:streams';
export const CHANGES_NOTHING = 'playledger:changes-nothing';

/** Opens a route to holders of one of these roles. A route without `Roles`, `Public` or `Operator` admits no one. */
export const Roles = (...roles: readonly [Role, ...Role[]]) =>
  applyDecorators(
    SetMetadata(ACCESS, { roles } satisfies Access),
    ApiBearerAuth(),
    ApiExtension('x-roles', roles),
    problems('Unauthenticated', 'Forbidden', 'RateLimited'),
  );

/** Opens a route to everybody. Only for responses without personal or business data: health and documentation. */
export const Public = () => SetMetadata(ACCESS, 'public' satisfies Access);

/** Opens a route to operators of the service; see `OperatorAccess`. */
export const Operator = () =>
  applyDecorators(
    SetMetadata(ACCESS, 'operator' satisfies Access),
    ApiBearerAuth(),
    ApiExtension('x-roles', ['admin']),
    problems('Unauthenticated', 'Forbidden'),
  );

/** Marks a POST that appends no event, so that auditors may send it if the route is open to their role. */
export const ChangesNothing = () => SetMetadata(CHANGES_NOTHING, true);

type Description = {
  readonly summary: string;
  readonly description?: string;
  /** Schema of the body of a successful response. */
  readonly response: z.ZodType;
  /** Problems of this route beyond those of all routes of its kind. */
  readonly problems?: readonly ProblemCode[];
};

/** A route that changes state. It takes a JSON object and an optional `Idempotency-Key`. */
export const Writes = (route: Description & { readonly status: 200 | 201 | 202 }) =>
  applyDecorators(
    HttpCode(route.status),
    described(route, route.status),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Identifies this command. A repeat with the same key and content changes nothing and returns the same response; a repeat with other content is rejected. Keys belong to the caller.',
      schema: { type: 'string', pattern: '^[!-~]{1,128}$' },
    }),
    problems(
      ...(['MalformedJson', 'JsonOutOfBounds', 'ForbiddenKey', 'ForbiddenText', 'ValidationFailed'] as const),
      ...(['UnexpectedQuery', 'BadIdempotencyKey', 'IdempotencyKeyReused', 'Contended'] as const),
      ...(['BodyTooLarge', 'UnsupportedMediaType', 'StoreBusy', 'StoreUnavailable', 'StoreStopped'] as const),
      'StoreFull',
      ...(route.problems ?? []),
    ),
  );

type Reading = Description & {
  /** Whether the route takes query parameters. */
  readonly query?: boolean;
  /** Media type of a file or an event stream; absent for a document or a list. */
  readonly stream?: string;
  /** Set when the response is not read from a projection and so cannot wait for a position. */
  readonly noMinPosition?: boolean;
};

/** A route that reads. Its handler takes `MinPosition`, unless it sets `noMinPosition`. */
export const Reads = (route: Reading) =>
  applyDecorators(
    SetMetadata(TAKES_QUERY, route.query === true),
    SetMetadata(STREAMS, route.stream),
    described(route, 200, route.stream === undefined ? { ETag: ETAG } : {}),
    route.stream === undefined ? conditional : ApiProduces(route.stream),
    ...(route.noMinPosition === true ? [] : [MIN_POSITION]),
    problems(
      ...(['ValidationFailed', 'UnexpectedBody'] as const),
      route.query === true ? 'BadQuery' : 'UnexpectedQuery',
      ...(route.stream === undefined ? [] : [boundsOf(route.stream).code]),
      ...(route.noMinPosition === true
        ? []
        : (['BadMinPosition', 'ModelNotReady', 'NotYetVisible', 'ReadModelsUnavailable'] as const)),
      ...(route.problems ?? []),
    ),
  );

const MIN_POSITION = ApiHeader({
  name: 'Min-Position',
  required: false,
  description:
    'Position from the receipt of a command. The response includes the effects of that command; the service waits up to 2 seconds for them.',
  schema: { type: 'string', pattern: '^[0-9]{1,19}$' },
});

const ETAG = { description: 'Entity tag of the response body.', schema: { type: 'string' as const } };

const conditional = applyDecorators(
  ApiHeader({
    name: 'If-None-Match',
    required: false,
    description: 'One or more `ETag` values of responses that the client has cached.',
    schema: { type: 'string' },
  }),
  ApiResponse({
    status: 304,
    description: 'Not modified: the cached response is still current.',
    headers: { ETag: ETAG },
  }),
);

const SUCCESS: Readonly<Record<number, string>> = { 200: 'Success.', 201: 'Created.', 202: 'Accepted.' };

const described = (
  { summary, description, response }: Description,
  status: number,
  headers: Readonly<Record<string, typeof ETAG>> = {},
) =>
  applyDecorators(
    ApiOperation({ summary, ...(description === undefined ? {} : { description }) }),
    ApiResponse({ status, standardSchema: response, description: SUCCESS[status] ?? '', headers }),
  );

/** Documents the problems with these codes: one response for each status, which lists its codes. */
export const problems = (...codes: readonly ProblemCode[]) => {
  const byStatus = Map.groupBy(new Set(codes), (code) => PROBLEMS[code].status);
  return applyDecorators(
    ...[...byStatus].map(([status, some]) =>
      ApiResponse({
        status,
        description: some.join(', '),
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      }),
    ),
  );
};
