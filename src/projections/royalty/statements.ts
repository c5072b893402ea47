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

/** Identifies a statement of a period: number 0 is the close, from 1 the restatements (R13). */
export type StatementPlace = {
  /** `<offering>.<territory>.<month>`. */
  readonly periodId: string;
  readonly offering: string;
  readonly territory: string;
  readonly month: Month;
  readonly number: number;
};

/** A statement without its lines. */
export type Statement = StatementPlace & {
  /** `provisional`: nothing is booked; `begun`: the fence is set, lines are being written; `final`: complete. */
  readonly stage: 'provisional' | 'begun' | 'final';
  /** Reason code of a restatement; null for the close. */
  readonly reason: string | null;
  /** Summary of the whole period, also for a restatement. Null while `begun`. */
  readonly summary: SettlementSummary | null;
  /** Decimal position of the event that set the status. All lines and journals of a final statement are before it. */
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

/** Earnings of one track on one statement; on a restatement, the differences. */
export type TrackLine = StatementPlace & {
  readonly trackId: string;
  readonly plays: number;
  readonly creditPpm: number;
  readonly amount: Micros;
  readonly splits: readonly BookedAmount[];
  /** The penalty included in the splits (R18); absent when there is none. */
  readonly penalty?: NonNullable<RecordedLine['penalty']>;
  /** Plays rejected by R17 only; absent when 0. */
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
      else throw new Error(`The first part of ${key} is missing.`);
    }
    return line ? { put: line } : 'keep';
  },
};

/** A payee's part in one track's line. */
export type PayeeLine = StatementPlace & {
  readonly payee: string;
  readonly trackId: string;
  /** Plays of the track, whoever is paid for them. */
  readonly plays: number;
  readonly creditPpm: number;
  readonly trackAmount: Micros;
  /** The payee's amount. */
  readonly amount: Micros;
  /** The penalty included in the amount (R18), below 0; absent when there is none. */
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
      // Only one part of a line names the payee.
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

/** The total of one payee on a statement. */
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

/** All payees of a line, including those whose part was lost to a penalty. */
const payeesIn = ({ splits, penalty }: RecordedLine): readonly string[] => {
  const accounts = new Set([...splits, ...(penalty?.charges ?? [])].map(({ account }) => account));
  return [...accounts]
    .filter((account) => account.startsWith(PAYEE))
    .map((account) => account.slice(PAYEE.length));
};

/** The amount of an account in a line, 0 if a penalty took all of it; undefined if the line does not name it. */
const partOf = (account: string, { splits, penalty }: RecordedLine): Micros | undefined =>
  amountOf(account, splits) ?? (amountOf(account, penalty?.charges) === undefined ? undefined : '0');

const amountOf = (account: string, booked: readonly BookedAmount[] = []): Micros | undefined =>
  booked.find((booking) => booking.account === account)?.amount;

const numberOf = ({ type, data }: PeriodLife): number =>
  type === 'RestatementBegun' || type === 'PeriodRestated' ? data.number : 0;

/** Id of a statement, and of the streams of its lines and journals without category. */
export const statementIdOf = (periodId: string, number: number): string => `${periodId}.${number}`;

/** @throws {RangeError} if the id of the period is not valid */
const placeOf = (periodId: string, number: number): StatementPlace => {
  const period = periodOf(periodId);
  if (!period) throw new RangeError(`${periodId} is not a period id.`);
  return { periodId, ...period, number };
};

/** @throws {RangeError} if the id of the statement is not valid */
export const placeOfStatement = (statementId: string): StatementPlace => {
  const dot = statementId.lastIndexOf('.');
  const number = statementId.slice(dot + 1);
  if (!/^\d{1,9}$/.test(number)) throw new RangeError(`${statementId} is not a statement id.`);
  return placeOf(statementId.slice(0, dot), Number(number));
};
