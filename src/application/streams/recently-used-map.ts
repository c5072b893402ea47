/**
 * A map that remembers at least the `capacity` keys used last, and at most twice as many.
 *
 * Two generations: what is used while the young one fills survives in it, the rest goes with the old one. Unlike a list
 * in the order of use it writes nothing when a key is found, which is nearly always.
 */
export class RecentlyUsedMap<Value> {
  private young = new Map<string, Value>();
  private old = new Map<string, Value>();

  constructor(private readonly capacity: number) {}

  find(key: string): Value | undefined {
    const known = this.young.get(key);
    if (known !== undefined) return known;

    const aged = this.old.get(key);
    if (aged !== undefined) this.set(key, aged);
    return aged;
  }

  /** The value of `key`, made anew when it is not remembered. */
  get(key: string, make: () => Value): Value {
    const known = this.find(key);
    if (known !== undefined) return known;

    const value = make();
    this.set(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    if (this.young.size === this.capacity && !this.young.has(key)) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, value);
  }

  delete(key: string): void {
    this.young.delete(key);
    this.old.delete(key);
  }

  clear(): void {
    this.young.clear();
    this.old.clear();
  }
}
