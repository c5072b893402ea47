import type { RightsRejection } from '../../../domain/rights/claims.js';
import type { CommonRejection } from '../problems/common-rejections.js';
import type { ProblemKind } from '../problems/problems.js';

/** Refusals of the deciders. The compiler reports one that has no entry below. */
type OfDeciders = Exclude<RightsRejection['rejected'], CommonRejection>;

/** The status and the texts of each code of this context. */
export const rightsRejections = {
  BadShare: {
    status: 422,
    title: 'Bad share',
    detail: 'A share is 0 to 1,000,000 ppm, and so is the sum of those that a resolution gives.',
  },
  TooManyClaims: {
    status: 422,
    title: 'Too many claims',
    detail: 'The track has as many claims as one track may have.',
  },
  NotInDispute: {
    status: 409,
    title: 'Not in dispute',
    detail: 'No more than the whole of this right is claimed there and then.',
  },
} as const satisfies Readonly<Record<OfDeciders, ProblemKind>>;
