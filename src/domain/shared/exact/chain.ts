/** An immutable linked list with constant-time insertion at its head, for folds over long streams. */
export type Chain<T> = { readonly head: T; readonly tail: Chain<T> } | null;

/** The latest item that matches, or undefined. */
export const latest = <T>(chain: Chain<T>, matches: (item: T) => boolean): T | undefined => {
  for (let rest = chain; rest !== null; rest = rest.tail) if (matches(rest.head)) return rest.head;
  return undefined;
};
