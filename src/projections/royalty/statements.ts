import type {
  BookedAmount,
  RecordedLine,
  StatementLinesRecorded,
} from '../../domain/royalty/statements/ledger-events.js';
import type { PeriodLife, SettlementSummary } from '../../domain/royalty/periods/period-events.js';
import { withNextPart } from '../../domain/royalty/statements/line-parts.js';
import { periodOf } from '../../domain/royalty/periods/period-id.js';
import { type Month } from '../../domain/shared/calendar.js';
import { addMicros, type Micros } from '../../domain/shared/money.js';
import type { Projection } from '../projection.js';

/** A period's statement, by its place: number 0 is the close, from 1 on the restatements (R13). */
export type StatementPlace = {
  /** `<offering>.<territory>.<month>`. */
  readonly periodId: string;
  readonly offering: string;
  readonly territory: string;
  readonly month: Month;
  readonly number: number;
};

/** A statement as a whole. */
export type Statement = StatementPlace & {
  /** `provisional`: what a close would say; `begun`: the fence stands, lines are on their way; `final`: whole. */
  readonly stage: 'provisional' | 'begun' | 'final';
  /** Why a period was restated, as a code; null for the close. */
  readonly reason: string | null;
  /** What the period comes to as a whole, of a restatement too. Null while it is begun. */
  readonly summary: SettlementSummary | null;
  /** Of the event that made it so, a decimal string: every line and journal of a final statement lies before it. */
  readonly position: string;
};

/** One document for each statement: `<period>.<number>`. */
export const statements: Projection<PeriodLife, Statement> = {
  name: 'statements',
  version: 1,
  kind: 'money',
  handles: ['PeriodProvisional', 'PeriodCloseBegun', 'PeriodClosed', 'RestatementBegun', 'PeriodRestated'],
  fields: { periodId: 'text', month: 'text', stage: 'text', number: 'integer' },
  indexes: [
    ['periodId', 'number'],
    ['month', 'periodId', 'number'],
  ],
  keysOf: (event) => [statementIdOf(event.streamId, numberOf(event))],
  apply: (document, event) => {
    const position = event.position.toString();
    const place = { ...placeOf(event.streamId, numberOf(event)), position };
    switch (event.type) {
      case 'PeriodProvisional':
        return { put: { ...place, stage: 'provisional', reason: null, summary: event.data } };
      case 'PeriodCloseBegun':
        return { put: { ...place, stage: 'begun', reason: null, summary: null } };
      case 'RestatementBegun':
        return { put: { ...place, stage: 'begun', reason: event.data.reason, summary: null } };
      case 'PeriodClosed':
        return { put: { ...place, stage: 'final', reason: null, summary: event.data } };
      case 'PeriodRestated': {
        const { number: _place, ...summary } = event.data;
        return { put: { ...place, stage: 'final', reason: document?.reason ?? null, summary } };
      }
    }
  },
};

/** What one track earned by one statement; of a restatement: the differences. */
export type TrackLine = StatementPlace & {
  readonly trackId: string;
  readonly plays: number;
  readonly creditPpm: number;
  readonly amount: Micros;
  readonly splits: readonly BookedAmount[];
  /** What of the splits is a penalty (R18); absent where there is none. */
  readonly penalty?: NonNullable<RecordedLine['penalty']>;
  /** Plays that earned nothing since the track has too few (R17); absent where there are none. */
  readonly belowEligibility?: number;
};

/** One document for each line `<statement>|<track>`. */
export const statementLines: Projection<StatementLinesRecorded, TrackLine> = {
  name: 'statement-lines',
  version: 4,
  kind: 'money',
  handles: ['StatementLinesRecorded'],
  fields: { periodId: 'text', number: 'integer', trackId: 'text' },
  indexes: [
    ['periodId', 'number', 'trackId'],
    ['periodId', 'trackId', 'number'],
  ],
  keysOf: ({ streamId, data }) => [...new Set(data.lines.map(({ trackId }) => `${streamId}|${trackId}`))],
  apply: (document, { streamId, data }, key) => {
    const trackId = key.slice(streamId.length + 1);
    let line = document;
    for (const record of data.lines) {
      if (record.trackId !== trackId) continue;
      if (record.part === undefined) line = { ...placeOfStatement(streamId), ...record };
      else if (line) line = withNextPart(line, record);
      else throw new Error(`${key} does not begin with its first part.`);
    }
    return line ? { put: line } : 'keep';
  },
};

/** A payee's part in one track's line. */
export type PayeeLine = StatementPlace & {
  readonly payee: string;
  readonly trackId: string;
  /** Of the track, whoever is paid for them. */
  readonly plays: number;
  readonly creditPpm: number;
  readonly trackAmount: Micros;
  /** The payee's own. */
  readonly amount: Micros;
  /** What of the payee's own is a penalty (R18), below 0; absent where there is none. */
  readonly penalty?: Micros;
};

