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
import { settlement, settlementOf } from './settlement-shape.js';
import { id, listOf, month, offering, page, rfc3339, territory, time } from '../routes/shapes.js';

// Statements over HTTP: what is asked for, and how it looks.

const NUMBER = /^(?:0|[1-9]\d{0,8})$/;

/** Query parameters are text. */
const number = z
  .string()
  .regex(NUMBER, 'Must be a whole number from 0.')
  .transform(Number)
  .default(0)
  .describe('0 for the close, from 1 on for the restatements.');

export const statementQuery = z.strictObject({ number, ...page });
export const fileQuery = z.strictObject({ number });

export const waitingQuery = z.strictObject({
  kind: z.enum(WAITING_KINDS, `Must be one of ${WAITING_KINDS.join(', ')}.`).optional(),
  ...page,
});

export const balanceQuery = z.strictObject({
  kind: z.enum(ACCOUNT_KINDS, `Must be one of ${ACCOUNT_KINDS.join(', ')}.`).optional(),
  ...page,
});

export const balance = z
  .strictObject({
    account: z.string().describe('`payee:…`, `pool:…`, `platform`, `bank`, `fx:residue`, `suspense:…`, …'),
    kind: z.string(),
    money: money.describe('What is owed to it; below 0: what it owes, or what came in by the bank.'),
    since: month.describe('Of the earliest period that booked on it, or of the earliest payment.'),
  })
  .meta({ id: 'AccountBalance' });

const place = { offering, territory, month, number: z.int().min(0) };
const creditPpm = z.int().describe('Sum of the credits (R2): 1,000,000 is one play.');
const plays = z.int().describe('Counted and held ones; of a restatement: the difference.');

const head = {
  ...place,
  stage: z.enum(['provisional', 'final']),
  reason: z.string().nullable().describe('Why the period was restated, as a code; null for the close.'),
  settlement,
};

export const statementHead = z.strictObject(head).meta({ id: 'StatementHead' });

const line = z
  .strictObject({
    trackId: id,
    plays,
    creditPpm,
    money,
    splits: z.array(z.strictObject({ account: z.string(), money })).describe('They add up to the money.'),
    penalty: z
      .strictObject({
        artificial: z.int().describe('Plays that persons found artificial.'),
        charges: z.array(z.strictObject({ account: z.string(), money })).describe('Within the splits.'),
      })
      .optional()
      .describe('What of it is charged for artificial plays (R18).'),
    belowEligibility: z
      .int()
      .optional()
      .describe('Plays that earned nothing since the track has too few; later months count them (R17).'),
  })
  .meta({ id: 'StatementLine' });

export const statement = z
  .strictObject({ ...head, ...listOf(line, 'StatementLines').shape })
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
    trackMoney: money.describe('What the track earned, whoever is paid for it.'),
    money: money.describe("The payee's part."),
    penalty: money.optional().describe('What of it is charged for artificial plays (R18), below 0.'),
  })
  .meta({ id: 'PayeeLine' });

export const payeeStatementPage = z
  .strictObject({ ...own, ...listOf(payeeLine, 'PayeeLines').shape })
  .meta({ id: 'PayeeStatementPage' });

export const periodPlay = z
  .strictObject({
    playId: id,
    trackId: id,
    listenerId: id,
    startedAt: time,
    endedAt: time,
    playedMs: z.int(),
    uniqueMs: z.int(),
    position: z.string().describe('In the log: what lies behind the fence of a statement is not in it.'),
  })
  .meta({ id: 'PeriodPlay' });

export const rejected = z
  .strictObject({
    ...place,
    counted: z.int().min(0),
    held: z.int().min(0).describe('Wait for open cases.'),
    rejected: z
      .array(z.strictObject({ reason: z.string(), plays: z.int().min(1) }))
      .describe('Most plays first.'),
  })
  .meta({ id: 'RejectedPlays' });

export const waiting = z
  .strictObject({ kind: z.enum(WAITING_KINDS), ...place, money })
  .omit({ number: true })
  .meta({ id: 'WaitingMoney' });

/** Of a statement that has a settlement, as all have that a query hands out. */
export const statementHeadOf = (found: Statement): z.infer<typeof statementHead> => {
  const { offering, territory, month, number, stage, reason, summary } = found;
  if (stage === 'begun' || !summary) throw new Error(`Statement ${found.periodId}.${number} is not whole.`);
  return { offering, territory, month, number, stage, reason, settlement: settlementOf(summary) };
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
