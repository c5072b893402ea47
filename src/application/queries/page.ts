/** Which part of a list a reader wants. */
export type PageRequest = {
  /** 1 to `PAGE_LIMIT_MAX`. */
  readonly limit: number;
  /** `next` of the page before, with the same conditions; absent for the first. */
  readonly cursor?: string | undefined;
};

/** Most documents in one answer. */
export const PAGE_LIMIT_MAX = 500;

/** The page request as the read-model port takes it. */
export const paged = ({
  limit,
  cursor,
}: PageRequest): { readonly limit: number; readonly cursor?: string } => ({
  limit: Math.min(limit, PAGE_LIMIT_MAX),
  ...(cursor === undefined ? {} : { cursor }),
});
