import { hash } from 'node:crypto';
import { parse, v7 } from 'uuid';
import { Ids } from '../../application/ports/ids.js';

/** Namespace of all derived ids (RFC 9562, 5.5). Never change it: repeated commands would no longer be recognised. */
export const NAMESPACE = '4f6d5b0e-1a52-5d0b-9d5c-6a3f5f0c2e71';

const NAMESPACE_BYTES = Buffer.from(parse(NAMESPACE));

/** Hexadecimal digits of the number in a numbered id. 90 bits of the hash remain. */
const NUMBER_DIGITS = 8;
const NUMBER_MAX = 16 ** NUMBER_DIGITS - 1;

/** UUIDs (RFC 9562): version 5 for derived ids, version 7 for new ones. */
export class UuidIds extends Ids {
  /** Joins the parts as a JSON array, so that `('a', 'b')` and `('ab')`, `1` and `'1'` give different ids. */
  derived(...parts: readonly (string | number)[]): string {
    return uuidV5(JSON.stringify(parts));
  }

  numbered(id: string, number: number): string {
    if (!Number.isInteger(number) || number < 0 || number > NUMBER_MAX) {
      throw new RangeError(`The number of an id is 0 to ${NUMBER_MAX}, not ${number}.`);
    }
    return id.slice(0, -NUMBER_DIGITS) + number.toString(16).padStart(NUMBER_DIGITS, '0');
  }

  newId(): string {
    return v7();
  }
}

/** Reused buffer: the namespace, then the name. A name of up to a third of its length always fits as UTF-8. */
const hashed = Buffer.concat([NAMESPACE_BYTES, Buffer.alloc(3 * 1_024)]);

/** As the package's v5 at a quarter of the CPU time. Every command needs two. */
const uuidV5 = (name: string): string => {
  const fits = name.length <= 1_024;
  const bytes = fits
    ? hashed.subarray(0, NAMESPACE_BYTES.length + hashed.write(name, NAMESPACE_BYTES.length))
    : Buffer.concat([NAMESPACE_BYTES, Buffer.from(name)]);
  const hex = hash('sha1', bytes, 'hex');
  const variant = VARIANT[Number.parseInt(hex.charAt(16), 16)];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** Variant of the UUID: the two highest bits of the ninth byte are 1 and 0. */
const VARIANT = '89ab89ab89ab89ab';
