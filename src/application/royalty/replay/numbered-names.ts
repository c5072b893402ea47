import { packUuid, UUID_WORDS } from './packed-uuids.js';

const NAMES_AT_FIRST = 64;

/** Places that are looked at for a name: whoever chooses ids so that they meet makes nobody look at more. */
const PROBES = 16;

/**
 * Names by number, in the order in which they were first met. Each of millions of plays asks for the numbers of several
 * names. Most are UUIDs, and found as four words side by side, where a `Map` compares texts that lie anywhere in memory.
 */
export class NumberedNames {
  readonly list: string[] = [];
  /** Those that are no UUIDs, or found no place. */
  private readonly others = new Map<string, number>();
  /** By number. */
  private words = new Uint32Array(UUID_WORDS * NAMES_AT_FIRST);
  /** Numbers, from 1 on, about where the words of their names lead to; twice as many as names. */
  private places = new Uint32Array(2 * NAMES_AT_FIRST);
  private readonly asked = new Uint32Array(UUID_WORDS);

  has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  numberOf(name: string): number {
    return this.find(name) ?? this.add(name);
  }

  private find(name: string): number | undefined {
    const { asked, words, places } = this;
    if (!packUuid(name, asked, 0)) return this.others.get(name);
    const first = placeOf(asked, 0);
    for (let probe = 0; probe < PROBES; probe++) {
      const number = (places[(first + probe) & (places.length - 1)] ?? 0) - 1;
      if (number < 0) return undefined;
      const at = UUID_WORDS * number;
      if (
        words[at] === asked[0] &&
        words[at + 1] === asked[1] &&
        words[at + 2] === asked[2] &&
        words[at + 3] === asked[3]
      )
        return number;
    }
    return this.others.get(name);
  }

  private add(name: string): number {
    const number = this.list.push(name) - 1;
    if (2 * this.list.length > this.places.length) this.grow();
    else this.place(name, number);
    return number;
  }

  private place(name: string, number: number): void {
    const at = UUID_WORDS * number;
    if (packUuid(name, this.words, at)) {
      const first = placeOf(this.words, at);
      for (let probe = 0; probe < PROBES; probe++) {
        const place = (first + probe) & (this.places.length - 1);
        if (this.places[place] !== 0) continue;
        this.places[place] = number + 1;
        return;
      }
    }
    this.others.set(name, number);
  }

  private grow(): void {
    this.words = new Uint32Array(2 * this.words.length);
    this.places = new Uint32Array(2 * this.places.length);
    for (const [number, name] of this.list.entries()) this.place(name, number);
  }
}

/** Both the random and the counting bits of any version of UUID show in it. */
const placeOf = (words: Uint32Array, at: number): number => {
  const mixed =
    (words[at] ?? 0) ^
    Math.imul(words[at + 1] ?? 0, 0x9e3779b1) ^
    Math.imul(words[at + 2] ?? 0, 0x85ebca6b) ^
    Math.imul(words[at + 3] ?? 0, 0xc2b2ae35);
  return mixed ^ (mixed >>> 15);
};
