// Check digits of the music industry's identifiers. Callers have matched the text already: digits and capital letters
// only.

/** ISO 7064 mod 11-2 over digits that end in the check character, `X` for 10 (ISNI). */
export const isMod11Radix2 = (text: string): boolean => {
  let sum = 0;
  for (const character of text) sum = (sum * 2 + (character === 'X' ? 10 : Number(character))) % 11;
  return sum === 1;
};

const ALPHANUMERIC = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** ISO 7064 mod 37,36 over letters and digits that end in the check character (GRid, DPID). */
export const isMod37Radix36 = (text: string): boolean => {
  let sum = 36;
  for (const character of text.slice(0, -1)) {
    sum += ALPHANUMERIC.indexOf(character);
    sum = ((sum % 36 === 0 ? 36 : sum % 36) * 2) % 37;
  }
  return (sum + ALPHANUMERIC.indexOf(text.slice(-1))) % 36 === 1;
};

/** GS1: weights 3, 1, 3, ... from the digit before the check digit leftwards, mod 10 (UPC, EAN, GTIN). */
export const isGs1 = (text: string): boolean => {
  const [check = 0, ...digits] = digitsOf(text).toReversed();
  const sum = digits.reduce((sum, digit, i) => sum + digit * (i % 2 === 0 ? 3 : 1), 0);
  return (10 - (sum % 10)) % 10 === check;
};

/** Nine digits weighted 1 to 9, from a starting sum, then the check digit: ISWC starts at 1, IPI base numbers at 2. */
export const isWeightedMod10 = (text: string, start: number): boolean => {
  const digits = digitsOf(text);
  const check = digits.pop();
  const sum = digits.reduce((sum, digit, i) => sum + digit * (i + 1), start);
  return (10 - (sum % 10)) % 10 === check;
};

/** Nine digits weighted 10 down to 2, then two check digits (IPI name number). */
export const isIpiName = (text: string): boolean => {
  const digits = digitsOf(text.slice(0, 9));
  const rest = digits.reduce((sum, digit, i) => sum + digit * (10 - i), 0) % 101;
  const check = rest === 0 ? 0 : (101 - rest) % 100;
  return Number(text.slice(9)) === check;
};

const digitsOf = (text: string): number[] => Array.from(text, Number);
