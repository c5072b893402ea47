import { z } from 'zod';
import type {
  OwnStatement,
  PayeeStatementPage,
  StatementPage,
} from '../../../application/royalty/statements.queries.js';
import type { AccountBalance, WaitingMoney } from '../../../projections/royalty/ledger.js';
import { ACCOUNT_KINDS, WAITING_KINDS } from '../../../projections/royalty/ledger.js';
import type { RoyaltyPlay } from '../../../projections/royalty/royalty-plays.js';
import type { PayeeLine, Statement, TrackLine } from '../../../projections/royalty/statements.js';
import { money, moneyOf } from '../routes/money.js';
import { settlement, settlementResponse } from './settlement-shape.js';
import { id, listResponse, month, offering, page, rfc3339, territory, time } from '../routes/shapes.js';

// Schemas of statements: query parameters and responses.

const NUMBER = /^(?:0|[1-9]\d{0,8})$/;

/** Parsed from text, since query parameters are text. */
const number = z
  .string()
  .regex(NUMBER, 'Must be a whole number, 0 or more.')
  .transform(Number)
  .default(0)
  .describe('Number of the statement: 0 for the close, 1 or more for restatements.');

export const statementQuery = z.strictObject({ number, ...page });
export const fileQuery = z.strictObject({ number });

export const waitingQuery = z.strictObject({
  kind: z
    .enum(WAITING_KINDS, `Must be one of ${WAITING_KINDS.join(', ')}.`)
    .optional()
    .describe('Return only money of this kind.'),
  ...page,
});

export const balanceQuery = z.strictObject({
  kind: z
    .enum(ACCOUNT_KINDS, `Must be one of ${ACCOUNT_KINDS.join(', ')}.`)
    .optional()
    .describe('Return only accounts of this kind.'),
  ...page,
});

export const balance = z
  .strictObject({
    account: z
      .string()
      .describe(
        'Ledger account, such as `payee:…`, `pool:…`, `platform`, `bank`, `fx:residue` or `suspense:…`.',
      ),
    kind: z.string(),
    money: money.describe(
      'Balance. Above 0: money owed to the account. Below 0: money that it owes or, for `bank`, money received.',
    ),
    since: month.describe('Month of the earliest period or payment with a booking on the account.'),
  })
  .meta({ id: 'AccountBalance' });

const place = { offering, territory, month, number: z.int().min(0) };
const creditPpm = z.int().describe('Sum of the credits (R2), in parts per million of a play.');
const plays = z.int().describe('Number of counted and held plays; for a restatement, the difference.');

const head = {
  ...place,
  stage: z.enum(['provisional', 'final']),
  reason: z.string().nullable().describe('Reason of the restatement, as a code; null for the close.'),
  settlement,
};

export const statementHead = z.strictObject(head).meta({ id: 'StatementHead' });

const line = z
  .strictObject({
    trackId: id,
    plays,
    creditPpm,
    money,
    splits: z
      .array(z.strictObject({ account: z.string(), money }))
      .describe('Money by ledger account. The splits add up to the money of the line.'),
    penalty: z
      .strictObject({
        artificial: z.int().describe('Number of plays confirmed as artificial.'),
        charges: z
          .array(z.strictObject({ account: z.string(), money }))
          .describe('Charges by ledger account, included in the splits.'),
      })
      .optional()
      .describe('Charge for artificial plays (R18); absent if there is none.'),
    belowEligibility: z
      .int()
      .optional()
      .describe(
        'Number of plays that earned nothing because the track has too few plays; later months count them (R17).',
      ),
  })
  .meta({ id: 'StatementLine' });

export const statement = z
  .strictObject({ ...head, ...listResponse(line, 'StatementLines').shape })
  .meta({ id: 'Statement' });

const own = {
  ...place,
  reason: head.reason,
  payee: id,
  lines: z.int().min(0),
  money,
  closedAt: time,
};

export const payeeStatement = z.strictObject(own).meta({ id: 'PayeeStatement' });

const payeeLine = z
  .strictObject({
    trackId: id,
    plays,
    creditPpm,
    trackMoney: money.describe('Money of the track for all payees.'),
    money: money.describe("The payee's part of the money."),
    penalty: money
      .optional()
      .describe('Charge for artificial plays (R18), below 0; absent if there is none.'),
  })
  .meta({ id: 'PayeeLine' });

export const payeeStatementPage = z
  .strictObject({ ...own, ...listResponse(payeeLine, 'PayeeLines').shape })
  .meta({ id: 'PayeeStatementPage' });

