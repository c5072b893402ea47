import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Clock } from '../../../application/ports/clock.js';
import { Ids } from '../../../application/ports/ids.js';
import { commandHashOf, IdempotencyMemory } from '../edge/idempotency.js';
import { hasBody, jsonIn, readBody } from '../edge/json-body.js';
import { LongResponses } from '../edge/long-responses.js';
import { Problem } from '../problems/problem.js';
import { type EdgeRequest, type EdgeResponse, requestPath } from '../edge/request.js';
import { factsOf, type RouteFacts } from './route-facts.js';

const IDEMPOTENCY_KEY = /^[!-~]{1,128}$/;

/**
 * Reads and validates the body, query and path parameters of a request, by the schemas of the handler's parameters. Runs
 * after the access guard. A guard rather than an interceptor or a pipe, which would cost each request several observables
 * or promises.
 */
@Injectable()
export class Intake implements CanActivate {
  constructor(
    private readonly ids: Ids,
    private readonly clock: Clock,
    private readonly memory: IdempotencyMemory,
    private readonly longResponses: LongResponses,
  ) {}

  /** @throws {Problem} when the request is invalid or a limit is reached */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<EdgeRequest>();
    const { takesQuery, streams, validations } = factsOf(context);
    if (!takesQuery && request.originalUrl.includes('?')) throw new Problem('UnexpectedQuery');

    if (request.method === 'GET' || request.method === 'HEAD') {
      if (hasBody(request)) throw new Problem('UnexpectedBody');
      take(request, validations);
      if (streams !== undefined) this.longResponses.enter(request, http.getResponse<EdgeResponse>(), streams);
      return true;
    }
    return readBody(request, http.getResponse<EdgeResponse>()).then((bytes) => {
      request.body = jsonIn(bytes);
      this.identify(request);
      take(request, validations);
      return true;
    });
  }

  /** Sets the metadata of the command: id, content hash, actor and time. */
  private identify(request: EdgeRequest): void {
    const { actor = '', correlationId } = request.edge;
    const key = request.headers['idempotency-key'];
    if (key !== undefined && !(typeof key === 'string' && IDEMPOTENCY_KEY.test(key)))
      throw new Problem('BadIdempotencyKey');

    const commandId = key === undefined ? this.ids.newId() : this.ids.derived('command', actor, key);
    const commandHash = commandHashOf(request.method, requestPath(request.originalUrl), request.body);
    request.edge.meta = {
      commandId,
      commandHash,
      ...(correlationId === undefined ? {} : { correlationId }),
      actor,
      at: this.clock.now(),
    };
    if (key !== undefined) request.edge.release = this.memory.claim(commandId, commandHash);
  }
}

/** Replaces the raw inputs of the request with the parsed ones. */
const take = (request: EdgeRequest, { params, query, body }: RouteFacts['validations']): void => {
  if (params) request.params = params(request.params);
  // Express parses the query again at each access.
  if (query) Object.defineProperty(request, 'query', { value: query(request.query) });
  if (body) request.body = body(request.body);
};
