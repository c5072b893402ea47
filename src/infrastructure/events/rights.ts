import { z } from 'zod';
import { PARTIES_MAX } from '../../domain/rights/claims.js';
import type { RightsEvent } from '../../domain/rights/rights-events.js';
import { RIGHTS } from '../../domain/shared/right.js';
import { EVERYWHERE } from '../../domain/rights/shares-at.js';
import type { ShapesOf } from './event-shape.js';
import { idField, instantField, ppmField, territoryField } from './fields.js';

const held = {
  right: z.enum(RIGHTS).describe('Right in the recording, or mechanical or performing right in the work.'),
  territory: z
    .union([z.literal(EVERYWHERE), territoryField])
    .describe('Territory: ISO 3166-1 alpha-2 code; `*` for the world.'),
  validFrom: instantField('Applies to plays that start at this time or later.'),
};

export const rightsShapes = {
  SharesClaimed: {
    summary: 'A party claimed a share of a right in a track.',
    schema: z.strictObject({
      claimId: idField('Claim.'),
      claimant: idField('Party that claims the share.'),
      sharePpm: ppmField('Claimed share; 0 withdraws the claim.'),
      ...held,
      at: instantField('Time of recording.'),
    }),
  },
  OverclaimDetected: {
    summary: 'Claims to a right exceed 100% in sum. Its money is held in dispute.',
    schema: z.strictObject({
      ...held,
      claimedPpm: z.int().min(0).describe('Sum of the claimed shares. Parts per million.'),
      at: instantField('Time of recording.'),
    }),
  },
  DisputeResolved: {
    summary:
      'A dispute was resolved: these shares replace all earlier claims. Money for shares that nobody holds is unmatched.',
    schema: z.strictObject({
      ...held,
      shares: z
        .array(z.strictObject({ payee: idField('Party.'), sharePpm: ppmField('Share of the party.') }))
        .max(PARTIES_MAX)
        .describe('One share for each party.'),
      at: instantField('Time of recording.'),
    }),
  },
} satisfies ShapesOf<RightsEvent>;
