import type { z } from 'zod';
import { fits } from '../../shared/fits.js';
import { type FieldError, Problem } from '../problems/problem.js';

/** Enough to mend a form by; more would let a small request ask for a large answer. */
const ERRORS_MAX = 20;
const PATH_LENGTH_MAX = 200;

/** What a schema makes of a value. */
export type Validation = (value: unknown) => unknown;

/** Asks `schema` only where a quick look does not show that the value may stay as it is. */
export const validation = (schema: z.ZodType): Validation => {
  const isSound = fits(schema);
  return (value) => (isSound(value) ? value : validated(schema, value));
};

/** @throws {Problem} that names the fields that are not as `schema` asks */
const validated = (schema: z.ZodType, value: unknown): unknown => {
  const { success, data, error } = schema.safeParse(value, { error: wordsFor });
  if (success) return data;
  throw new Problem('ValidationFailed', { errors: error.issues.flatMap(errorsOf).slice(0, ERRORS_MAX) });
};

/** For schemas that do not say it themselves, in words for those who write clients. */
const wordsFor = ({ code, input }: { readonly code: string; readonly input?: unknown }): string | undefined =>
  input === undefined && code.startsWith('invalid_') ? 'Is missing.' : undefined;

const errorsOf = (issue: z.core.$ZodIssue): FieldError[] => {
  const names = issue.path.map(String);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: join([...names, key]),
      code: issue.code,
      message: 'This field is not known here.',
    }));
  return [{ path: join(names), code: issue.code, message: issue.message }];
};

const join = (names: readonly string[]): string => names.join('.').slice(0, PATH_LENGTH_MAX);