export const periodPlay = z
  .strictObject({
    playId: id,
    trackId: id,
    listenerId: id,
    startedAt: time,
    endedAt: time,
    playedMs: z.int().describe('Time heard, repeats included, in milliseconds.'),
    uniqueMs: z.int().describe('Length of the parts of the track that were heard, in milliseconds.'),
    position: z
      .string()
      .describe(
        'Position in the log. A statement includes the play only if its fence is at this position or later.',
      ),
  })
  .meta({ id: 'PeriodPlay' });

export const rejected = z
  .strictObject({
    ...place,
    counted: z.int().min(0).describe('Number of counted plays.'),
    held: z.int().min(0).describe('Number of plays held by open cases.'),
    rejected: z
      .array(z.strictObject({ reason: z.string(), plays: z.int().min(1) }))
      .describe('Rejected plays by reason, most plays first.'),
  })
  .meta({ id: 'RejectedPlays' });

export const waiting = z
  .strictObject({ kind: z.enum(WAITING_KINDS), ...place, money })
  .omit({ number: true })
  .meta({ id: 'WaitingMoney' });

/** @throws {Error} when the statement has no settlement; queries return only statements that have one */
export const statementHeadOf = (found: Statement): z.infer<typeof statementHead> => {
  const { offering, territory, month, number, stage, reason, summary } = found;
  if (stage === 'begun' || !summary) throw new Error(`Statement ${found.periodId}.${number} is incomplete.`);
  return { offering, territory, month, number, stage, reason, settlement: settlementResponse(summary) };
};

export const statementOf = ({ statement: found, lines }: StatementPage): z.infer<typeof statement> => {
  const currency = currencyOf(found);
  return {
    ...statementHeadOf(found),
    items: lines.documents.map((one) => lineOf(one, currency)),
    ...nextOf(lines),
  };
};

const lineOf = (line: TrackLine, currency: string) => {
  const { trackId, plays, creditPpm, amount, splits, penalty, belowEligibility } = line;
  const bookedOf = (booked: TrackLine['splits']) =>
    booked.map(({ account, amount: part }) => ({ account, money: moneyOf(part, currency) }));
  return {
    trackId,
    plays,
    creditPpm,
    money: moneyOf(amount, currency),
    splits: bookedOf(splits),
    ...(penalty && { penalty: { artificial: penalty.artificial, charges: bookedOf(penalty.charges) } }),
    ...(belowEligibility !== undefined && { belowEligibility }),
  };
};

export const payeeStatementOf = ({ own: part, statement: found }: OwnStatement) => {
  const { offering, territory, month, number, payee, lines, amount } = part;
  return {
    offering,
    territory,
    month,
    number,
    payee,
    lines,
    reason: found.reason,
    money: moneyOf(amount, currencyOf(found)),
    closedAt: rfc3339(found.summary?.at ?? 0),
  };
};

export const payeeStatementPageOf = (found: PayeeStatementPage): z.infer<typeof payeeStatementPage> => ({
  ...payeeStatementOf(found),
  items: found.lines.documents.map((one) => payeeLineOf(one, currencyOf(found.statement))),
  ...nextOf(found.lines),
});

const payeeLineOf = (line: PayeeLine, currency: string) => ({
  trackId: line.trackId,
  plays: line.plays,
  creditPpm: line.creditPpm,
  trackMoney: moneyOf(line.trackAmount, currency),
  money: moneyOf(line.amount, currency),
  ...(line.penalty !== undefined && { penalty: moneyOf(line.penalty, currency) }),
});

export const periodPlayOf = (play: RoyaltyPlay): z.infer<typeof periodPlay> => ({
  playId: play.playId,
  trackId: play.trackId,
  listenerId: play.listenerId,
  startedAt: rfc3339(play.startedAt),
  endedAt: rfc3339(play.endedAt),
  playedMs: play.playedMs,
  uniqueMs: play.uniqueMs,
  position: play.position,
});

export const rejectedOf = ({
  offering,
  territory,
  month,
  number,
  summary,
}: Statement): z.infer<typeof rejected> => ({
  offering,
  territory,
  month,
  number,
  counted: summary?.counted ?? 0,
  held: summary?.held ?? 0,
  rejected: Object.entries(summary?.rejected ?? {})
    .map(([reason, plays]) => ({ reason, plays }))
    .sort((a, b) => b.plays - a.plays || (a.reason < b.reason ? -1 : 1)),
});

export const balanceOf = ({ account, kind, currency, balance, since }: AccountBalance) => ({
  account,
  kind,
  money: moneyOf(balance, currency),
  since,
});

export const waitingOf = ({ kind, currency, offering, territory, month, balance }: WaitingMoney) => ({
  kind,
  offering,
  territory,
  month,
  money: moneyOf(balance, currency),
});

const currencyOf = ({ summary }: Statement): string => summary?.currency ?? '';

const nextOf = ({ next }: { readonly next?: string }) => (next === undefined ? {} : { next });
