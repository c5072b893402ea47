import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { StreamableFile } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { sendProblem } from './problem-response.js';
import { etagOf, matchesEtag } from './etag.js';
import { problemDocument, Problem } from '../problems/problem.js';
import type { EdgeRequest, EdgeResponse } from './request.js';
import { freshTraceId } from './trace.js';

const HEADERS_BYTES_MAX = 16_384;
const HEADERS_MS_MAX = 10_000;
const REQUEST_MS_MAX = 30_000;
const KEEP_ALIVE_MS = 5_000;
/** Interval at which Node checks connections against the two timeouts above. */
const CHECK_EVERY_MS = 1_000;

const JSON_TYPE = ['Content-Type', 'application/json; charset=utf-8'];

export type SocketLimits = { readonly socketsMax: number; readonly socketsPerAddress: number };

/** Receives each request first; either responds or calls `next`. */
export type Edge = (request: EdgeRequest, response: EdgeResponse, next: () => void) => void;

/** Express behind the edge, on a server that limits the resources of a connection. */
export class EdgeAdapter extends ExpressAdapter {
  /** Called for each request before Express. */
  edge: Edge = (_request, _response, next) => next();

  constructor(private readonly limits: SocketLimits) {
    super();
    this.disable('x-powered-by');
    this.disable('etag');
    // Paths are case-sensitive, so that the rules of a proxy for a path cannot be bypassed. Set on the router itself, because
    // a setting of the application has no effect once the router exists.
    this.getInstance<{ readonly router: { caseSensitive: boolean } }>().router.caseSensitive = true;
  }

  /** Sends JSON documents directly, without the content negotiation of Express. */
  override reply(response: ServerResponse, body: unknown, statusCode?: number): unknown {
    if (typeof body !== 'object' || body === null || body instanceof StreamableFile) {
      return super.reply(response, body, statusCode);
    }
    const text = JSON.stringify(body);
    const status = statusCode ?? response.statusCode;
    const { method, headers } = response.req;
    const headerList = JSON_TYPE.concat('Content-Length', String(Buffer.byteLength(text)));
    if (status === 200 && (method === 'GET' || method === 'HEAD')) {
      const etag = etagOf(text);
      if (matchesEtag(headers['if-none-match'], etag)) return response.writeHead(304, ['ETag', etag]).end();
      headerList.push('ETag', etag);
    }
    return response.writeHead(status, headerList).end(text);
  }

  override initHttpServer(): void {
    const app = this.getInstance();
    const take = (message: IncomingMessage, response: ServerResponse): void => {
      const request = message as EdgeRequest;
      // With its own handler for unmatched requests, Express does not create a default one for each request.
      const unrouted = () => sendProblem(request, response, new Problem('NotFound'));
      this.edge(request, response, () => app(request, response, unrouted));
    };
    const server = createServer(
      {
        ...expressMessageClasses(app),
        // Checked by the edge, which responds with a problem document.
        requireHostHeader: false,
        maxHeaderSize: HEADERS_BYTES_MAX,
        headersTimeout: HEADERS_MS_MAX,
        requestTimeout: REQUEST_MS_MAX,
        keepAliveTimeout: KEEP_ALIVE_MS,
        connectionsCheckingInterval: CHECK_EVERY_MS,
      },
      take,
    );
    // Take over the responses that Node would send by itself: `100 Continue` is sent only after access is granted.
    server.on('checkContinue', take);
    server.on('checkExpectation', take);
    server.maxConnections = this.limits.socketsMax;
    limitPerAddress(server, this.limits.socketsPerAddress);
    server.on('clientError', answerClientError);
    this.setHttpServer(server);
  }
}

/** Yields the pairs of a flat list of names and values. */
const pairs = function* (headers: readonly string[]): Generator<[name: string, value: string]> {
  for (let i = 0; i < headers.length; i += 2) yield [headers[i] ?? '', headers[i + 1] ?? ''];
};

/**
 * Message classes that already have the prototypes that Express would set on each message. Changing the prototype of an
 * existing object slows down every later access to it.
 */
const expressMessageClasses = (app: { request: object; response: object }) => {
  class Request extends IncomingMessage {}
  class Response extends ServerResponse<Request> {
    /**
     * Adds the headers of the edge that the response does not set itself. Passing a list of headers to Node costs half as
     * much as setting each of them before.
     */
    override writeHead(status: number, ...rest: readonly unknown[]): this {
      const { headers } = (this.req as unknown as EdgeRequest).edge;
      const [own] = rest;
      if (Array.isArray(own) && this.getHeaderNames().length === 0)
        return super.writeHead(status, [...headers, ...(own as string[])]);
      for (const [name, value] of pairs(headers)) if (!this.hasHeader(name)) this.setHeader(name, value);
      return super.writeHead(status, ...(rest as []));
    }
  }
  Object.setPrototypeOf(Request.prototype, app.request);
  Object.setPrototypeOf(Response.prototype, app.response);
  app.request = Request.prototype;
  app.response = Response.prototype;
  return { IncomingMessage: Request, ServerResponse: Response };
};

const limitPerAddress = (server: Server, max: number): void => {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
    if (count > max) socket.destroy();
  });
};

const CLIENT_ERRORS: Readonly<Record<string, ConstructorParameters<typeof Problem>[0]>> = {
  HPE_HEADER_OVERFLOW: 'HeadersTooLarge',
  ERR_HTTP_REQUEST_TIMEOUT: 'RequestTimeout',
};

/** Responds to bytes that are no HTTP request with a problem document and closes the connection. */
const answerClientError = (error: Error & { readonly code?: string }, socket: Socket): void => {
  // A response under way cannot be replaced: the client would read a second one as part of it.
  const { _httpMessage: underWay } = socket as Socket & { readonly _httpMessage?: ServerResponse | null };
  if (error.code === 'ECONNRESET' || !socket.writable || underWay?.headersSent) {
    socket.destroy();
    return;
  }
  const document = problemDocument(
    new Problem(CLIENT_ERRORS[error.code ?? ''] ?? 'MalformedRequest'),
    freshTraceId(),
  );
  const body = JSON.stringify(document);
  socket.end(
    [
      `HTTP/1.1 ${document.status} ${document.title}`,
      'Connection: close',
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      'X-Content-Type-Options: nosniff',
      'Cache-Control: no-store',
      '',
      body,
    ].join('\r\n'),
  );
};
