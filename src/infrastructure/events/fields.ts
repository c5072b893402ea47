import { z } from 'zod';
import { isId } from '../../domain/shared/id.js';
import { isName } from '../../domain/shared/name.js';
import { isOffering } from '../../domain/shared/offering.js';
import { isTerritory } from '../../domain/shared/territory.js';

// What several events have in common. The rules are the domain's own; the descriptions go to docs/events.md.

/** Latest instant that a JavaScript date can name: the year 275760. */
const INSTANT_MAX = 8_640_000_000_000_000;

export const instant = (meaning: string) =>
  z.int().min(0).max(INSTANT_MAX).describe(`${meaning} UTC, epoch milliseconds.`);

export const milliseconds = (meaning: string) => z.int().min(0).describe(`${meaning} Milliseconds.`);

export const id = (meaning: string) =>
  z.string().refine(isId).describe(`${meaning} 1 to 128 of \`A-Z a-z 0-9 . _ : @ -\`.`);

export const name = (meaning: string) =>
  z.string().refine(isName).describe(`${meaning} 1 to 512 Unicode code points, as written.`);

export const territory = z
  .string()
  .refine(isTerritory)
  .describe("ISO 3166-1 alpha-2 code of the listener's account; `ZZ` when not known.");

export const offering = z
  .string()
  .refine(isOffering)
  .describe('What the listener subscribed to: 1 to 64 of `a-z 0-9 -`.');
