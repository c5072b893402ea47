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
import { listFrom, receiptOf } from '../routes/responses.js';
import { currency, decimalAmount, money, moneyOf } from '../routes/money.js';
import { Meta, MinPosition, OwnPayee } from '../routes/parameters.js';
import { Problem } from '../problems/problem.js';
import { Reads, Roles, Writes } from '../routes/route.js';
import { id, listResponse, name, page, receipt, rfc3339, time } from '../routes/shapes.js';

const newTerms = z
  .strictObject({ minPayout: decimalAmount, currency })
  .meta({ id: 'NewTerms', description: 'Balances below `minPayout` are not paid out.' });
const newAdvance = z
  .strictObject({ advanceId: id, amount: decimalAmount, currency })
  .meta({ id: 'NewAdvance', description: 'An advance is a debit that earnings recoup.' });
const newPayout = z.strictObject({ payoutId: id.optional(), currency }).meta({
  id: 'NewPayout',
  description:
    'The amount is the available balance, rounded down to whole minor units. Without `payoutId` the service chooses one.',
});
const ofCurrency = z
  .strictObject({ currency })
  .meta({ id: 'OfCurrency', description: 'Selects the account of the payee.' });
const reversal = z
  .strictObject({ currency, reason: name })
  .meta({ id: 'AdvanceReversal', description: 'Selects the account and gives the reason of the reversal.' });
const failure = z
  .strictObject({ currency, reason: name })
  .meta({ id: 'PayoutFailure', description: 'Selects the account and gives the reason of the failure.' });

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
    balance: money.describe('Balance of the account; below 0 while an advance is unrecouped.'),
    setAside: money.describe('Part of the balance set aside for proposed payouts.'),
    ledger: money.describe(
      'Balance of the payee in the ledger, which includes money not yet credited to the account.',
    ),
    minPayout: money.describe('Smallest amount that is paid out.'),
    payouts: z.array(payout),
  })
  .meta({ id: 'Account' });

const accountsOfPayee = z
  .strictObject({ payee: id, accounts: z.array(account).describe('One account for each currency.') })
  .meta({ id: 'PayeeAccounts' });

const entry = z
  .strictObject({
    kind: z.enum(['advance', 'earnings', 'payout', 'reversal']),
    id: z.string().describe('Id of the advance; for other kinds, id of the journal.'),
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

/** Accounts of other payees look as if they did not exist. */
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
    summary: 'Lists payee accounts, by payee',
    description: 'Labels see only their own accounts.',
    query: true,
    response: listResponse(account, 'Accounts'),
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
    summary: 'Returns the accounts of a payee with their payouts',
    description: 'Labels see only their own accounts; a request for another payee returns AccountNotFound.',
    response: accountsOfPayee,
    problems: ['AccountNotFound'],
  })
  async getAccounts(
    @Param({ schema: payeeParams }) { payee }: z.infer<typeof payeeParams>,
    @OwnPayee() own: string | undefined,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    assertOwn(payee, own);
    // One page is enough: there are fewer currencies than documents in a page.
    const query = new ListAccounts({ payee }, { limit: PAGE_LIMIT_MAX }, minPosition);
    const { documents } = await this.queries.execute(query);
    if (documents.length === 0) throw new Problem('AccountNotFound');
    return { payee, accounts: documents.map(pageOf) };
  }

  @Get(':payee/entries')
  @Roles('label', 'finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists the entries of an account, oldest first',
    description: 'Labels see only their own accounts.',
    query: true,
    response: listResponse(entry, 'AccountEntries'),
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
    summary: 'Records the payout terms of a contract',
    status: 200,
    response: receipt,
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
    summary: 'Grants an advance to a payee',
    description:
      'Earnings recoup the advance. A repeat with the same `advanceId` and amount changes nothing.',
    status: 201,
    response: receipt,
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
    summary: 'Reverses an advance',
    description: 'For an advance that was a mistake or that the payee repaid. A repeat changes nothing.',
    status: 200,
    response: receipt,
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
    summary: 'Proposes a payout of the available balance',
    description: 'The amount is set aside until another person releases the payout or the payout fails.',
    status: 201,
    response: receipt,
    problems: ['NothingToPay', 'UnknownCurrency', 'TooManyPayouts'],
  })
  async proposePayout(
    @Param({ schema: payeeParams }) { payee }: z.infer<typeof payeeParams>,
    @Body({ schema: newPayout }) { payoutId, currency }: z.infer<typeof newPayout>,
    @Meta() meta: CommandMeta,
  ) {
    const id = payoutId ?? this.ids.derived('payout', meta.commandId);
    const command = new ProposePayout({ payee, currency }, id, meta);
    return receiptOf({ ...(await this.commands.execute(command)), id });
  }

  @Post(':payee/payouts/:payoutId/release')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Releases a payout that another person proposed',
    description: 'The amount leaves the account. A repeat changes nothing.',
    status: 200,
    response: receipt,
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
    const command = new ReleasePayout({ payee, currency }, payoutId, meta);
    return receiptOf({ ...(await this.commands.execute(command)), id: payoutId });
  }

  @Post(':payee/payouts/:payoutId/fail')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Marks a payout as failed and returns its amount to the balance',
    description: 'A repeat changes nothing.',
    status: 200,
    response: receipt,
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
