import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  AgreeTerms,
  FailPayout,
  GrantAdvance,
  ProposePayout,
  ReleasePayout,
  ReverseAdvance,
} from '../../../application/royalty/accounts.commands.js';
import { Ids } from '../../../application/ports/ids.js';
import { PAGE_LIMIT_MAX } from '../../../application/projecting/page.js';
import { ListAccountEntries, ListAccounts } from '../../../application/royalty/accounts.queries.js';
import type { CommandMeta } from '../../../application/streams/streams.js';
import { accountIdOf, accountOf } from '../../../domain/royalty/payees/payee-journals.js';
import type { AccountEntry, AccountPage, PayoutLine } from '../../../projections/royalty/payee-accounts.js';
import { listFrom, receiptOf } from '../routes/answers.js';
import { amount, currency, money, moneyOf } from '../routes/money.js';
import { Meta, MinPosition, OwnPayee } from '../routes/parameters.js';
import { Problem } from '../problems/problem.js';
import { Reads, Roles, Writes } from '../routes/route.js';
import { id, listOf, name, page, receipt, rfc3339, time } from '../routes/shapes.js';

const newTerms = z
  .strictObject({ minPayout: amount, currency })
  .meta({ id: 'NewTerms', description: 'Nothing below minPayout is paid out.' });
const newAdvance = z
  .strictObject({ advanceId: id, amount, currency })
  .meta({ id: 'NewAdvance', description: 'A debit that earnings pay back.' });
const newPayout = z
  .strictObject({ payoutId: id.optional(), currency })
  .meta({ id: 'NewPayout', description: 'Of all that the balance allows, in whole minor units.' });
const ofCurrency = z
  .strictObject({ currency })
  .meta({ id: 'OfCurrency', description: 'Which account of the payee.' });
const reversal = z
  .strictObject({ currency, reason: name })
  .meta({ id: 'AdvanceReversal', description: 'Why the debit is undone.' });
const failure = z.strictObject({ currency, reason: name }).meta({ id: 'PayoutFailure' });

const payout = z
  .strictObject({
    payoutId: id,
    money,
    status: z.enum(['proposed', 'released', 'failed']),
    proposedBy: z.string(),
    proposedAt: time,
    releasedBy: z.string().optional(),
    releasedAt: time.optional(),
    failedBecause: z.string().optional(),
    failedAt: time.optional(),
  })
  .meta({ id: 'Payout' });

const account = z
  .strictObject({
    payee: id,
    currency,
    balance: money.describe('Below 0 while an advance is not recouped.'),
    setAside: money.describe('Proposed, not yet released; part of the balance.'),
    ledger: money.describe('What the ledger books to the payee: the balance, and what is on its way.'),
    minPayout: money,
    payouts: z.array(payout),
  })
  .meta({ id: 'Account' });

const accountsOfPayee = z
  .strictObject({ payee: id, accounts: z.array(account).describe('One for each currency.') })
  .meta({ id: 'PayeeAccounts' });

const entry = z
  .strictObject({
    kind: z.enum(['advance', 'earnings', 'payout', 'reversal']),
    id: z.string().describe('Of the advance, else of the journal.'),
    money,
    at: time,
  })
  .meta({ id: 'AccountEntry' });

const payeeParams = z.strictObject({ payee: id });
const payoutParams = z.strictObject({ payee: id, payoutId: id });
const advanceParams = z.strictObject({ payee: id, advanceId: id });
const accountQuery = z.strictObject(page);
const entryQuery = z.strictObject({ currency, ...page });

const payoutOf = (line: PayoutLine, currency: string): z.infer<typeof payout> => {
  const { amount, proposedAt, releasedAt, failedAt, ...rest } = line;
  return {
    ...rest,
    money: moneyOf(amount, currency),
    proposedAt: rfc3339(proposedAt),
    ...(releasedAt === undefined ? {} : { releasedAt: rfc3339(releasedAt) }),
    ...(failedAt === undefined ? {} : { failedAt: rfc3339(failedAt) }),
  };
};

const pageOf = (page: AccountPage): z.infer<typeof account> => ({
  payee: page.payee,
  currency: page.currency,
  balance: moneyOf(page.balance, page.currency),
  setAside: moneyOf(page.setAside, page.currency),
  ledger: moneyOf(page.ledger, page.currency),
  minPayout: moneyOf(page.minPayout, page.currency),
  payouts: page.payouts.map((line) => payoutOf(line, page.currency)),
});

const entryOf = ({ accountId, kind, id, amount, at }: AccountEntry): z.infer<typeof entry> => ({
  kind,
  id,
  money: moneyOf(amount, accountOf(accountId).currency),
  at: rfc3339(at),
});

/** What belongs to others looks missing. */
const assertOwn = (payee: string, own: string | undefined): void => {
  if (own !== undefined && own !== payee) throw new Problem('AccountNotFound');
};

