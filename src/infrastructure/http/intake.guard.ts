import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { catchError, type Observable } from 'rxjs';
import { Clock } from '../../application/ports/clock.js';
import { Ids } from '../../application/ports/ids.js';
import { commandHashOf, IdempotencyMemory } from './idempotency.js';
import { hasBody, readJson } from './json-body.js';
import { Problem } from './problem.js';
import { type EdgeRequest, pathOf } from './request.js';
import { TAKES_QUERY } from './route.js';

const IDEMPOTENCY_KEY = /^[!-~]{1,128}$/;

/** Takes in what a request carries, once its sender was let in: a body for a write, a query for a read that has one. */
@Injectable()
export class Intake implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly ids: Ids,
    private readonly clock: Clock,
    private readonly memory: IdempotencyMemory,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<EdgeRequest>();
    const takesQuery = this.reflector.get<boolean | undefined>(TAKES_QUERY, context.getHandler());
    if (!takesQuery && request.originalUrl.includes('?')) throw new Problem('UnexpectedQuery');

    if (request.method === 'GET' || request.method === 'HEAD') {
      if (hasBody(request)) throw new Problem('UnexpectedBody');
      return next.handle();
    }

    request.body = await readJson(request);
    const release = this.identify(request);
    return next.handle().pipe(
      catchError((error: unknown) => {
        release();
        throw error;
      }),
    );
  }

  /** Gives the command its id, its content hash and its time. */
  private identify(request: EdgeRequest): () => void {
    const { actor = '', correlationId } = request.edge;
    const key = request.headers['idempotency-key'];
    if (key !== undefined && !(typeof key === 'string' && IDEMPOTENCY_KEY.test(key)))
      throw new Problem('BadIdempotencyKey');

    const commandId = key === undefined ? this.ids.fresh() : this.ids.derived('command', actor, key);
    const commandHash = commandHashOf(request.method, pathOf(request), request.body);
    request.edge.meta = {
      commandId,
      commandHash,
      ...(correlationId === undefined ? {} : { correlationId }),
      actor,
      at: this.clock.now(),
    };
    return key === undefined ? () => undefined : this.memory.claim(commandId, commandHash);
  }
}
