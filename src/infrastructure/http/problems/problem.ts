import { merged } from './merged.js';
import { EDGE_PROBLEMS, type ProblemKind } from './problems.js';
import { REJECTIONS } from './rejections.js';

/** All problems of the service, by code. */
export const PROBLEMS = merged(EDGE_PROBLEMS, REJECTIONS);

export type ProblemCode = keyof typeof PROBLEMS;

/** One error of one field. */
export type FieldError = {
  /** Names and indexes, separated by dots; empty for the value as a whole. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
};

type Extra = {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** Headers of the response, such as Retry-After. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** Thrown to answer a request with a problem document. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly code: ProblemCode,
    readonly extra: Extra = {},
  ) {
    super(code);
  }
}

/** A problem document (RFC 9457) with the extensions `code`, `traceId` and, for invalid fields, `errors`. */
export type ProblemDocument = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly traceId: string;
  readonly errors?: readonly FieldError[];
};

export const problemDocument = ({ code, extra }: Problem, traceId: string): ProblemDocument => {
  const { status, title, detail }: ProblemKind = PROBLEMS[code];
  return {
    type: `urn:playledger:problem:${code}`,
    title,
    status,
    code,
    detail: extra.detail ?? detail,
    traceId,
    ...(extra.errors ? { errors: extra.errors } : {}),
  };
};
