/** Ids that anybody can derive again. */
export abstract class Ids {
  /** UUID v5 of the parts: the same parts give the same id, for ever. */
  abstract derived(...parts: readonly (string | number)[]): string;
  /**
   * The id of member `number` (0 to 2^32 - 1) of the family `id`, a derived id: that with its last 8 digits replaced.
   * Members lie side by side and in order, so that an index takes them in at one place, and cost no hash.
   */
  abstract numbered(id: string, number: number): string;
  /** UUID v7: new, and sortable by time. */
  abstract fresh(): string;
}
