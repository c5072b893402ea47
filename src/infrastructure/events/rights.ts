import { z } from 'zod';
import { PARTIES_MAX } from '../../domain/rights/claims.js';
import type { RightsEvent } from '../../domain/rights/rights-events.js';
import { RIGHTS } from '../../domain/shared/right.js';
import { EVERYWHERE } from '../../domain/rights/shares-at.js';
import type { ShapesOf } from './event-shape.js';
import { idField, instantField, ppmField, territoryField } from './fields.js';

const held = {
  right: z.enum(RIGHTS).describe('Of the recording, or to copy or to perform the work in it.'),
  territory: z.union([z.literal(EVERYWHERE), territoryField]).describe('Where; `*` for the world.'),
  validFrom: instantField('For plays that start from then on.'),
};

export const rightsShapes = {
  SharesClaimed: {
    summary: 'A party says that a share of a right in a track is its own.',
    schema: z.strictObject({
      claimId: idField('Name of the claim: made twice it is the same.'),
      claimant: idField('Which party.'),
      sharePpm: ppmField('The share; 0 withdraws.'),
      ...held,
      at: instantField('When.'),
    }),
  },
  OverclaimDetected: {
    summary: 'More than the whole of a right is claimed: its money waits in dispute.',
    schema: z.strictObject({
      ...held,
      claimedPpm: z.int().min(0).describe('Sum of the shares. Parts per million.'),
      at: instantField('When.'),
    }),
  },
  DisputeResolved: {
    summary: 'These shares hold, whatever was claimed before. What is missing to the whole is unmatched.',
    schema: z.strictObject({
      ...held,
      shares: z
        .array(z.strictObject({ payee: idField('Which party.'), sharePpm: ppmField('Its share.') }))
        .max(PARTIES_MAX)
        .describe('One for each party.'),
      at: instantField('When.'),
    }),
  },
} satisfies ShapesOf<RightsEvent>;
