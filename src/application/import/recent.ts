/**
 * A map that remembers at least the `capacity` keys used last, and at most twice as many.
 *
 * Two generations: what is used while the young one fills survives in it, the rest goes with the old one. Unlike a list
 * in the order of use it writes nothing when a key is found, which is nearly always.
 */
export class Recent<Value> {
  private young = new Map<string, Value>();
  private old: ReadonlyMap<string, Value> = new Map();

  constructor(private readonly capacity: number) {}

  /** The value of `key`, made anew when it is not remembered. */
  get(key: string, make: () => Value): Value {
    const known = this.young.get(key);
    if (known !== undefined) return known;

    const value = this.old.get(key) ?? make();
    if (this.young.size === this.capacity) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, value);
    return value;
  }
}
