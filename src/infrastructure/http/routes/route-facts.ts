import type { ExecutionContext, Type } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/internal';
import type { z } from 'zod';
import { ACCESS, type Access, CHANGES_NOTHING, STREAMS, TAKES_QUERY } from './route.js';
import { type Validation, validation } from './validation.js';

type Handler = ReturnType<ExecutionContext['getHandler']>;

/** What the decorators of a route declare. */
export type RouteFacts = {
  /** Undefined for a route that admits no one. */
  readonly access: Access | undefined;
  readonly takesQuery: boolean;
  /** Media type of a long response. */
  readonly streams: string | undefined;
  readonly changesNothing: boolean;
  /** From the schemas of `@Param`, `@Query` and `@Body`. */
  readonly validations: {
    readonly params?: Validation;
    readonly query?: Validation;
    readonly body?: Validation;
  };
};

/** Cached, because reading the metadata costs more than checking a token. */
const known = new WeakMap<Handler, RouteFacts>();

export const factsOf = (context: ExecutionContext): RouteFacts => {
  const handler = context.getHandler();
  let facts = known.get(handler);
  if (!facts) {
    facts = read(context.getClass(), handler);
    known.set(handler, facts);
  }
  return facts;
};

const read = (controller: Type, handler: Handler): RouteFacts => ({
  access: Reflect.getMetadata(ACCESS, handler) as Access | undefined,
  takesQuery: Reflect.getMetadata(TAKES_QUERY, handler) === true,
  streams: Reflect.getMetadata(STREAMS, handler) as string | undefined,
  changesNothing: Reflect.getMetadata(CHANGES_NOTHING, handler) === true,
  validations: validationsOf(controller, handler),
});

const PARTS = [
  ['params', RouteParamtypes.PARAM],
  ['query', RouteParamtypes.QUERY],
  ['body', RouteParamtypes.BODY],
] as const;

/** Nest stores the arguments of a handler under `TYPE:INDEX`. */
const validationsOf = (controller: Type, handler: Handler): RouteFacts['validations'] => {
  const kept = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler.name) ?? {}) as Readonly<
    Record<string, { readonly schema?: z.ZodType }>
  >;
  return Object.fromEntries(
    PARTS.flatMap(([part, type]) =>
      Object.entries(kept).flatMap(([key, { schema }]) =>
        key.startsWith(`${type}:`) && schema ? [[part, validation(schema)] as const] : [],
      ),
    ),
  );
};
