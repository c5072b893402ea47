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
import { boundsOf } from '../edge/long-answers.js';
import { type ProblemCode, PROBLEMS } from '../problems/problem.js';

/** Who may use a route: holders of certain roles, anybody, or those who run the service. */
export type Access = { readonly roles: readonly Role[] } | 'public' | 'operator';

export const ACCESS = 'playledger:access';
export const TAKES_QUERY = 'playledger:takes-query';
export const STREAMS = 'playledger:streams';
export const CHANGES_NOTHING = 'playledger:changes-nothing';

/** Opens a route to holders of one of these roles. A route without `Roles`, `Public` or `Operator` is shut. */
export const Roles = (...roles: readonly [Role, ...Role[]]) =>
  applyDecorators(
    SetMetadata(ACCESS, { roles } satisfies Access),
    ApiBearerAuth(),
    ApiExtension('x-roles', roles),
    problems('Unauthenticated', 'Forbidden', 'RateLimited'),
  );

/** For what says nothing about anybody: health and documentation. */
export const Public = () => SetMetadata(ACCESS, 'public' satisfies Access);

/** For those who run the service; see `OperatorAccess`. */
export const Operator = () =>
  applyDecorators(
    SetMetadata(ACCESS, 'operator' satisfies Access),
    ApiBearerAuth(),
    ApiExtension('x-roles', ['admin']),
    problems('Unauthenticated', 'Forbidden'),
  );

/** On a POST that starts something and appends no event: who only audits may send it, if a role of his opens it. */
export const ChangesNothing = () => SetMetadata(CHANGES_NOTHING, true);

type Description = {
  readonly summary: string;
  readonly description?: string;
  readonly answer: z.ZodType;
  /** Problems that are this route's own. */
  readonly problems?: readonly ProblemCode[];
};

/** A route that changes something: takes a JSON object and an Idempotency-Key, answers with a receipt. */
export const Writes = (route: Description & { readonly status: 200 | 201 | 202 }) =>
  applyDecorators(
    HttpCode(route.status),
    described(route, route.status),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Names this request. The same key with the same content again changes nothing and answers alike; with other content it is refused.',
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
  /** It takes query parameters. */
  readonly query?: boolean;
  /** Media type of an answer that is no document or list but a file or events. */
  readonly stream?: string;
  /** What it shows was not folded from the log: it takes no Min-Position. */
  readonly unfolded?: boolean;
};

/** A route that reads. One that is not `unfolded` has a parameter `MinPosition`. */
export const Reads = (route: Reading) =>
  applyDecorators(
    SetMetadata(TAKES_QUERY, route.query === true),
    SetMetadata(STREAMS, route.stream),
    described(route, 200, route.stream === undefined ? { ETag: ETAG } : {}),
    route.stream === undefined ? conditional : ApiProduces(route.stream),
    ...(route.unfolded === true ? [] : [MIN_POSITION]),
    problems(
      ...(['ValidationFailed', 'UnexpectedBody'] as const),
      route.query === true ? 'BadQuery' : 'UnexpectedQuery',
      ...(route.stream === undefined ? [] : [boundsOf(route.stream).code]),
      ...(route.unfolded === true
        ? []
        : (['BadMinPosition', 'ModelNotReady', 'NotYetVisible', 'ReadModelsUnavailable'] as const)),
      ...(route.problems ?? []),
    ),
  );

const MIN_POSITION = ApiHeader({
  name: 'Min-Position',
  required: false,
  description:
    'A position that a command answered with: the answer shows what that command did. Waits up to 2 seconds for it.',
  schema: { type: 'string', pattern: '^[0-9]{1,19}$' },
});

const ETAG = { description: 'Names the content of this answer.', schema: { type: 'string' as const } };

const conditional = applyDecorators(
  ApiHeader({
    name: 'If-None-Match',
    required: false,
    description: 'The `ETag` of an answer that the client still has, or several of them.',
    schema: { type: 'string' },
  }),
  ApiResponse({ status: 304, description: 'The client has it.', headers: { ETag: ETAG } }),
);

const described = (
  { summary, description, answer }: Description,
  status: number,
  headers: Readonly<Record<string, typeof ETAG>> = {},
) =>
  applyDecorators(
    ApiOperation({ summary, ...(description === undefined ? {} : { description }) }),
    ApiResponse({ status, standardSchema: answer, description: 'Done.', headers }),
  );

/** The answers with these codes, one for each status, as the API description shows them. */
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
