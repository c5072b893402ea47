import { z } from 'zod';
import type { CountingPolicy } from '../../domain/royalty/rules/credit.js';
import { rational, type Rational } from '../../domain/shared/exact/integers.js';
import type { Segment } from '../../domain/shared/listening/segments.js';

/** A whole number, as a string (money, however big) or as a JSON number. */
export const amount = z
  .union([z.string().regex(/^-?\d+$/, 'expected a whole number'), z.int(), z.bigint()])
  .transform(BigInt);

export const weight = amount.refine((value) => value >= 0n, 'expected a whole number of at least 0');

/** A whole number small enough for a JSON number, or the same as a string. */
export const count = amount
  .refine((value) => value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER), 'expected 0 to 2^53')
  .transform(Number);

/** A whole number of either sign within 2^53, as a JSON number or a string. */
export const signedCount = amount
  .refine(
    (value) => value >= -BigInt(Number.MAX_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER),
    'expected an integer within 2^53',
  )
  .transform(Number);

/** `numerator/denominator`, or a whole number. */
export const fraction = z
  .union([amount, z.string().regex(/^-?\d+\/[1-9]\d*$/, 'expected numerator/denominator')])
  .transform((value): Rational => {
    if (typeof value === 'bigint') return rational(value, 1n);
    const [numerator = '0', denominator = '1'] = value.split('/');
    return rational(BigInt(numerator), BigInt(denominator));
  });

/** An object as a Map. Not z.record: an id may be any string, `__proto__` too. */
export const mapOf = <T>(value: z.ZodType<T>) =>
  z
    .custom<object>((input) => typeof input === 'object' && input !== null && !Array.isArray(input))
    .transform((input, context) => {
      const map = new Map<string, T>();
      for (const [name, member] of Object.entries(input)) {
        const parsed = value.safeParse(member);
        if (parsed.success) map.set(name, parsed.data);
        else
          for (const { message, path } of parsed.error.issues)
            context.addIssue({ code: 'custom', message, path: [name, ...path] });
      }
      return map;
    });

const measure = z.enum(['unique', 'played']).default('unique');

export const countingPolicy: z.ZodType<CountingPolicy> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('threshold'), thresholdMs: count.default(30_000), measure }),
  z.strictObject({
    kind: z.literal('gradLinear'),
    fullAt: z.union([z.literal('duration'), count]),
    minMs: count.default(0),
    measure,
  }),
  z.strictObject({
    kind: z.literal('gradTiers'),
    tiers: z.array(z.strictObject({ fromPpm: count, creditPpm: count })),
    measure,
  }),
  z.strictObject({
    kind: z.literal('fractionOrMax'),
    num: count,
    den: count,
    maxMs: count,
    minDurationMsExclusive: count,
    measure,
  }),
]);

export const segmentFields = { from: signedCount, to: signedCount, wall: count.optional() };

/** R1: by default the wall time of a segment is its length inside the track. */
export const segmentOf = (
  { from, to, wall }: { readonly from: number; readonly to: number; readonly wall?: number | undefined },
  durationMs: number | null,
): Segment => {
  const end = durationMs ?? Number.MAX_SAFE_INTEGER;
  const fromMs = Math.min(Math.max(from, 0), end);
  const toMs = Math.max(fromMs, Math.min(to, end));
  return { fromMs, toMs, wallMs: wall ?? toMs - fromMs };
};

/** The answer of an operation as JSON, with bigint for a decimal string and Map for an object. */
export type Result =
  | null
  | boolean
  | number
  | bigint
  | string
  | Aside
  | readonly Result[]
  | ReadonlyMap<string, Result>
  | { readonly [name: string]: Result };

/** A part of an answer that is compared only if the vector expects it. */
export class Aside {
  constructor(readonly value: Result) {}
}

/** An answer as JSON that may hold asides. */
export type Plain =
  | null
  | boolean
  | number
  | string
  | Aside
  | readonly Plain[]
  | { readonly [name: string]: Plain };

export const plain = (value: Result): Plain => {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || value instanceof Aside) return value;
  if (isList(value)) return value.map(plain);
  const members = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(members.map(([name, member]) => [name, plain(member)]));
};

const isList = (value: object): value is readonly Result[] => Array.isArray(value);

/** A field that is absent if it is 0, and compared only if the vector expects it. */
export const unlessZero = (name: string, value: bigint): { readonly [name: string]: Aside } =>
  value === 0n ? {} : { [name]: new Aside(value) };
