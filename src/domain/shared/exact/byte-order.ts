/**
 * Compares two ids by the bytes of their UTF-8 form, which is code point order (R0).
 *
 * JavaScript's `<` compares UTF-16 units and puts U+1F600 before U+FF21; byte order does not.
 *
 * @returns below 0 when `a` comes first, 0 when equal, above 0 when `b` comes first
 */
export const compareBytes = (a: string, b: string): number => {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return codePointRank(x) - codePointRank(y);
  }
  return a.length - b.length;
};

/** Ranks surrogates, which encode code points from U+10000, after U+E000 to U+FFFF. */
const codePointRank = (unit: number): number => {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
};
