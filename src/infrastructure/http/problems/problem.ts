import { merged } from './merged.js';
import { EDGE_PROBLEMS, type ProblemKind } from './problems.js';
import { REJECTIONS } from './rejections.js';

/** Every stable code that the service answers with. */
export const PROBLEMS = merged(EDGE_PROBLEMS, REJECTIONS);

export type ProblemCode = keyof typeof PROBLEMS;

/** One thing that is wrong with one field. */
export type FieldError = {
  /** Names and indexes parted by dots; empty for the whole. */
  readonly path: string;
  readonly code: string;
  readonly message: string;
};

type Extra = {
  readonly detail?: string;
  readonly errors?: readonly FieldError[];
  /** Headers that belong to the problem, such as Retry-After. */
  readonly headers?: Readonly<Record<string, string>>;
};

/** Why a request is not carried out, on its way to the client. */
export class Problem extends Error {
  override readonly name = 'Problem';
  constructor(
    readonly code: ProblemCode,
    readonly extra: Extra = {},
  ) {
    super(code);
  }
}

/** A problem as RFC 9457 writes it, with our `code`, `traceId` and, for fields, `errors`. */
export type ProblemDocument = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly traceId: string;
  readonly errors?: readonly FieldError[];
};

export const documentOf = ({ code, extra }: Problem, traceId: string): ProblemDocument => {
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
