/** A list that grows at its head in constant time and never changes: what a fold keeps of a long stream. */
export type Chain<T> = { readonly head: T; readonly tail: Chain<T> } | null;

/** The latest item that matches. */
export const latest = <T>(chain: Chain<T>, matches: (item: T) => boolean): T | undefined => {
  for (let rest = chain; rest !== null; rest = rest.tail) if (matches(rest.head)) return rest.head;
  return undefined;
};
