import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from '../../../application/ports/access-tokens.js';
import type { CommandMeta } from '../../../application/streams/streams.js';

/** What guards and the edge record about a request. */
export type RequestContext = {
  /** Identifies the request in responses and logs: the client's own id if it sent one. */
  readonly traceId: string;
  /** The correlation id of the client; absent if it sent none. */
  readonly correlationId?: string;
  /** Default headers of the response: names and values alternate. */
  readonly headers: string[];
  principal?: Principal;
  /** `role:subject`, with the role that granted access. */
  actor?: string;
  meta?: CommandMeta;
  /** Frees the Idempotency-Key. Called when the command failed. */
  release?: () => void;
  /** Code of the problem in the response. */
  code?: string;
};

/** A request of Express, limited to the fields used here. */
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

/** The bearer token of the request (RFC 6750, 2.1); undefined if there is none. */
export const bearerOf = ({ headers }: EdgeRequest): string | undefined =>
  BEARER.exec(headers.authorization ?? '')?.[1];

/** The path of a request target, without its query. */
export const requestPath = (url: string): string => {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
};
