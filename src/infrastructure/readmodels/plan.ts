import { createHash } from 'node:crypto';
import {
  BadQuery,
  type KeyRange,
  type Model,
  type Query,
  type Range,
  type Scalar,
  type Where,
} from '../../application/ports/read-models.js';
import { compareBytes } from '../../domain/shared/exact/byte-order.js';
import type { FieldType } from '../../projections/projection.js';

/** A checked condition. A bound of a range that is absent does not apply. */
export type Condition = { readonly field: string; readonly type: FieldType } & (
  | { readonly is: Scalar }
  | { readonly in: readonly Scalar[] }
  | { readonly range: Range }
);

/** A checked query: its fields, values, bounds and cursor are valid. */
export type Plan = {
  readonly keys?: KeyRange;
  readonly conditions: readonly Condition[];
  readonly sort: readonly string[];
  readonly descending: boolean;
  readonly limit: number;
  /** The place of the last document of the page before; null for a field of `sort` without a value. */
  readonly after?: Place;
  /** Digest of the query, which its cursors contain. */
  readonly digest: string;
};

export type Place = { readonly values: readonly (Scalar | null)[]; readonly key: string };

const LIMIT_MAX = 1_000;
const IN_VALUES_MAX = 1_000;
const CURSOR_CHARACTERS_MAX = 65_536;
const DIGEST_CHARACTERS = 16;
const BOUNDS = ['gt', 'gte', 'lt', 'lte'] as const;

/** @throws {BadQuery} */
export const planOf = (model: Model, { keys, where = {}, sort, limit, cursor }: Query): Plan => {
  if (!isCount(limit) || limit > LIMIT_MAX) throw new BadQuery(`limit is 1 to ${LIMIT_MAX}, not ${limit}.`);

  const conditions = conditionsOf(model, where);
  const by = sort?.by ?? [];
  for (const field of by) typeOf(model, field);
  if (new Set(by).size < by.length) throw new BadQuery('A field to sort by is named twice.');
  if (keys && !(keys.from.isWellFormed() && (keys.below ?? '').isWellFormed()))
    throw new BadQuery('The bound of a key is not well-formed Unicode.');

  const descending = sort?.descending ?? false;
  const digest = createHash('sha256')
    .update(JSON.stringify([model.name, keys, conditions, by, descending]))
    .digest('base64url')
    .slice(0, DIGEST_CHARACTERS);
  const plan = { ...(keys && { keys }), conditions, sort: by, descending, limit, digest };
  return cursor === undefined ? plan : { ...plan, after: placeOf(model, plan, cursor) };
};

/** Checked, in order of the fields' names, so that equal queries have equal cursors. @throws {BadQuery} */
export const conditionsOf = (model: Model, where: Where): readonly Condition[] =>
  Object.keys(where)
    .toSorted()
    .map((field) => conditionOf(field, typeOf(model, field), where[field]));

/** The most documents that `count` may count. @throws {BadQuery} */
export const boundOf = (bound: number): number => {
  if (!isCount(bound)) throw new BadQuery(`The bound of a count is a positive integer, not ${bound}.`);
  return bound;
};

/** The cursor behind a document: opaque, and valid for the same query only. */
export const cursorAt = ({ digest }: Plan, { values, key }: Place): string =>
  Buffer.from(JSON.stringify([digest, key, ...values])).toString('base64url');

const placeOf = (model: Model, plan: Plan, cursor: string): Place => {
  const parts = cursor.length > CURSOR_CHARACTERS_MAX ? undefined : parsed(cursor);
  if (!Array.isArray(parts)) throw new BadQuery('The cursor is not one of ours.');

  const [digest, key, ...values] = parts as unknown[];
  if (digest !== plan.digest) throw new BadQuery('The cursor belongs to another query.');
  const fits =
    typeof key === 'string' &&
    isWithin(plan.keys, key) &&
    values.length === plan.sort.length &&
    plan.sort.every((field, at) => values[at] === null || isOf(typeOf(model, field), values[at]));
  if (!fits) throw new BadQuery('The cursor is damaged.');
  return { key, values: values as (Scalar | null)[] };
};

const isWithin = (range: KeyRange | undefined, key: string): boolean =>
  compareBytes(key, range?.from ?? '') >= 0 &&
  (range?.below === undefined || compareBytes(key, range.below) < 0);

const parsed = (cursor: string): unknown => {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
};

const conditionOf = (field: string, type: FieldType, wanted: Where[string] | undefined): Condition => {
  const value = (given: unknown): Scalar => {
    if (isOf(type, given)) return given;
    throw new BadQuery(`${field} is compared with ${type}, not with ${JSON.stringify(given) ?? 'nothing'}.`);
  };
  if (typeof wanted !== 'object' || wanted === null) return { field, type, is: value(wanted) };
  if ('in' in wanted) {
    if (wanted.in.length > IN_VALUES_MAX) throw new BadQuery(`${field} in: at most ${IN_VALUES_MAX} values.`);
    return { field, type, in: wanted.in.map(value) };
  }
  const bounds = BOUNDS.flatMap((name) => (wanted[name] === undefined ? [] : [[name, value(wanted[name])]]));
  if (bounds.length === 0 || bounds.length < Object.keys(wanted).length) {
    throw new BadQuery(`${field} wants a value, { in }, or a range of ${BOUNDS.join(', ')}.`);
  }
  return { field, type, range: Object.fromEntries(bounds) as Range };
};

const typeOf = (model: Model, field: string): FieldType => {
  const type = Object.hasOwn(model.fields, field) ? model.fields[field] : undefined;
  if (type === undefined) throw new BadQuery(`${model.name} has no field ${field} to find or sort by.`);
  return type;
};

const isOf = (type: FieldType, value: unknown): value is Scalar =>
  type === 'text' ? typeof value === 'string' : Number.isSafeInteger(value);

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 1;
