/** Makes ids: derived ones, which anybody can derive again, and new ones. */
export abstract class Ids {
  /** UUID v5 of the parts: the same parts always give the same id. */
  abstract derived(...parts: readonly (string | number)[]): string;
  /**
   * The derived id `id` with its last 8 digits replaced by `number` (0 to 2^32 - 1). Such ids are adjacent and in order,
   * which keeps index inserts local, and cost no hash.
   */
  abstract numbered(id: string, number: number): string;
  /** UUID v7: new, and sortable by time. */
  abstract newId(): string;
}
