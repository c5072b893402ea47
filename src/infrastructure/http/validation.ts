import type { z } from 'zod';
import { type FieldError, Problem } from './problem.js';

/** Enough to mend a form by; more would let a small request ask for a large answer. */
const ERRORS_MAX = 20;
const PATH_LENGTH_MAX = 200;

/** @throws {Problem} that names the fields that are not as `schema` asks */
export const validated = (schema: z.ZodType, value: unknown): unknown => {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  throw new Problem('ValidationFailed', { errors: error.issues.flatMap(errorsOf).slice(0, ERRORS_MAX) });
};

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
