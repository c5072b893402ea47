import { problemDocument, type Problem } from '../problems/problem.js';
import type { EdgeRequest, EdgeResponse } from './request.js';

/** Sends a problem document. If a response has begun already, closes the connection instead. */
export const sendProblem = (request: EdgeRequest, response: EdgeResponse, problem: Problem): void => {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  request.edge.code = problem.code;
  const document = problemDocument(problem, request.edge.traceId);
  const body = Buffer.from(JSON.stringify(document));
  for (const [name, value] of Object.entries(problem.extra.headers ?? {})) response.setHeader(name, value);
  response.statusCode = document.status;
  response.setHeader('Content-Type', 'application/problem+json');
  response.setHeader('Content-Length', body.length);
  // The rest of the request body is not read: do not keep the connection open for it.
  if (!request.complete) response.setHeader('Connection', 'close');
  response.end(request.method === 'HEAD' ? undefined : body);
};
