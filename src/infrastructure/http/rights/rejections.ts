import type { RightsRejection } from '../../../domain/rights/claims.js';
import type { CommonRejection } from '../problems/common-rejections.js';
import type { ProblemKind } from '../problems/problems.js';

/** Rejections of the deciders. The compiler reports one that has no entry below. */
type OfDeciders = Exclude<RightsRejection['rejected'], CommonRejection>;

/** The status and the texts of each code of this context. */
export const rightsRejections = {
  BadShare: {
    status: 422,
    title: 'Bad share',
    detail:
      'A share must be 0 to 1,000,000 ppm, and the shares of a resolution must not exceed 1,000,000 ppm in sum.',
  },
  TooManyClaims: {
    status: 422,
    title: 'Too many claims',
    detail: 'The track has reached the maximum number of claims.',
  },
  NotInDispute: {
    status: 409,
    title: 'Not in dispute',
    detail:
      'Claims to this right do not exceed 100% in this territory at this time. There is nothing to resolve.',
  },
} as const satisfies Readonly<Record<OfDeciders, ProblemKind>>;
