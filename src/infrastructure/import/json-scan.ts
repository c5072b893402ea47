/** Finds the ends of elements in JSON text, byte by byte. It splits the text; it does not validate it. */

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const TAB = 0x09;
const SPACE = 0x20;

export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
export const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The element continues after the data. */
export const UNFINISHED = -1;
/** A string contains a raw control character, which JSON forbids: most likely a quote is missing. */
export const UNREADABLE = -2;

export const isSpace = (byte: number | undefined): boolean =>
  byte === SPACE || byte === NEWLINE || byte === CARRIAGE_RETURN || byte === TAB;

/** Index of the first byte from `from` that is not white space; the length of `data` when there is none. */
export const skipSpace = (data: Buffer, from: number): number => {
  let at = from;
  while (isSpace(data[at])) at++;
  return at;
};

/** Index of the comma or bracket after the array element that starts at `from`; UNFINISHED or UNREADABLE if none. */
export const endOfElement = (data: Buffer, from: number): number => {
  let depth = 0;
  for (let at = from; at < data.length; at++) {
    const byte = data[at];
    if (byte === QUOTE) {
      at = endOfString(data, at + 1);
      if (at < 0) return at;
    } else if (byte === COMMA) {
      if (depth === 0) return at;
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      depth++;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      if (depth > 0) depth--;
      else if (byte === CLOSE_ARRAY) return at;
    }
  }
  return UNFINISHED;
};

/** Index of the closing quote of the string whose first character is at `from`; UNFINISHED or UNREADABLE if none. */
const endOfString = (data: Buffer, from: number): number => {
  for (let at = from; at < data.length; at++) {
    const byte = data[at] as number;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
    else if (byte < SPACE) return UNREADABLE;
  }
  return UNFINISHED;
};

/** Index of the first brace from `from` that starts a line. If there is none, the index to resume from with more data. */
export const nextObjectLine = (data: Buffer, from: number): number => {
  for (let at = data.indexOf(NEWLINE, from); at >= 0; at = data.indexOf(NEWLINE, at + 1)) {
    const first = skipSpace(data, at);
    if (first === data.length) return at;
    if (data[first] === OPEN_OBJECT) return first;
  }
  return data.length;
};
