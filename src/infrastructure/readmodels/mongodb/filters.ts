import type { Document, Filter, Sort } from 'mongodb';
import type { Scalar } from '../../../application/ports/read-models.js';
import type { Condition, Place, Plan } from '../plan.js';
import type { Stored } from './stored.js';

export const fieldPath = (field: string): string => `document.${field}`;

/** Documents that were not dropped and meet all conditions. No condition holds of a field that is absent or null. */
export const filterOf = (conditions: readonly Condition[]): Filter<Stored> => ({
  document: { $exists: true },
  ...Object.fromEntries(conditions.map((condition) => [fieldPath(condition.field), operatorsOf(condition)])),
});

export const pageFilterOf = ({ keys, conditions, sort, descending, after }: Plan): Filter<Stored> => ({
  ...filterOf(conditions),
  ...(keys && { _id: { $gte: keys.from, ...(keys.below !== undefined && { $lt: keys.below }) } }),
  ...(after && { $or: behind(sort, descending, after) }),
});

export const sortOf = ({ sort, descending }: Pick<Plan, 'sort' | 'descending'>): Sort =>
  new Map([...sort.map(fieldPath), '_id'].map((path) => [path, descending ? -1 : 1]));

const operatorsOf = (condition: Condition): Document => {
  if ('is' in condition) return { $eq: condition.is };
  if ('in' in condition) return { $in: condition.in };
  return Object.fromEntries(Object.entries(condition.range).map(([bound, value]) => [`$${bound}`, value]));
};

/** Selects documents after a place: equal in the first fields and beyond it in the next, or equal in all and of a later key. */
const behind = (sort: readonly string[], descending: boolean, { values, key }: Place): Filter<Stored>[] => {
  const same: Document = {};
  const branches: Document[] = [];
  for (const [at, field] of sort.entries()) {
    const path = fieldPath(field);
    const value = values[at] ?? null;
    for (const beyond of beyondOf(value, descending)) branches.push({ ...same, [path]: beyond });
    same[path] = value;
  }
  branches.push({ ...same, _id: descending ? { $lt: key } : { $gt: key } });
  return branches;
};

/** Null, which includes absent, sorts before all values, and no comparison with a value matches it. */
const beyondOf = (value: Scalar | null, descending: boolean): readonly unknown[] => {
  if (descending) return value === null ? [] : [{ $lt: value }, null];
  return value === null ? [{ $ne: null }] : [{ $gt: value }];
};
