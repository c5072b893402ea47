import type { Model, Scalar, Write } from '../../application/ports/read-models.js';

/**
 * The value of a declared field in a document; null if it is absent or null.
 *
 * A document without a value matches no condition on the field and sorts before every document with one.
 */
export const fieldOf = (model: Model, field: string, document: object): Scalar | null => {
  const value: unknown = Object.hasOwn(document, field)
    ? (document as Readonly<Record<string, unknown>>)[field]
    : null;
  if (value === null || value === undefined) return null;
  if (model.fields[field] === 'text' ? typeof value === 'string' : Number.isSafeInteger(value)) {
    return value as Scalar;
  }
  throw new TypeError(
    `${model.name}.${field} is declared ${model.fields[field]}, but a document has ${JSON.stringify(value)}.`,
  );
};

/** Both engines store text as UTF-8, which has no lone surrogates: two such keys would become one. */
export const assertKey = ({ key }: Write): void => {
  if (!key.isWellFormed()) throw new TypeError(`The key ${JSON.stringify(key)} is not well-formed Unicode.`);
};
