import type { ProblemKind } from './problems.js';

/** Codes of no single context: raised by `application/streams`, or by the deciders of several contexts. */
export const commonRejections = {
  IdempotencyKeyReused: {
    status: 422,
    title: 'Idempotency-Key used before',
    detail: 'The key was used with other content. Use a new key for a new command.',
  },
  ReportedOtherwise: {
    status: 409,
    title: 'Reported otherwise',
    detail: 'The same was reported before with other figures, which stand.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type CommonRejection = keyof typeof commonRejections;
