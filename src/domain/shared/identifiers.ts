import { isGs1, isIpiName, isMod11Radix2, isMod37Radix36, isWeightedMod10 } from './check-digits.js';
import { isCurrency } from './currency.js';
import { isCountry } from './country.js';

/** Stored form and check digit of one kind of identifier. */
type Scheme = { readonly pattern: RegExp; readonly isSound: (value: string) => boolean };

const noCheckDigit = (): boolean => true;

/**
 * The identifiers of recordings, works, releases and parties in their stored form: capitals, no blanks, no dots, no
 * hyphens (except the IPI base number). `canonicalIdentifier` converts a printed identifier to that form.
 */
const SCHEMES = {
  /** ISO 3901, shape only. */
  ISRCformat: { pattern: /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/, isSound: noCheckDigit },
  /** ISO 3901 with the prefix of a country or an agency. It has no check digit. */
  ISRC: {
    pattern: /^[A-Z]{2}[A-Z0-9]{3}\d{7}$/,
    isSound: (value) => isCountry(value.slice(0, 2)) || ISRC_AGENCIES.has(value.slice(0, 2)),
  },
  /** ISO 15707, the musical work. */
  ISWC: { pattern: /^T\d{10}$/, isSound: (value) => isWeightedMod10(value.slice(1), 1) },
  /** CISAC, the person or company. */
  IPIbase: {
    pattern: /^I-\d{9}-\d$/,
    isSound: (value) => isWeightedMod10(value.slice(2, 11) + value.slice(12), 2),
  },
  /** CISAC, one name of a person or company. */
  IPIname: { pattern: /^\d{11}$/, isSound: isIpiName },
  /** ISO 27729, the public identity. */
  ISNI: { pattern: /^\d{15}[\dX]$/, isSound: isMod11Radix2 },
  /** IFPI, the release. */
  GRid: { pattern: /^[A-Z0-9]{18}$/, isSound: isMod37Radix36 },
  /** DDEX, the party that sends or receives a message. */
  DPID: { pattern: /^PADPIDA[A-Z0-9]{11}$/, isSound: isMod37Radix36 },
  UPC: { pattern: /^\d{12}$/, isSound: isGs1 },
  /** GS1. Twelve digits are a UPC, which is an EAN-13 without its leading zero. */
  EAN: { pattern: /^(\d{8}|\d{12,13})$/, isSound: isGs1 },
  /** DDEX's name for the barcode of a release: UPC, EAN or GTIN-14. */
  ICPN: { pattern: /^(\d{8}|\d{12,14})$/, isSound: isGs1 },
  /** ISO 4217. */
  currency: { pattern: /^[A-Z]{3}$/, isSound: isCurrency },
} as const satisfies Readonly<Record<string, Scheme>>;

export type IdentifierType = keyof typeof SCHEMES;

export const IDENTIFIER_TYPES = Object.keys(SCHEMES) as readonly IdentifierType[];

/** ISRC prefixes of agencies that are not in ISO 3166, or no longer. */
const ISRC_AGENCIES: ReadonlySet<string> = new Set(
  'QM QN QT QZ ZZ UK FX BX DG CP ZB XK TC CS YU SU AN'.split(' '),
);

/** Whether `value`, in stored form, has the shape and the check digit of its kind. */
export const isIdentifier = (type: IdentifierType, value: string): boolean =>
  SCHEMES[type].pattern.test(value) && SCHEMES[type].isSound(value);

/** The stored form of a printed identifier: `T-034.524.680-1`, `US-SKG-19-12345`, `0000 0001 2281 955X`. */
export const canonicalIdentifier = (type: IdentifierType, printed: string): string => {
  const compact = printed
    .toUpperCase()
    .replace(/^(ISRC|ISWC|ISNI|GRID):?\s+/, '')
    .replace(/[\s.\-‐–]/g, '');
  return type === 'IPIbase' ? compact.replace(/^I(\d{9})(\d)$/, 'I-$1-$2') : compact;
};
