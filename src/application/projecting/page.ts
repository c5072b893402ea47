import type { Scalar } from '../ports/read-models.js';

/** The part of a list to return. */
export type PageRequest = {
  /** 1 to `PAGE_LIMIT_MAX`. */
  readonly limit: number;
  /** `next` of the page before, with the same conditions; absent for the first. */
  readonly cursor?: string | undefined;
};

/** Most documents in one response. */
export const PAGE_LIMIT_MAX = 500;

/** The page request as the read-model port takes it. */
export const paged = ({
  limit,
  cursor,
}: PageRequest): { readonly limit: number; readonly cursor?: string } => ({
  limit: Math.min(limit, PAGE_LIMIT_MAX),
  ...(cursor === undefined ? {} : { cursor }),
});

/** The conditions that are given, as the read-model port takes them. */
export const where = (
  filter: Readonly<Record<string, Scalar | undefined>>,
): Readonly<Record<string, Scalar>> =>
  Object.fromEntries(
    Object.entries(filter).filter((condition): condition is [string, Scalar] => condition[1] !== undefined),
  );
