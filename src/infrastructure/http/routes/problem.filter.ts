import { type ArgumentsHost, Catch, type ExceptionFilter, NotFoundException } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { CommandRejected } from '../../../application/streams/command-rejected.js';
import { NotYetVisible } from '../../../application/projecting/read-your-writes.js';
import {
  RevisionConflict,
  StoreBusy,
  StoreFull,
  StoreStopped,
  StoreUnavailable,
} from '../../../application/ports/event-store.js';
import { FailStop } from '../../../application/ports/fail-stop.js';
import { BadQuery, ModelNotReady, ReadModelsUnavailable } from '../../../application/ports/read-models.js';
import { Telemetry } from '../../../application/ports/telemetry.js';
import { sendProblem } from '../edge/problem-response.js';
import { Problem, type ProblemCode, PROBLEMS } from '../problems/problem.js';
import { type EdgeRequest, type EdgeResponse, requestPath } from '../edge/request.js';
import { methodsOf } from './routes.js';

const RETRY_SOON = { 'Retry-After': '1' };
const RETRY_LATER = { 'Retry-After': '5' };

/** Turns each error into a problem document. Unexpected errors are reported to the operator, not to the client. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly telemetry: Telemetry,
    private readonly failStop: FailStop,
    private readonly host: HttpAdapterHost,
  ) {}

  catch(error: unknown, context: ArgumentsHost): void {
    const http = context.switchToHttp();
    const request = http.getRequest<EdgeRequest>();
    const response = http.getResponse<EdgeResponse>();
    const problem = this.problemOf(error, request);

    request.edge.release?.();
    if (PROBLEMS[problem.code].status >= 500 && !isExpected(error))
      this.telemetry.fault(error, request.edge.traceId);
    sendProblem(request, response, problem);
    if (error instanceof StoreStopped) this.failStop.stop(error);
  }

  private problemOf(error: unknown, request: EdgeRequest): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof CommandRejected) return rejectionProblem(error);
    if (error instanceof NotFoundException) return this.unmatched(request);
    if (error instanceof RevisionConflict) return new Problem('Contended');
    if (error instanceof BadQuery) return new Problem('BadQuery');
    if (error instanceof NotYetVisible) return new Problem('NotYetVisible', { headers: RETRY_SOON });
    if (error instanceof ModelNotReady) return new Problem('ModelNotReady', { headers: RETRY_LATER });
    if (error instanceof StoreBusy) return new Problem('StoreBusy', { headers: RETRY_SOON });
    if (error instanceof StoreUnavailable) return new Problem('StoreUnavailable', { headers: RETRY_LATER });
    if (error instanceof ReadModelsUnavailable)
      return new Problem('ReadModelsUnavailable', { headers: RETRY_LATER });
    if (error instanceof StoreFull) return new Problem('StoreFull');
    if (error instanceof StoreStopped) return new Problem('StoreStopped', { headers: RETRY_LATER });
    return new Problem('InternalError');
  }

  /** Nest throws `NotFoundException` when no route matches the path or the method. */
  private unmatched(request: EdgeRequest): Problem {
    const allowed = methodsOf(this.host.httpAdapter, requestPath(request.originalUrl));
    return allowed.length === 0
      ? new Problem('NotFound')
      : new Problem('MethodNotAllowed', { headers: { Allow: allowed.join(', ') } });
  }
}

/** Whether an error is part of normal operation under load: the client retries, and the operator need not act. */
const isExpected = (error: unknown): boolean =>
  [Problem, NotYetVisible, ModelNotReady, StoreBusy].some((kind) => error instanceof kind);

const rejectionProblem = ({ rejection }: CommandRejected): Problem =>
  isKnown(rejection.rejected)
    ? new Problem(rejection.rejected, { detail: rejection.detail })
    : new Problem('InternalError');

const isKnown = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);
