import { z } from 'zod';
import { isMonth } from '../../domain/shared/calendar.js';
import { isCurrency } from '../../domain/shared/currency.js';
import { isId } from '../../domain/shared/id.js';
import { PPM } from '../../domain/shared/exact/integers.js';
import { isAmount, isMicros } from '../../domain/shared/money.js';
import { isName } from '../../domain/shared/name.js';
import { isOffering } from '../../domain/shared/offering.js';
import { isTerritory } from '../../domain/shared/territory.js';

// What several events have in common. The rules are the domain's own; the descriptions go to docs/events.md.

/** Latest instant that a JavaScript date can name: the year 275760. */
const INSTANT_MAX = 8_640_000_000_000_000;

export const instantField = (meaning: string) =>
  z.int().min(0).max(INSTANT_MAX).describe(`${meaning} UTC, epoch milliseconds.`);

export const millisecondsField = (meaning: string) => z.int().min(0).describe(`${meaning} Milliseconds.`);

export const idField = (meaning: string) =>
  z.string().refine(isId).describe(`${meaning} 1 to 128 of \`A-Z a-z 0-9 . _ : @ -\`.`);

export const nameField = (meaning: string) =>
  z.string().refine(isName).describe(`${meaning} 1 to 512 Unicode code points, as written.`);

export const territoryField = z
  .string()
  .refine(isTerritory)
  .describe("ISO 3166-1 alpha-2 code of the listener's account; `ZZ` when not known.");

export const offeringField = z
  .string()
  .refine(isOffering)
  .describe('What the listener subscribed to: 1 to 64 of `a-z 0-9 -`.');

export const monthField = (meaning: string) =>
  z.string().refine(isMonth).describe(`${meaning} UTC, YYYY-MM.`);

/** Money that may be below 0. */
export const microsField = (meaning: string) =>
  z.string().refine(isMicros).describe(`${meaning} Micro-units as a decimal string.`);

/** Money of at least 0. */
export const amountField = (meaning: string) =>
  z.string().refine(isAmount).describe(`${meaning} Micro-units as a decimal string, at least 0.`);

export const currencyField = (meaning: string) =>
  z.string().refine(isCurrency).describe(`${meaning} ISO 4217.`);

export const ppmField = (meaning: string) =>
  z.int().min(0).max(PPM).describe(`${meaning} Parts per million.`);

export const sha256Field = (meaning: string) =>
  z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe(`${meaning} SHA-256 in hexadecimal.`);

export const positionField = (meaning: string) =>
  z
    .string()
    .regex(/^(?:0|[1-9]\d{0,18})$/)
    .describe(`${meaning} Position in the log as a decimal string.`);
