import { type JournalPosted, journalSum } from '../../domain/royalty/statements/ledger-events.js';
import { type Month, monthOf } from '../../domain/shared/calendar.js';
import { addMicros, type Micros } from '../../domain/shared/money.js';
import type { Projection } from '../projection.js';
import { placeOfStatement } from './statements.js';

/** The balance of an account in one currency, micro-units: owed to it, or by it if below 0. */
export type AccountBalance = {
  readonly account: string;
  /** The part before the colon: `payee`, `suspense`, `platform`, … */
  readonly kind: string;
  readonly currency: string;
  readonly balance: Micros;
  /** Month of the first period that booked to it; of the first payment if there is none. */
  readonly since: Month;
};

/** One document for each `<account>|<currency>`. All balances of a currency add up to 0. */
export const accountBalances: Projection<JournalPosted, AccountBalance> = {
  name: 'account-balances',
  version: 2,
  kind: 'money',
  handles: ['JournalPosted'],
  fields: { kind: 'text', account: 'text', currency: 'text', since: 'text' },
  indexes: [
    ['kind', 'since', 'account'],
    ['account', 'currency'],
  ],
  keysOf: ({ data }) => {
    const sum = journalSum(data.lines);
    if (sum !== 0n) throw new RangeError(`I1: ${data.journalId} adds up to ${sum}, not to 0.`);
    return distinct(data.lines.map(({ account }) => `${account}|${data.currency}`));
  },
  apply: (document, { streamId, data }, key) => {
    const { currency } = data;
    const account = key.slice(0, -currency.length - 1);
    const month = isPayment(data) ? monthOf(data.at ?? 0) : placeOfStatement(streamId).month;
    const since = document && document.since < month ? document.since : month;
    const balance = sumOf(data, document?.balance, (line) => line === account);
    return { put: { account, kind: kindOf(account), currency, balance, since } };
  },
};

/** Kinds of accounts with money that is not yet assigned to payees. */
export const WAITING_KINDS = ['suspense', 'unmatched', 'disputed', 'held'] as const;
export type WaitingKind = (typeof WAITING_KINDS)[number];

/** Kinds of accounts in the ledger. */
export const ACCOUNT_KINDS = ['payee', 'pool', 'platform', 'bank', 'fx', ...WAITING_KINDS] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** Money of one period not yet assigned to payees, by kind of account. */
export type WaitingMoney = {
  readonly kind: WaitingKind;
  readonly currency: string;
  readonly periodId: string;
  readonly offering: string;
  readonly territory: string;
  readonly month: Month;
  readonly balance: Micros;
};

/** One document for each `<kind>|<currency>|<period>`: unassigned money by age. */
export const waitingMoney: Projection<JournalPosted, WaitingMoney> = {
  name: 'waiting-money',
  version: 1,
  kind: 'money',
  handles: ['JournalPosted'],
  fields: { kind: 'text', currency: 'text', month: 'text', periodId: 'text' },
  indexes: [
    ['month', 'periodId'],
    ['kind', 'month', 'periodId'],
  ],
  keysOf: ({ streamId, data }) =>
    distinct(
      data.lines.flatMap(({ account }) => {
        const kind = kindOf(account);
        return isWaiting(kind) ? [`${kind}|${data.currency}|${placeOfStatement(streamId).periodId}`] : [];
      }),
    ),
  apply: (document, { streamId, data }, key) => {
    const [kind = ''] = key.split('|');
    if (!isWaiting(kind)) return 'keep';
    const { number: _any, ...period } = placeOfStatement(streamId);
    const balance = sumOf(data, document?.balance, (line) => kindOf(line) === kind);
    return { put: { kind, currency: data.currency, ...period, balance } };
  },
};

/** Whether a journal is from a payee's account and so belongs to no period. */
const isPayment = ({ reason }: JournalPosted['data']): boolean =>
  reason === 'ADVANCE' || reason === 'PAYOUT' || reason === 'REVERSAL';

const kindOf = (account: string): string => account.split(':', 1)[0] ?? account;

const isWaiting = (kind: string): kind is WaitingKind => WAITING_KINDS.some((waiting) => waiting === kind);

const distinct = (keys: readonly string[]): readonly string[] => [...new Set(keys)];

const sumOf = (
  { lines }: JournalPosted['data'],
  before: Micros = '0',
  isOurs: (account: string) => boolean,
): Micros =>
  lines.reduce((sum, { account, amount }) => (isOurs(account) ? addMicros(sum, amount) : sum), before);
