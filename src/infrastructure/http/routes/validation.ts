import type { z } from 'zod';
import { fits } from '../../shared/fits.js';
import { type FieldError, Problem } from '../problems/problem.js';

/** Enough to correct a form. More would let a small request cause a large response. */
const ERRORS_MAX = 20;
const PATH_LENGTH_MAX = 200;

/** Returns the parsed value. @throws {Problem} `ValidationFailed` */
export type Validation = (value: unknown) => unknown;

/** Parses with `schema` only if the fast check cannot show that the value is valid as it is. */
export const validation = (schema: z.ZodType): Validation => {
  const isSound = fits(schema);
  return (value) => (isSound(value) ? value : validated(schema, value));
};

/** @throws {Problem} `ValidationFailed`, with the invalid fields */
const validated = (schema: z.ZodType, value: unknown): unknown => {
  const { success, data, error } = schema.safeParse(value, { error: messageFor });
  if (success) return data;
  throw new Problem('ValidationFailed', { errors: error.issues.flatMap(errorsOf).slice(0, ERRORS_MAX) });
};

/** The message for a missing field, for schemas without their own. */
const messageFor = ({
  code,
  input,
}: {
  readonly code: string;
  readonly input?: unknown;
}): string | undefined => (input === undefined && code.startsWith('invalid_') ? 'Is missing.' : undefined);

const errorsOf = (issue: z.core.$ZodIssue): FieldError[] => {
  const names = issue.path.map(String);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: join([...names, key]),
      code: issue.code,
      message: 'This field is unknown.',
    }));
  return [{ path: join(names), code: issue.code, message: issue.message }];
};

const join = (names: readonly string[]): string => names.join('.').slice(0, PATH_LENGTH_MAX);
