/** A map that remembers the keys used last, and no more than `capacity` of them. */
export class Recent<Value> {
  private readonly values = new Map<string, Value>();

  constructor(private readonly capacity: number) {}

  /** The value of `key`, made anew when it is not remembered. */
  get(key: string, make: () => Value): Value {
    const known = this.values.get(key);
    const value = known === undefined ? make() : known;
    // A map iterates in the order of insertion: the first key is the one that was used least recently.
    this.values.delete(key);
    this.values.set(key, value);
    if (this.values.size > this.capacity) {
      for (const oldest of this.values.keys()) {
        this.values.delete(oldest);
        break;
      }
    }
    return value;
  }
}
