/**
 * A map that keeps at least the `capacity` most recently used keys, and at most twice as many.
 *
 * Has two generations: a key that is used while the young one fills moves to it; the others are dropped with the old one.
 * Unlike a list in order of use, it writes nothing when a key is found in the young generation, as nearly all are.
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

  /** The value of `key`; made and kept if it is not in the map. */
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
