/** Number of 32-bit words of a UUID. */
export const UUID_WORDS = 4;

const DIGITS = '0123456789abcdef';
const CODES = Uint8Array.from(DIGITS, (digit) => digit.charCodeAt(0));
const DASH = '-'.charCodeAt(0);
const LENGTH = 36;
/** Offsets of its eight groups of four digits, and of its dashes. */
const GROUPS = [0, 4, 9, 14, 19, 24, 28, 32] as const;
const DASHES = [8, 13, 18, 23] as const;

/** Value by character code; all bits set for characters that are not digits. */
const VALUES = new Int8Array(128).fill(-1);
for (const [value, code] of CODES.entries()) VALUES[code] = value;

/**
 * Writes a UUID as four words at `words[at]`.
 *
 * @returns whether `text` is a UUID in the form of `uuidAt`: lower case, with dashes. If not, the words are undefined
 */
export const packUuid = (text: string, words: Uint32Array, at: number): boolean => {
  if (text.length !== LENGTH) return false;
  for (const dash of DASHES) if (text.charCodeAt(dash) !== DASH) return false;
  for (let word = 0; word < UUID_WORDS; word++) {
    const high = digitsAt(text, GROUPS[2 * word] ?? 0);
    const low = digitsAt(text, GROUPS[2 * word + 1] ?? 0);
    if ((high | low) < 0) return false;
    words[at + word] = (high << 16) | low;
  }
  return true;
};

/** Four digits as a number; below 0 if a character is not a digit. */
const digitsAt = (text: string, at: number): number =>
  (valueAt(text, at) << 12) |
  (valueAt(text, at + 1) << 8) |
  (valueAt(text, at + 2) << 4) |
  valueAt(text, at + 3);

const valueAt = (text: string, at: number): number => VALUES[text.charCodeAt(at)] ?? -1;

const characters = new Uint8Array(LENGTH);
for (const dash of DASHES) characters[dash] = DASH;

/** The UUID that was packed at `words[at]`. */
export const uuidAt = (words: Uint32Array, at: number): string => {
  for (let word = 0; word < UUID_WORDS; word++) {
    const bits = words[at + word] ?? 0;
    write(bits >>> 16, GROUPS[2 * word] ?? 0);
    write(bits & 0xffff, GROUPS[2 * word + 1] ?? 0);
  }
  return Reflect.apply(String.fromCharCode, undefined, characters) as string;
};

const write = (digits: number, at: number): void => {
  characters[at] = CODES[digits >>> 12] ?? 0;
  characters[at + 1] = CODES[(digits >>> 8) & 15] ?? 0;
  characters[at + 2] = CODES[(digits >>> 4) & 15] ?? 0;
  characters[at + 3] = CODES[digits & 15] ?? 0;
};
