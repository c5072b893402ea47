import type { ProblemKind } from './problems.js';

type Table = Readonly<Record<string, ProblemKind>>;
type CodeOf<T> = T extends unknown ? keyof T & string : never;

/**
 * One table from several.
 *
 * @throws {Error} when a code is in two of them: clients branch on codes, so each has one meaning
 */
export const merged = <const Tables extends readonly Table[]>(
  ...tables: Tables
): Readonly<Record<CodeOf<Tables[number]>, ProblemKind>> => {
  const all: Record<string, ProblemKind> = {};
  for (const [code, kind] of tables.flatMap((table) => Object.entries(table))) {
    if (Object.hasOwn(all, code)) throw new Error(`The problem code ${code} is in two tables.`);
    all[code] = kind;
  }
  return all as Record<CodeOf<Tables[number]>, ProblemKind>;
};