/** One document for each `<statement>|<payee>|<track>`. */
export const payeeLines: Projection<StatementLinesRecorded, PayeeLine> = {
  name: 'payee-lines',
  version: 2,
  kind: 'money',
  handles: ['StatementLinesRecorded'],
  fields: { payee: 'text', periodId: 'text', number: 'integer', trackId: 'text' },
  indexes: [['payee', 'periodId', 'number', 'trackId']],
  keysOf: ({ streamId, data }) =>
    data.lines.flatMap((line) => payeesIn(line).map((payee) => `${streamId}|${payee}|${line.trackId}`)),
  apply: (_document, { streamId, data }, key) => {
    const [, payee = '', trackId = ''] = key.split('|');
    const account = `${PAYEE}${payee}`;
    for (const line of data.lines) {
      // Of the parts of a line one is the payee's.
      const amount = line.trackId === trackId ? partOf(account, line) : undefined;
      if (amount === undefined) continue;
      const { plays, creditPpm, amount: trackAmount } = line;
      const penalty = amountOf(account, line.penalty?.charges);
      const own = penalty === undefined ? { amount } : { amount, penalty };
      return {
        put: { ...placeOfStatement(streamId), payee, trackId, plays, creditPpm, trackAmount, ...own },
      };
    }
    return 'keep';
  },
};

/** What a statement gives to one payee in all. */
export type PayeeStatement = StatementPlace & {
  readonly payee: string;
  readonly lines: number;
  readonly amount: Micros;
};

/** One document for each `<statement>|<payee>`: the sum of the payee's lines. */
export const payeeStatements: Projection<StatementLinesRecorded, PayeeStatement> = {
  name: 'payee-statements',
  version: 1,
  kind: 'money',
  handles: ['StatementLinesRecorded'],
  fields: { payee: 'text', month: 'text', periodId: 'text', number: 'integer' },
  indexes: [
    ['payee', 'month', 'periodId', 'number'],
    ['periodId', 'number', 'payee'],
  ],
  keysOf: ({ streamId, data }) =>
    Array.from(new Set(data.lines.flatMap(payeesIn)), (payee) => `${streamId}|${payee}`),
  apply: (document, { streamId, data }, key) => {
    const payee = key.slice(streamId.length + 1);
    const account = `${PAYEE}${payee}`;
    let { lines, amount } = document ?? { lines: 0, amount: '0' };
    for (const line of data.lines) {
      const part = partOf(account, line);
      if (part === undefined) continue;
      lines += 1;
      amount = addMicros(amount, part);
    }
    return { put: { ...placeOfStatement(streamId), payee, lines, amount } };
  },
};

const PAYEE = 'payee:';

/** Everybody who has a part in a line: also who lost all of it to a penalty. */
const payeesIn = ({ splits, penalty }: RecordedLine): readonly string[] => {
  const accounts = new Set([...splits, ...(penalty?.charges ?? [])].map(({ account }) => account));
  return [...accounts].filter((one) => one.startsWith(PAYEE)).map((one) => one.slice(PAYEE.length));
};

/** What an account has of a line, be it 0 since a penalty has eaten it up; undefined where it is not named. */
const partOf = (account: string, { splits, penalty }: RecordedLine): Micros | undefined =>
  amountOf(account, splits) ?? (amountOf(account, penalty?.charges) === undefined ? undefined : '0');

const amountOf = (account: string, booked: readonly BookedAmount[] = []): Micros | undefined =>
  booked.find((one) => one.account === account)?.amount;

const numberOf = ({ type, data }: PeriodLife): number =>
  type === 'RestatementBegun' || type === 'PeriodRestated' ? data.number : 0;

/** Id of a statement, and of the streams of its lines and journals without their categories. */
export const statementIdOf = (periodId: string, number: number): string => `${periodId}.${number}`;

/** @throws {RangeError} when the statement belongs to no period */
const placeOf = (periodId: string, number: number): StatementPlace => {
  const period = periodOf(periodId);
  if (!period) throw new RangeError(`There is no period ${periodId}.`);
  return { periodId, ...period, number };
};

/** @throws {RangeError} for what is no id of a statement */
export const placeOfStatement = (statementId: string): StatementPlace => {
  const dot = statementId.lastIndexOf('.');
  const number = statementId.slice(dot + 1);
  if (!/^\d{1,9}$/.test(number)) throw new RangeError(`There is no statement ${statementId}.`);
  return placeOf(statementId.slice(0, dot), Number(number));
};
