import { packUuid, UUID_WORDS } from './packed-uuids.js';

const INITIAL_NAMES = 64;

/** Maximum probes for a name, so that ids chosen to collide cannot slow down every lookup. */
const PROBES = 16;

/**
 * Numbers names in order of first use. A hash table for UUIDs, packed into four words each: each of millions of plays
 * needs several lookups, and a `Map` would compare strings scattered over memory.
 */
export class NumberedNames {
  readonly list: string[] = [];
  /** Names that are not UUIDs, or had no free slot. */
  private readonly others = new Map<string, number>();
  /** Packed UUIDs by number. */
  private words = new Uint32Array(UUID_WORDS * INITIAL_NAMES);
  /** Hash slots: number + 1, or 0 if free. At least twice as many as names. */
  private slots = new Uint32Array(2 * INITIAL_NAMES);
  private readonly packed = new Uint32Array(UUID_WORDS);

  has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  numberOf(name: string): number {
    return this.find(name) ?? this.add(name);
  }

  private find(name: string): number | undefined {
    const { packed, words, slots } = this;
    if (!packUuid(name, packed, 0)) return this.others.get(name);
    const first = slotOf(packed, 0);
    for (let probe = 0; probe < PROBES; probe++) {
      const number = (slots[(first + probe) & (slots.length - 1)] ?? 0) - 1;
      if (number < 0) return undefined;
      const at = UUID_WORDS * number;
      if (
        words[at] === packed[0] &&
        words[at + 1] === packed[1] &&
        words[at + 2] === packed[2] &&
        words[at + 3] === packed[3]
      )
        return number;
    }
    return this.others.get(name);
  }

  private add(name: string): number {
    const number = this.list.push(name) - 1;
    if (2 * this.list.length > this.slots.length) this.grow();
    else this.place(name, number);
    return number;
  }

  private place(name: string, number: number): void {
    const at = UUID_WORDS * number;
    if (packUuid(name, this.words, at)) {
      const first = slotOf(this.words, at);
      for (let probe = 0; probe < PROBES; probe++) {
        const slot = (first + probe) & (this.slots.length - 1);
        if (this.slots[slot] !== 0) continue;
        this.slots[slot] = number + 1;
        return;
      }
    }
    this.others.set(name, number);
  }

  private grow(): void {
    this.words = new Uint32Array(2 * this.words.length);
    this.slots = new Uint32Array(2 * this.slots.length);
    for (const [number, name] of this.list.entries()) this.place(name, number);
  }
}

/** Mixes all words, because each version of UUID has its random bits elsewhere. */
const slotOf = (words: Uint32Array, at: number): number => {
  const mixed =
    (words[at] ?? 0) ^
    Math.imul(words[at + 1] ?? 0, 0x9e3779b1) ^
    Math.imul(words[at + 2] ?? 0, 0x85ebca6b) ^
    Math.imul(words[at + 3] ?? 0, 0xc2b2ae35);
  return mixed ^ (mixed >>> 15);
};
