import type { DeliveryRejection } from '../../../domain/audio/delivery-batch.js';
import type { ProblemKind } from '../problems/problems.js';

/** Rejections of the deciders. The compiler reports one that has no entry below. */
type OfDeciders = DeliveryRejection['rejected'];

/** The status and the texts of each code of this context. */
export const audioRejections = {
  BatchExists: {
    status: 409,
    title: 'Batch exists',
    detail: 'A batch with this id and other deliveries exists. Choose another id.',
  },
  BadDeliveries: {
    status: 422,
    title: 'Bad deliveries',
    detail: 'Each delivery must have fromMs below toMs, both within a day.',
  },
} as const satisfies Readonly<Record<OfDeciders, ProblemKind>>;
