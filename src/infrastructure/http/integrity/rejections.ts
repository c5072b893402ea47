import type { CaseRejection } from '../../../domain/integrity/case.js';
import type { CommonRejection } from '../problems/common-rejections.js';
import type { ProblemKind } from '../problems/problems.js';

/** Rejections of the deciders. The compiler reports one that has no entry below. */
type OfDeciders = Exclude<CaseRejection['rejected'], CommonRejection>;

/** The status and the texts of each code of this context. */
export const integrityRejections = {
  CaseExists: {
    status: 409,
    title: 'Case exists',
    detail: 'A case with this id and other content exists. Choose another id.',
  },
  CaseNotFound: { status: 404, title: 'Case not found', detail: 'No case has this id.' },
  CaseIsDecided: {
    status: 409,
    title: 'Case is decided',
    detail: 'The case is already decided. A decision cannot be changed.',
  },
  BadScore: { status: 422, title: 'Bad score', detail: 'A score must be 0 to 1,000,000 ppm.' },
  TooManyScores: {
    status: 422,
    title: 'Too many scores',
    detail: 'The case has reached the maximum number of scores.',
  },
} as const satisfies Readonly<Record<OfDeciders, ProblemKind>>;
