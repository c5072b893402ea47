import type { z } from 'zod';

/** True for a value that fits the schema; false if it does not, or if the test cannot decide. */
export type Fits = (value: unknown) => boolean;

type Def = z.core.$ZodTypes['_zod']['def'];
type CheckDef = z.core.$ZodChecks['_zod']['def'] | z.core.$ZodCustomDef;

/**
 * A fast test for values that nearly always fit, at a tenth of the cost of a parse, which copies the value. It returns true
 * only if the schema accepts the value unchanged. For a kind of schema or check that it does not know it returns false: then
 * the schema itself must decide.
 */
export const fits = ({ _zod: { def } }: z.core.$ZodType): Fits => {
  const kind = KINDS[def.type as Def['type']] as ((def: z.core.$ZodTypeDef) => Fits) | undefined;
  return (def.checks ?? []).map(passes).reduce(both, kind?.(def) ?? CANNOT_TELL);
};

const both =
  (one: Fits, other: Fits): Fits =>
  (value) =>
    one(value) && other(value);

const CANNOT_TELL: Fits = () => false;

const oneOf = (values: readonly unknown[]): Fits => {
  const known = new Set(values);
  return (value) => known.has(value);
};

const KINDS: { readonly [Type in Def['type']]?: (def: Extract<Def, { type: Type }>) => Fits } = {
  // A string or a number that is a format as well has a check in itself, not in `checks`.
  string: (def) => ('format' in def ? CANNOT_TELL : (value) => typeof value === 'string'),
  number: (def) => ('format' in def && def.format === 'safeint' ? Number.isSafeInteger : CANNOT_TELL),
  boolean: () => (value) => typeof value === 'boolean',
  literal: ({ values }) => oneOf(values),
  enum: ({ entries }) => oneOf(Object.values(entries)),
  nullable: ({ innerType }) => {
    const inner = fits(innerType);
    return (value) => value === null || inner(value);
  },
  // For a present value; whether it may be absent is decided by the object.
  optional: ({ innerType }) => fits(innerType),
  array: ({ element }) => {
    const item = fits(element);
    return (value) => Array.isArray(value) && value.every((one) => item(one));
  },
  union: ({ options }) => {
    const tests = options.map(fits);
    return (value) => tests.some((test) => test(value));
  },
  object: (def) => (def.catchall && typeOf(def.catchall) === 'never' ? strictObject(def.shape) : CANNOT_TELL),
};

const typeOf = ({ _zod: { def } }: z.core.$ZodType): string => def.type;

/** False for undeclared fields and for fields that are present and undefined: the schema decides those. */
const strictObject = (shape: z.core.$ZodShape): Fits => {
  const fields = Object.entries(shape).map(([name, field]) => ({
    name,
    isIn: fits(field),
    mayMiss: typeOf(field) === 'optional',
  }));
  const names = new Set(Object.keys(shape));
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    for (const name in value) if (!names.has(name)) return false;
    for (const { name, isIn, mayMiss } of fields) {
      const field = (value as Readonly<Record<string, unknown>>)[name];
      if (field === undefined ? !mayMiss || name in value : !isIn(field)) return false;
    }
    return true;
  };
};

const CHECKS: { readonly [Name in CheckDef['check']]?: (def: Extract<CheckDef, { check: Name }>) => Fits } = {
  custom: ({ fn }: { readonly fn?: unknown }) => (fn as Fits | undefined) ?? CANNOT_TELL,
  greater_than: ({ value: bound, inclusive }) => {
    const least = Number(bound);
    return (value) => (value as number) > least || (inclusive && value === least);
  },
  less_than: ({ value: bound, inclusive }) => {
    const most = Number(bound);
    return (value) => (value as number) < most || (inclusive && value === most);
  },
  min_length:
    ({ minimum }) =>
    (value) =>
      (value as { readonly length: number }).length >= minimum,
  max_length:
    ({ maximum }) =>
    (value) =>
      (value as { readonly length: number }).length <= maximum,
  // Formats with a name have a check of their own beside the pattern.
  string_format: ({ format, pattern }) =>
    format === 'regex' && pattern ? (value) => pattern.test(value as string) : CANNOT_TELL,
};

const passes = ({ _zod: { def } }: z.core.$ZodCheck): Fits => {
  const check = CHECKS[def.check as CheckDef['check']] as ((def: z.core.$ZodCheckDef) => Fits) | undefined;
  return check?.(def) ?? CANNOT_TELL;
};
