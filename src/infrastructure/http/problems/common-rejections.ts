import type { ProblemKind } from './problems.js';

/** Codes of no single context: raised by `application/streams`, or by the deciders of several contexts. */
export const commonRejections = {
  IdempotencyKeyReused: {
    status: 422,
    title: 'Idempotency-Key used before',
    detail: 'This key was used with other content. Send a new command with a new key.',
  },
  ReportedOtherwise: {
    status: 409,
    title: 'Already reported with other content',
    detail:
      'A report with this id and other content is on record and stays valid. Use a new id for a new report.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;

export type CommonRejection = keyof typeof commonRejections;
