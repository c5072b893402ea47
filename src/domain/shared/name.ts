/** Longest name or title, in Unicode code points. Real listening histories contain names of 511. */
export const NAME_LENGTH_MAX = 512;

/** 1 to 512 code points of well-formed Unicode, kept exactly as written: nothing is trimmed or normalised. */
export const isName = (text: string): boolean =>
  text.length >= 1 &&
  // A code point is at most two UTF-16 units, so a longer text need not be counted.
  text.length <= 2 * NAME_LENGTH_MAX &&
  text.isWellFormed() &&
  Array.from(text).length <= NAME_LENGTH_MAX;