@ApiTags('royalties')
@Controller('v1/royalties/accounts')
export class AccountsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly ids: Ids,
  ) {}

  @Get()
  @Roles('label', 'finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists accounts by payee; a label sees its own',
    query: true,
    answer: listOf(account, 'Accounts'),
  })
  async listAccounts(
    @Query({ schema: accountQuery }) query: z.infer<typeof accountQuery>,
    @OwnPayee() own: string | undefined,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return listFrom(await this.queries.execute(new ListAccounts({ payee: own }, query, minPosition)), pageOf);
  }

  @Get(':payee')
  @Roles('label', 'finance', 'auditor', 'admin')
  @Reads({
    summary: 'Shows the accounts of a payee with their payouts',
    answer: accountsOfPayee,
    problems: ['AccountNotFound'],
  })
  async getAccounts(
    @Param({ schema: payeeParams }) { payee }: z.infer<typeof payeeParams>,
    @OwnPayee() own: string | undefined,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    assertOwn(payee, own);
    // There are fewer currencies than a page holds.
    const query = new ListAccounts({ payee }, { limit: PAGE_LIMIT_MAX }, minPosition);
    const { documents } = await this.queries.execute(query);
    if (documents.length === 0) throw new Problem('AccountNotFound');
    return { payee, accounts: documents.map(pageOf) };
  }

  @Get(':payee/entries')
  @Roles('label', 'finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists what moved the balance of an account, in the order of time',
    query: true,
    answer: listOf(entry, 'AccountEntries'),
    problems: ['AccountNotFound'],
  })
  async listAccountEntries(
    @Param({ schema: payeeParams }) { payee }: z.infer<typeof payeeParams>,
    @Query({ schema: entryQuery }) { currency, ...query }: z.infer<typeof entryQuery>,
    @OwnPayee() own: string | undefined,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    assertOwn(payee, own);
    const entries = new ListAccountEntries(
      { accountId: accountIdOf({ payee, currency }) },
      query,
      minPosition,
    );
    return listFrom(await this.queries.execute(entries), entryOf);
  }

  @Post(':payee/terms')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Says what a contract agrees on paying out',
    status: 200,
    answer: receipt,
    problems: ['BadAmount', 'UnknownCurrency'],
  })
  async agreeTerms(
    @Param({ schema: payeeParams }) { payee }: z.infer<typeof payeeParams>,
    @Body({ schema: newTerms }) { minPayout, currency }: z.infer<typeof newTerms>,
    @Meta() meta: CommandMeta,
  ) {
    return receiptOf(await this.commands.execute(new AgreeTerms({ payee, currency }, minPayout, meta)));
  }

  @Post(':payee/advances')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Grants an advance',
    status: 201,
    answer: receipt,
    problems: ['BadAmount', 'UnknownCurrency', 'ReportedOtherwise'],
  })
  async grantAdvance(
    @Param({ schema: payeeParams }) { payee }: z.infer<typeof payeeParams>,
    @Body({ schema: newAdvance }) { currency, ...input }: z.infer<typeof newAdvance>,
    @Meta() meta: CommandMeta,
  ) {
    return receiptOf(await this.commands.execute(new GrantAdvance({ payee, currency }, input, meta)));
  }

  @Post(':payee/advances/:advanceId/reversal')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Books an advance back that was a mistake, or that came back',
    status: 200,
    answer: receipt,
    problems: ['AdvanceNotFound', 'UnknownCurrency'],
  })
  async reverseAdvance(
    @Param({ schema: advanceParams }) { payee, advanceId }: z.infer<typeof advanceParams>,
    @Body({ schema: reversal }) { currency, reason }: z.infer<typeof reversal>,
    @Meta() meta: CommandMeta,
  ) {
    const command = new ReverseAdvance({ payee, currency }, { advanceId, reason }, meta);
    return receiptOf({ ...(await this.commands.execute(command)), id: advanceId });
  }

  @Post(':payee/payouts')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Proposes to pay out what the balance allows',
    description: 'Another person has to release it.',
    status: 201,
    answer: receipt,
    problems: ['NothingToPay', 'UnknownCurrency', 'TooManyPayouts'],
  })
  async proposePayout(
    @Param({ schema: payeeParams }) { payee }: z.infer<typeof payeeParams>,
    @Body({ schema: newPayout }) { payoutId, currency }: z.infer<typeof newPayout>,
    @Meta() meta: CommandMeta,
  ) {
    const id = payoutId ?? this.ids.derived('payout', meta.commandId);
    const done = await this.commands.execute(new ProposePayout({ payee, currency }, id, meta));
    return receiptOf({ ...done, id });
  }

  @Post(':payee/payouts/:payoutId/release')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Releases a payout that another person proposed',
    status: 200,
    answer: receipt,
    problems: [
      'PayoutNotFound',
      'SamePerson',
      'PayoutHasFailed',
      'BalanceTooLow',
      'ProjectionStopped',
      'UnknownCurrency',
    ],
  })
  async releasePayout(
    @Param({ schema: payoutParams }) { payee, payoutId }: z.infer<typeof payoutParams>,
    @Body({ schema: ofCurrency }) { currency }: z.infer<typeof ofCurrency>,
    @Meta() meta: CommandMeta,
  ) {
    const done = await this.commands.execute(new ReleasePayout({ payee, currency }, payoutId, meta));
    return receiptOf({ ...done, id: payoutId });
  }

  @Post(':payee/payouts/:payoutId/fail')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Says that a payout did not come about: its amount is in the balance again',
    status: 200,
    answer: receipt,
    problems: ['PayoutNotFound', 'UnknownCurrency'],
  })
  async failPayout(
    @Param({ schema: payoutParams }) { payee, payoutId }: z.infer<typeof payoutParams>,
    @Body({ schema: failure }) { currency, reason }: z.infer<typeof failure>,
    @Meta() meta: CommandMeta,
  ) {
    const command = new FailPayout({ payee, currency }, { payoutId, reason }, meta);
    return receiptOf({ ...(await this.commands.execute(command)), id: payoutId });
  }
}
