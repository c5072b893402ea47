/** JSON values that can be hashed: no fractions. A BigInt outside the safe range becomes a string. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | { readonly [name: string]: Json | undefined };

/**
 * Serialises `value` as canonical JSON (RFC 8785, without fractions). Properties are sorted by UTF-16 units as the RFC
 * requires, not by bytes; undefined properties are left out; a BigInt outside ±(2⁵³ − 1) becomes a decimal string (R19).
 *
 * @throws {TypeError} for a fraction, NaN, an infinity, an integer Number beyond 2⁵³, a lone surrogate
 */
export const canonicalJson = (value: Json): string => {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return integer(value);
  if (typeof value === 'bigint') return isSafe(value) ? String(value) : `"${value}"`;
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;

  const members: string[] = [];
  // Array.prototype.sort without a comparator compares UTF-16 units.
  for (const name of Object.keys(value).sort()) {
    const member = value[name];
    if (member !== undefined) members.push(`${quoted(name)}:${canonicalJson(member)}`);
  }
  return `{${members.join(',')}}`;
};

const isList = (value: object): value is readonly Json[] => Array.isArray(value);

const isSafe = (value: bigint): boolean =>
  value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);

const integer = (value: number): string => {
  if (!Number.isSafeInteger(value))
    throw new TypeError(`Only integers within ±2⁵³ are hashed, not ${value}.`);
  return value === 0 ? '0' : String(value);
};

const quoted = (text: string): string => {
  if (!text.isWellFormed()) throw new TypeError('A string with a lone surrogate has no UTF-8 form.');
  return JSON.stringify(text);
};

/** Encodes a well-formed string as UTF-8. The domain may not use TextEncoder: it is part of the host, not of the language. */
export const utf8 = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i) ?? 0;
    if (code < 0x80) {
      bytes[length++] = code;
      continue;
    }
    if (code < 0x800) {
      bytes[length++] = 0xc0 | (code >> 6);
    } else {
      if (code < 0x10000) {
        bytes[length++] = 0xe0 | (code >> 12);
      } else {
        i++;
        bytes[length++] = 0xf0 | (code >> 18);
        bytes[length++] = 0x80 | ((code >> 12) & 0x3f);
      }
      bytes[length++] = 0x80 | ((code >> 6) & 0x3f);
    }
    bytes[length++] = 0x80 | (code & 0x3f);
  }
  return bytes.slice(0, length);
};
