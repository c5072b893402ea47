import { isCountry } from '../../shared/country.js';
import { parseDate } from '../../shared/civil-date.js';
import { type IdentifierType, isIdentifier } from '../../shared/identifiers.js';
import type { Cell, CellKind } from './records.js';
import {
  COMMERCIAL_MODELS,
  RESOURCE_TYPES,
  RIGHTS_TYPES,
  TIS_REGION,
  USE_TYPES,
  WORLDWIDE,
} from './values.js';

/** Why a cell is invalid; stable codes. */
export type CellFault =
  | 'CELL_MISSING'
  | 'NOT_INTEGER'
  | 'NOT_DECIMAL'
  | 'NOT_BOOLEAN'
  | 'DATE_PATTERN'
  | 'DURATION_PATTERN'
  | 'DPID_CHECK'
  | 'PARTY_ID_WITHOUT_NAMESPACE'
  | 'ISRC_PATTERN'
  | 'ISWC_CHECK'
  | 'ICPN_CHECK'
  | 'CURRENCY_NOT_ALLOWED'
  | 'TERRITORY_NOT_ALLOWED'
  | 'COMMERCIAL_MODEL_NOT_ALLOWED'
  | 'USE_TYPE_NOT_ALLOWED'
  | 'RIGHTS_TYPE_NOT_ALLOWED'
  | 'RESOURCE_TYPE_NOT_ALLOWED'
  | 'STREAMS_NOT_INTEGER'
  | 'STREAMS_MISSING';

type Rule = { readonly allows: (value: string) => boolean; readonly fault: CellFault };

const matches =
  (pattern: RegExp) =>
  (value: string): boolean =>
    pattern.test(value);

const identified =
  (type: IdentifierType) =>
  (value: string): boolean =>
    isIdentifier(type, value);

const listed =
  (values: ReadonlySet<string>) =>
  (value: string): boolean =>
    values.has(value);

const DECIMAL = /^-?\d+(\.\d+)?$/;
const WHOLE = /^\d+$/;

const isDate = (value: string): boolean =>
  /^\d{4}$/.test(value) || /^\d{4}-(0[1-9]|1[0-2])$/.test(value) || parseDate(value) !== undefined;

const isTerritoryCode = (value: string): boolean =>
  value === WORLDWIDE || isCountry(value) || (WHOLE.test(value) && isTisRegion(Number(value)));

const isTisRegion = (code: number): boolean => code >= TIS_REGION.from && code <= TIS_REGION.to;

const RULES: Readonly<Record<CellKind, Rule>> = {
  text: { allows: () => true, fault: 'CELL_MISSING' },
  integer: { allows: matches(/^-?\d+$/), fault: 'NOT_INTEGER' },
  streams: { allows: matches(WHOLE), fault: 'STREAMS_NOT_INTEGER' },
  streamCredits: { allows: matches(/^\d+(\.\d+)?$/), fault: 'NOT_DECIMAL' },
  decimal: { allows: matches(DECIMAL), fault: 'NOT_DECIMAL' },
  boolean: { allows: matches(/^(true|false)$/), fault: 'NOT_BOOLEAN' },
  date: { allows: isDate, fault: 'DATE_PATTERN' },
  dateTime: {
    allows: matches(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/),
    fault: 'DATE_PATTERN',
  },
  duration: {
    allows: matches(/^P(?=\w)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/),
    fault: 'DURATION_PATTERN',
  },
  // The open DDEX validator accepts a wrong check character; recipients do not.
  dpid: { allows: identified('DPID'), fault: 'DPID_CHECK' },
  party: { allows: matches(/^.+::.+$/), fault: 'PARTY_ID_WITHOUT_NAMESPACE' },
  isrc: { allows: identified('ISRCformat'), fault: 'ISRC_PATTERN' },
  iswc: { allows: identified('ISWC'), fault: 'ISWC_CHECK' },
  icpn: { allows: identified('ICPN'), fault: 'ICPN_CHECK' },
  currency: { allows: identified('currency'), fault: 'CURRENCY_NOT_ALLOWED' },
  territory: { allows: isTerritoryCode, fault: 'TERRITORY_NOT_ALLOWED' },
  commercialModel: { allows: listed(COMMERCIAL_MODELS), fault: 'COMMERCIAL_MODEL_NOT_ALLOWED' },
  useType: { allows: listed(USE_TYPES), fault: 'USE_TYPE_NOT_ALLOWED' },
  rights: { allows: listed(RIGHTS_TYPES), fault: 'RIGHTS_TYPE_NOT_ALLOWED' },
  resourceType: { allows: listed(RESOURCE_TYPES), fault: 'RESOURCE_TYPE_NOT_ALLOWED' },
};

/** The first fault of a cell, given as its text in the file; null when there is none. */
export const cellFault = ({ kind, mandatory, repeated }: Cell, text: string): CellFault | null => {
  if (text === '') {
    if (!mandatory) return null;
    return kind === 'streams' || kind === 'streamCredits' ? 'STREAMS_MISSING' : 'CELL_MISSING';
  }
  const { allows, fault } = RULES[kind];
  // An empty item is allowed in a list: it keeps names and their ids aligned.
  const values = repeated ? itemsOf(text).filter((value) => value !== '') : [unescaped(text)];
  return values.every(allows) ? null : fault;
};

/** Escapes a value for a cell: `|` separates list items, `\` escapes; control characters become spaces. */
export const escaped = (value: string): string => value.replace(/[\\|]/g, '\\$&').replace(/\p{Cc}+/gu, ' ');

const unescaped = (text: string): string => text.replace(/\\(.)/g, '$1');

/** The values of a repeated cell. */
const itemsOf = (text: string): readonly string[] =>
  Array.from(text.matchAll(/(?:^|\|)((?:\\.|[^|\\])*)/g), ([, value = '']) => unescaped(value));
