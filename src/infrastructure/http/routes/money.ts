import { z } from 'zod';
import { MICRO_DIGITS } from '../../../domain/shared/currency.js';
import { decimalOf, type Micros } from '../../../domain/shared/money.js';

// Money outside: a decimal of the major unit with at most six places, and a currency. Inside: micro-units.

const DECIMAL = /^-?(?:0|[1-9]\d{0,23})(?:\.\d{1,6})?$/;

/** Whether it may be below 0 is for the domain to say. */
export const amount = z
  .string()
  .regex(DECIMAL, 'Must be a decimal with at most six places, as text.')
  .transform((text): Micros => microsOf(text))
  .describe('Decimal of the major unit with at most six places, as text.')
  .meta({ example: '12.345678' });

/** Whether there is one is for the domain to say. */
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'Must be an ISO 4217 code in capitals.')
  .describe('ISO 4217 code in capitals.')
  .meta({ example: 'EUR' });

export const decimal = z.string().regex(DECIMAL).describe('Decimal of the major unit, as text.');

export const money = z.strictObject({ amount: decimal, currency }).meta({ id: 'Money' });

export const moneyOf = (micros: Micros, currency: string): z.infer<typeof money> => ({
  amount: decimalOf(micros),
  currency,
});

export const microsOf = (decimal: string): Micros => {
  const [whole = '', places = ''] = decimal.split('.');
  return String(BigInt(whole + places.padEnd(MICRO_DIGITS, '0')));
};
