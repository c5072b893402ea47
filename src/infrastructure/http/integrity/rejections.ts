import type { CaseRejection } from '../../../domain/integrity/case.js';
import type { CommonRejection } from '../problems/common-rejections.js';
import type { ProblemKind } from '../problems/problems.js';

/** Refusals of the deciders. The compiler reports one that has no entry below. */
type OfDeciders = Exclude<CaseRejection['rejected'], CommonRejection>;

/** The status and the texts of each code of this context. */
export const integrityRejections = {
  CaseExists: { status: 409, title: 'Case exists', detail: 'A case with this id has other content.' },
  CaseNotFound: { status: 404, title: 'Case not found', detail: 'There is no such case.' },
  CaseIsDecided: { status: 409, title: 'Case is decided', detail: 'A case is decided once.' },
  BadScore: { status: 422, title: 'Bad score', detail: 'A score is 0 to 1,000,000 ppm.' },
  TooManyScores: {
    status: 422,
    title: 'Too many scores',
    detail: 'The case has as many scores as one case may have.',
  },
} as const satisfies Readonly<Record<OfDeciders, ProblemKind>>;
