import { z } from 'zod';
import { isMonth } from '../../domain/shared/calendar.js';
import { isCurrency } from '../../domain/shared/currency.js';
import { isId } from '../../domain/shared/id.js';
import { PPM } from '../../domain/shared/exact/integers.js';
import { isAmount, isMicros } from '../../domain/shared/money.js';
import { isName } from '../../domain/shared/name.js';
import { isOffering } from '../../domain/shared/offering.js';
import { isTerritory } from '../../domain/shared/territory.js';

// Fields that several events share. Their names end in `Field`; those of HTTP schemas have no suffix. The checks are those of
// the domain. `meaning` is the first sentence of the description in docs/events.md; the unit follows it.

/** Latest time of a JavaScript date, in the year 275760. */
const INSTANT_MAX = 8_640_000_000_000_000;

export const instantField = (meaning: string) =>
  z.int().min(0).max(INSTANT_MAX).describe(`${meaning} Epoch milliseconds, UTC.`);

export const millisecondsField = (meaning: string) => z.int().min(0).describe(`${meaning} Milliseconds.`);

export const idField = (meaning: string) =>
  z.string().refine(isId).describe(`${meaning} Id of 1 to 128 characters of \`A-Z a-z 0-9 . _ : @ -\`.`);

export const nameField = (meaning: string) =>
  z.string().refine(isName).describe(`${meaning} 1 to 512 Unicode code points, not normalised.`);

export const territoryField = z
  .string()
  .refine(isTerritory)
  .describe("Territory of the listener's account: ISO 3166-1 alpha-2 code; `ZZ` if unknown.");

export const offeringField = z
  .string()
  .refine(isOffering)
  .describe('Subscription offering of the listener: 1 to 64 characters of `a-z 0-9 -`.');

export const monthField = (meaning: string) =>
  z.string().refine(isMonth).describe(`${meaning} UTC, YYYY-MM.`);

/** Money; may be below 0. */
export const microsField = (meaning: string) =>
  z.string().refine(isMicros).describe(`${meaning} Micro-units, as a decimal string.`);

/** Money, 0 or more. */
export const amountField = (meaning: string) =>
  z.string().refine(isAmount).describe(`${meaning} Micro-units, as a decimal string, 0 or more.`);

export const currencyField = (meaning: string) =>
  z.string().refine(isCurrency).describe(`${meaning} ISO 4217 code.`);

export const ppmField = (meaning: string) =>
  z.int().min(0).max(PPM).describe(`${meaning} Parts per million.`);

export const sha256Field = (meaning: string) =>
  z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .describe(`${meaning} SHA-256 digest in hexadecimal.`);

export const positionField = (meaning: string) =>
  z
    .string()
    .regex(/^(?:0|[1-9]\d{0,18})$/)
    .describe(`${meaning} Position in the log, as a decimal string.`);
