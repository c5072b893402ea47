import type { Model, Write } from '../../../application/ports/read-models.js';
import { fieldOf } from '../document-fields.js';

/** A document as it is stored in a collection. */
export type Stored = {
  readonly _id: string;
  readonly position: bigint;
  /** Absent if the document was dropped. If there is `json`, only the declared fields. */
  readonly document?: object;
  /** The whole document, when its fields are not in it, or BSON or a server of the protocol cannot hold it as it is. */
  readonly json?: string;
  /** In place of the document, so that a repeated batch cannot revive it: the position of the drop, as `position`. */
  readonly dropped?: bigint;
};

export const keyOf = ({ _id: key }: Pick<Stored, '_id'>): string => key;

/** The servers' limit is 100. */
const DEPTH_MAX = 50;

/** @throws {TypeError} when the document contradicts the model */
export const storedOf = (model: Model, { key, document, fields, position }: Write): Stored => {
  if (document === undefined) return { _id: key, position, dropped: position };
  const declared = Object.keys(model.fields).map(
    (field) => [field, fieldOf(model, field, fields ?? document)] as const,
  );
  return !fields && isPlain(document)
    ? { _id: key, position, document }
    : { _id: key, position, document: Object.fromEntries(declared), json: JSON.stringify(document) };
};

export const documentIn = ({ document, json }: Stored): object | undefined =>
  json === undefined ? document : (JSON.parse(json) as object);

/** Whether every server returns the value unchanged: no operators or paths as keys, no arrays in arrays. */
const isPlain = (value: unknown, depth = 0): boolean => {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'boolean') return true;
  if (typeof value !== 'object') return false;
  if (value === null) return true;
  if (depth > DEPTH_MAX || 'toJSON' in value) return false;
  if (Array.isArray(value)) return value.every((item) => !Array.isArray(item) && isPlain(item, depth + 1));
  return Object.entries(value).every(
    ([key, item]) => isPlainKey(key) && (item === undefined || isPlain(item, depth + 1)),
  );
};

const isPlainKey = (key: string): boolean => !/[$.\0]/u.test(key) && key.isWellFormed();
