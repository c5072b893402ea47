import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { StreamableFile } from '@nestjs/common';
import { ExpressAdapter } from '@nestjs/platform-express';
import { sendProblem } from './problem-response.js';
import { etagOf, isHeld } from './etag.js';
import { problemDocument, Problem } from '../problems/problem.js';
import type { EdgeRequest, EdgeResponse } from './request.js';
import { freshTraceId } from './trace.js';

const HEADERS_BYTES_MAX = 16_384;
const HEADERS_MS_MAX = 10_000;
const REQUEST_MS_MAX = 30_000;
const KEEP_ALIVE_MS = 5_000;
/** How often connections are looked at for the two limits above. */
const CHECK_EVERY_MS = 1_000;

const JSON_TYPE = ['Content-Type', 'application/json; charset=utf-8'];

export type SocketLimits = { readonly socketsMax: number; readonly socketsPerAddress: number };

/** What takes in a request and either answers it or goes on to the next. */
export type Edge = (request: EdgeRequest, response: EdgeResponse, next: () => void) => void;

/** Express behind the edge, and that behind a server with bounds on what a connection may cost. */
export class EdgeAdapter extends ExpressAdapter {
  /** Sees a request before express does, and hands it on. */
  edge: Edge = (_request, _response, next) => next();

  constructor(private readonly limits: SocketLimits) {
    super();
    this.disable('x-powered-by');
    this.disable('etag');
    // A path has one spelling: a proxy before us may have rules for it. The router is made by now: to set it on the
    // application would come too late.
    this.getInstance<{ readonly router: { caseSensitive: boolean } }>().router.caseSensitive = true;
  }

  /** Documents go out without the detour over what express might be asked to do with them. */
  override reply(response: ServerResponse, body: unknown, statusCode?: number): unknown {
    if (typeof body !== 'object' || body === null || body instanceof StreamableFile) {
      return super.reply(response, body, statusCode);
    }
    const text = JSON.stringify(body);
    const status = statusCode ?? response.statusCode;
    const { method, headers } = response.req;
    const own = JSON_TYPE.concat('Content-Length', String(Buffer.byteLength(text)));
    if (status === 200 && (method === 'GET' || method === 'HEAD')) {
      const etag = etagOf(text);
      if (isHeld(headers['if-none-match'], etag)) return response.writeHead(304, ['ETag', etag]).end();
      own.push('ETag', etag);
    }
    return response.writeHead(status, own).end(text);
  }

  override initHttpServer(): void {
    const app = this.getInstance();
    const take = (message: IncomingMessage, response: ServerResponse): void => {
      const request = message as EdgeRequest;
      // Told what to do with what it cannot route, express does not make an answer of its own for each request.
      const unrouted = () => sendProblem(request, response, new Problem('NotFound'));
      this.edge(request, response, () => app(request, response, unrouted));
    };
    const server = createServer(
      {
        ...bornForExpress(app),
        // Asked for by the edge, whose answer is a problem.
        requireHostHeader: false,
        maxHeaderSize: HEADERS_BYTES_MAX,
        headersTimeout: HEADERS_MS_MAX,
        requestTimeout: REQUEST_MS_MAX,
        keepAliveTimeout: KEEP_ALIVE_MS,
        connectionsCheckingInterval: CHECK_EVERY_MS,
      },
      take,
    );
    // Who waits for `100 Continue` gets it once he is let in, and no other answer by Node itself.
    server.on('checkContinue', take);
    server.on('checkExpectation', take);
    server.maxConnections = this.limits.socketsMax;
    limitPerAddress(server, this.limits.socketsPerAddress);
    server.on('clientError', answerClientError);
    this.setHttpServer(server);
  }
}

/** Names and values in turn as pairs. */
const pairs = function* (headers: readonly string[]): Generator<[name: string, value: string]> {
  for (let i = 0; i < headers.length; i += 2) yield [headers[i] ?? '', headers[i + 1] ?? ''];
};

/**
 * Classes of messages that have from birth the prototypes that express gives to each: to change the prototype of an
 * object that is in use makes every later look at it slow.
 */
const bornForExpress = (app: { request: object; response: object }) => {
  class Request extends IncomingMessage {}
  class Response extends ServerResponse<Request> {
    /**
     * Every answer begins here, and gets what the edge wants it to carry and it does not say otherwise. Node makes a list
     * of headers into a head at half of what it takes to keep each of them until then.
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

/** What is not even a request gets a problem document all the same, and no more of the connection. */
const answerClientError = (error: Error & { readonly code?: string }, socket: Socket): void => {
  // An answer under way cannot be taken back; a second one would be read as part of it.
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
