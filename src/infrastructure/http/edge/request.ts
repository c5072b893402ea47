import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../../../application/ports/access-tokens.js';
import type { CommandMeta } from '../../../application/streams/streams.js';

/** What the edge learns about a request on its way in. */
export type RequestContext = {
  /** Names the request in answers and logs: the client's own id where it sent one. */
  readonly traceId: string;
  /** The client's id for the conversation; absent when it sent none. */
  readonly correlationId?: string;
  /** Names and values in turn: what the answer carries unless it says otherwise. */
  readonly headers: string[];
  principal?: Principal;
  /** `role:subject`, the role being the one by which the route was opened. */
  actor?: string;
  meta?: CommandMeta;
  /** To be called when the command failed: its Idempotency-Key is then free again. */
  release?: () => void;
  /** Code of the problem that was answered. */
  code?: string;
};

/** A request as express hands it on, as far as the edge uses it. */
export type EdgeRequest = IncomingMessage & {
  readonly url: string;
  readonly originalUrl: string;
  readonly method: string;
  /** The matched route. */
  readonly route?: { readonly path: string };
  params?: unknown;
  readonly query?: unknown;
  body?: unknown;
  edge: RequestContext;
};

export type EdgeResponse = ServerResponse;

const BEARER = /^bearer ([\w.~+/-]+=*)$/i;

/** The token that the request carries (RFC 6750, 2.1). */
export const bearerOf = ({ headers }: EdgeRequest): string | undefined =>
  BEARER.exec(headers.authorization ?? '')?.[1];

/** The path in the target of a request. */
export const requestPath = (url: string): string => {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
};
