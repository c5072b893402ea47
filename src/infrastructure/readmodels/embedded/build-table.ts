import type { SQLInputValue } from 'node:sqlite';
import type { Build, Model } from '../../../application/ports/read-models.js';
import { fieldOf } from '../document-fields.js';
import type { Condition, Plan } from '../plan.js';

/** SQL with the values that its question marks stand for. */
export type Sql = { readonly text: string; readonly values: readonly SQLInputValue[] };

/**
 * The value of a column for a document without a value in the field: below every integer that a document may contain and,
 * being an integer, below every text. With NULL, one row comparison could not select the rows after a place.
 */
const NOTHING = -(2n ** 63n);
/** The least value of a type: a range without a lower bound begins here, which excludes NOTHING. */
const LEAST = { text: '', integer: Number.MIN_SAFE_INTEGER } as const;
const COMPARISON = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const column = (field: string): string => quoted(`field ${field}`);

export const tableOf = ({ id }: Pick<Build, 'id'>): string => quoted(`build ${id}`);

/** Columns compare bytewise, which is the order of code points in UTF-8. */
export const createTable = (build: Build): string => {
  const columns = Object.keys(build.model.fields).map((field) => `, ${column(field)} ANY NOT NULL`);
  return `CREATE TABLE ${tableOf(build)} (
    key TEXT NOT NULL PRIMARY KEY, position INTEGER NOT NULL, document TEXT NOT NULL${columns.join('')}
  ) STRICT, WITHOUT ROWID`;
};

export const createIndexes = (build: Build): readonly string[] =>
  build.model.indexes.map((fields, at) => {
    const columns = [...fields.map(column), 'key'].join(', ');
    return `CREATE INDEX ${quoted(`build ${build.id} ${at}`)} ON ${tableOf(build)} (${columns})`;
  });

/** Takes key, position, document and the declared fields, in this order. */
export const upsert = (build: Build): string => {
  const names = ['position', 'document', ...Object.keys(build.model.fields).map(column)];
  return `INSERT INTO ${tableOf(build)} (key, ${names.join(', ')})
    VALUES (?${', ?'.repeat(names.length)})
    ON CONFLICT (key) DO UPDATE SET ${names.map((name) => `${name} = excluded.${name}`).join(', ')}
    WHERE excluded.position > position`;
};

/** @param found the document, or its fields if they are separate */
export const columnValues = (model: Model, found: object): readonly SQLInputValue[] =>
  Object.keys(model.fields).map((field) => fieldOf(model, field, found) ?? NOTHING);

/** Selects key, document and sort values; one row more than the limit shows that there is a next page. */
export const selectPage = (build: Build, { keys, conditions, sort, descending, after, limit }: Plan): Sql => {
  const order = [...sort.map(column), 'key'];
  const filters = conditions.map(filterOf);
  if (keys) {
    // A page that goes on has its bound from its place; of two on one side SQLite begins at either.
    const goesOn = after !== undefined && sort.length === 0;
    if (!goesOn || descending) filters.push({ text: 'key >= ?', values: [keys.from] });
    if (keys.below !== undefined && (!goesOn || !descending))
      filters.push({ text: 'key < ?', values: [keys.below] });
  }
  if (after) {
    filters.push({
      text: `(${order.join(', ')}) ${descending ? '<' : '>'} (?${', ?'.repeat(sort.length)})`,
      values: [...after.values.map((value) => value ?? NOTHING), after.key],
    });
  }
  const direction = descending ? ' DESC' : '';
  const place = sort.map((field) => `, nullif(${column(field)}, ${NOTHING})`);
  return {
    text: `SELECT key, document${place.join('')} FROM ${tableOf(build)}${whereOf(filters)}
      ORDER BY ${order.map((name) => name + direction).join(', ')} LIMIT ?`,
    values: [...filters.flatMap(({ values }) => values), limit + 1],
  };
};

export const countUpTo = (build: Build, conditions: readonly Condition[], bound: number): Sql => {
  const filters = conditions.map(filterOf);
  return {
    text: `SELECT count(*) AS count FROM (SELECT 1 FROM ${tableOf(build)}${whereOf(filters)} LIMIT ?)`,
    values: [...filters.flatMap(({ values }) => values), bound],
  };
};

const whereOf = (filters: readonly Sql[]): string =>
  filters.length === 0 ? '' : ` WHERE ${filters.map(({ text }) => text).join(' AND ')}`;

const filterOf = (condition: Condition): Sql => {
  const name = column(condition.field);
  if ('is' in condition) return { text: `${name} = ?`, values: [condition.is] };
  if ('in' in condition) {
    // One form of SQL however many values there are.
    return { text: `${name} IN (SELECT value FROM json_each(?))`, values: [JSON.stringify(condition.in)] };
  }
  const { range, type } = condition;
  const bounds = range.gt === undefined && range.gte === undefined ? { ...range, gte: LEAST[type] } : range;
  const parts = Object.entries(bounds).map(([bound, value]) => ({
    text: `${name} ${COMPARISON[bound as keyof typeof COMPARISON]} ?`,
    value,
  }));
  return { text: parts.map(({ text }) => text).join(' AND '), values: parts.map(({ value }) => value) };
};
