/** Ids that anybody can derive again. */
export abstract class Ids {
  /** UUID v5 of the parts: the same parts give the same id, for ever. */
  abstract derived(...parts: readonly (string | number)[]): string;
  /** UUID v7: new, and sortable by time. */
  abstract fresh(): string;
}
