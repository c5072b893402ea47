import { StandardSchemaValidationPipe } from '@nestjs/common';
import { type FieldError, Problem } from './problem.js';

/** Enough to mend a form by; more would let a small request ask for a large answer. */
const ERRORS_MAX = 20;
const PATH_LENGTH_MAX = 200;

/** A schema library's complaint. zod's has more fields than the standard asks for. */
type Issue = {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
  readonly code?: string;
  readonly keys?: readonly string[];
};

/** Checks parameters by the schema that stands beside them. */
export const validation = (): StandardSchemaValidationPipe =>
  new StandardSchemaValidationPipe({
    exceptionFactory: (issues: readonly Issue[]) =>
      new Problem('ValidationFailed', { errors: issues.flatMap(errorsOf).slice(0, ERRORS_MAX) }),
  });

const errorsOf = ({ message, path = [], code = 'invalid', keys }: Issue): FieldError[] => {
  const names = path.map((part) => String(typeof part === 'object' ? part.key : part));
  if (keys)
    return keys.map((key) => ({
      path: join([...names, key]),
      code,
      message: 'This field is not known here.',
    }));
  return [{ path: join(names), code, message }];
};

const join = (names: readonly string[]): string => names.join('.').slice(0, PATH_LENGTH_MAX);
