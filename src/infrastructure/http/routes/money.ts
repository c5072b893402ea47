import { z } from 'zod';
import { MICRO_DIGITS } from '../../../domain/shared/currency.js';
import { decimalOf, type Micros } from '../../../domain/shared/money.js';

// Money in requests and responses: a decimal of the major unit with at most six places, and a currency. Micro-units inside.

const DECIMAL = /^-?(?:0|[1-9]\d{0,23})(?:\.\d{1,6})?$/;

/** The domain decides whether an amount may be below 0. */
export const decimalAmount = z
  .string()
  .regex(DECIMAL, 'Must be a decimal with at most six decimal places, as text.')
  .transform((text): Micros => microsOf(text))
  .describe('Amount in the major unit: a decimal with at most six decimal places, as text.')
  .meta({ example: '12.345678' });

/** The domain checks the code against the list of ISO 4217. */
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'Must be an ISO 4217 code: three capital letters.')
  .describe('ISO 4217 code.')
  .meta({ example: 'EUR' });

export const decimal = z
  .string()
  .regex(DECIMAL)
  .describe('Amount in the major unit: a decimal with six decimal places, as text.');

export const money = z.strictObject({ amount: decimal, currency }).meta({ id: 'Money' });

export const moneyOf = (micros: Micros, currency: string): z.infer<typeof money> => ({
  amount: decimalOf(micros),
  currency,
});

export const microsOf = (decimal: string): Micros => {
  const [whole = '', places = ''] = decimal.split('.');
  return String(BigInt(whole + places.padEnd(MICRO_DIGITS, '0')));
};
