import { claims } from '../../domain/rights/claims.js';
import type { RightsEvent } from '../../domain/rights/rights-events.js';
import { type Declaration, type Dispute, disputesIn } from '../../domain/rights/shares-at.js';
import type { Projection } from '../projection.js';

export type RightsPage = {
  readonly trackId: string;
  /** In the order of declaration. */
  readonly declarations: readonly Declaration[];
  readonly disputes: readonly Dispute[];
  /** Number of disputes. */
  readonly disputed: number;
};

/** One document per track with claims, indexed by the number of disputes. */
export const rightsClaims: Projection<RightsEvent, RightsPage> = {
  name: 'rights-claims',
  version: 1,
  kind: 'money',
  handles: ['SharesClaimed', 'OverclaimDetected', 'DisputeResolved'],
  fields: { disputed: 'integer' },
  indexes: [['disputed']],
  keysOf: ({ streamId }) => [streamId],
  apply: (document, event, trackId) => {
    const declarations = claims.evolve(document?.declarations ?? claims.initial, event);
    const disputes = disputesIn(declarations);
    return { put: { trackId, declarations, disputes, disputed: disputes.length } };
  },
};
