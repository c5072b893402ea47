import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Decider, Rejection } from '../../../src/domain/decider.js';
import { isRejection } from '../../../src/domain/decider.js';
import { type CaseCommand, integrityCase } from '../../../src/domain/integrity/case.js';
import { claims, type RightsCommand } from '../../../src/domain/rights/claims.js';
import {
  type AccountCommand,
  type EarningsCredited,
  payeeAccount,
} from '../../../src/domain/royalty/payees/payee-account.js';
import type {
  PeriodEvent,
  PeriodInput,
  SettlementSummary,
} from '../../../src/domain/royalty/periods/period-events.js';
import { period, type RecordInput } from '../../../src/domain/royalty/periods/period.js';
import { PRO_RATA } from '../../../src/domain/royalty/rulesets/defaults.js';
import { cases } from '../../../src/projections/integrity/cases.js';
import { payeeAccountEntries, payeeAccounts } from '../../../src/projections/royalty/payee-accounts.js';
import { periodInputs, periods } from '../../../src/projections/royalty/periods.js';
import { rightsClaims } from '../../../src/projections/rights/rights-claims.js';
import { rulesetActivations, rulesets } from '../../../src/projections/royalty/rulesets.js';
import { playStopped } from '../../support/playback/plays.js';
import { documentsOf, type Placed } from '../../support/specs/projection-spec.js';
import { journal } from '../../support/royalty/statement-facts.js';

const at = 1_793_500_000_000;
const hash = 'a'.repeat(64);

const placed = (
  stream: string,
  { type, data }: { readonly type: string; readonly data: object },
): Placed => ({
  stream,
  type,
  data,
});

const revenue = (reportId: string, amount: string): PeriodInput => ({
  type: 'RevenueRecorded',
  data: { reportId, kind: 'subscription', amount, currency: 'EUR', at },
});
const refund = (reportId: string, amount: string, when = at): PeriodInput => ({
  type: 'RefundRecorded',
  data: { reportId, amount, currency: 'EUR', at: when },
});
const root = '0'.repeat(64);
const summary: SettlementSummary = {
  fence: '9',
  rulesetHash: root,
  codeVersion: '1',
  currency: 'EUR',
  pool: '5',
  counted: 1,
  rejected: { CONCURRENT: 2 },
  held: 0,
  tracks: 1,
  inputRoot: root,
  countedRoot: root,
  rejectedRoot: root,
  linesRoot: root,
  payable: '5',
  disputed: '0',
  unmatched: '0',
  heldAmount: '0',
  suspense: '0',
  platform: '5',
  at,
};

describe('rulesets', () => {
  test('are shown completely', async () => {
    const published = { hash, name: PRO_RATA.name, ruleset: PRO_RATA, at };
    expect(
      await documentsOf(rulesets, [placed(`ruleset-${hash}`, { type: 'RulesetPublished', data: published })]),
    ).toEqual({
      [hash]: { hash, name: PRO_RATA.name, ruleset: PRO_RATA, publishedAt: at },
    });
  });
  test('are in force by the latest activation of a month', async () => {
    const activated = (from: string, by: string) =>
      placed('rulescope-premium.*', {
        type: 'RulesetActivated',
        data: { offering: 'premium', territory: '*', from, hash: by.repeat(64), at },
      });
    const shown = await documentsOf(rulesetActivations, [
      activated('2026-10', 'a'),
      activated('2026-01', 'b'),
      activated('2026-10', 'c'),
    ]);
    expect(shown).toMatchObject({
      'premium.*|2026-01': { hash: 'b'.repeat(64) },
      'premium.*|2026-10': { hash: 'c'.repeat(64), activatedAt: at },
    });
    expect(Object.keys(shown)).toHaveLength(2);
  });
});

describe('a period', () => {
  const after = async (...events: readonly PeriodEvent[]) =>
    (
      await documentsOf(
        periods,
        events.map((event) => placed('period-premium.DE.2026-10', event)),
      )
    )['premium.DE.2026-10'];
  const begun: PeriodEvent = { type: 'PeriodCloseBegun', data: { fence: '9', rulesetHash: root, at } };
  const closed: PeriodEvent = { type: 'PeriodClosed', data: summary };
  const restating = (number: number): PeriodEvent => ({
    type: 'RestatementBegun',
    data: { number, fence: '12', reason: 'REFUND', at },
  });
  const restated = (number: number): PeriodEvent => ({
    type: 'PeriodRestated',
    data: { number, ...summary, pool: '4' },
  });

  test('adds up its inputs', async () =>
    expect(await after(revenue('r1', '10'), revenue('r2', '5'), refund('b1', '3'))).toMatchObject({
      offering: 'premium',
      territory: 'DE',
      month: '2026-10',
      status: 'open',
      currency: 'EUR',
      totals: { revenue: { EUR: '15' }, refunds: { EUR: '3' } },
      inputs: 3,
      settled: null,
      unseen: {},
    }));
  test('shows its settlement', async () => {
    expect(await after(revenue('r1', '10'), begun)).toMatchObject({ status: 'closing', settlement: null });
    expect(await after(revenue('r1', '10'), begun, closed)).toMatchObject({
      status: 'closed',
      settlement: summary,
    });
  });
  test('records a late refund until a restatement with a later fence begins', async () => {
    const late = [revenue('r1', '10'), begun, closed, refund('b1', '1'), refund('b2', '1', at + 1)];
    expect(await after(...late)).toMatchObject({ status: 'closed', unseen: { REFUND: at } });
    expect(await after(...late, restating(1))).toHaveProperty('unseen', {});
    expect(await after(...late, restating(1), restated(1))).toMatchObject({
      status: 'closed',
      settled: { fence: '12', rulesetHash: root, released: [] },
      restatements: 1,
      settlement: { pool: '4' },
    });
    expect(await after(...late, restating(1), refund('b3', '1'), restated(1))).toMatchObject({
      unseen: { REFUND: at },
    });
  });
  test('records the time of the first play after its fence', async () => {
    const periodId = 'premium.DE.2026-10';
    const during = async (...facts: readonly Placed[]) => (await documentsOf(periods, facts))[periodId];
    const input = (event: PeriodEvent) => placed(`period-${periodId}`, event);
    const play = (id: string, receivedAt: number, territory = 'DE') =>
      playStopped(id, 60_000, { receivedAt, territory });
    // The fence is 2: the first play is before it, the second between it and the event that contains it.
    const fence = { fence: '2', rulesetHash: root, at };
    const closing: PeriodEvent = { type: 'PeriodCloseBegun', data: fence };
    const before = [input(revenue('r1', '10')), play('p1', at + 1)];
    expect(await during(...before, input(closing), play('p3', at, 'FR'))).toHaveProperty('unseen', {});
    const raced = [...before, play('p2', at + 2), input(closing), play('p3', at + 3)];
    expect(await during(...raced)).toMatchObject({ unseen: { LATE_USAGE: at + 2 } });
    const late = [...before, input(closing), play('p2', at + 2), play('p3', at + 3)];
    expect(await during(...late)).toMatchObject({ unseen: { LATE_USAGE: at + 2 } });
    const again = (more: object): Placed =>
      input({ type: 'RestatementBegun', data: { number: 1, fence: '4', reason: 'X', ...more, at } });
    expect(await during(...late, again({}))).toMatchObject({ unseen: { LATE_USAGE: at + 3 } });
    // A release considers no new plays.
    expect(await during(...late, again({ fence: '2', released: ['c1'] }))).toMatchObject({
      settled: { fence: '2', released: ['c1'] },
      unseen: { LATE_USAGE: at + 2 },
    });
    // Plays alone create no period.
    expect(await during(play('p1', at))).toBeUndefined();
  });
});

/** The events of a decider for commands of one stream. */
const factsOf = <
  C extends { readonly type: string },
  E extends { readonly type: string; readonly data: object },
  S,
  R extends Rejection,
>(
  decider: Decider<C, E, S, R>,
  id: string,
  commands: readonly C[],
): Placed[] => {
  let state = decider.initial;
  return commands.flatMap((command) => {
    const outcome = decider.decide(command, state);
    if (isRejection(outcome)) return [];
    state = outcome.reduce(decider.evolve, state);
    return outcome.map((event) => placed(`${decider.category}-${id}`, event));
  });
};

const id = fc.constantFrom('1', '2', '3');
const north = { payee: 'north', currency: 'EUR' };
const amount = fc.integer({ min: -30_000_000, max: 50_000_000 }).map(String);

const accountCommand: fc.Arbitrary<AccountCommand> = fc.oneof(
  amount.map((minPayout): AccountCommand => ({ type: 'AgreeTerms', data: { minPayout, at } })),
  fc.tuple(id, amount).map(([advanceId, much]): AccountCommand => ({
    type: 'GrantAdvance',
    data: { ...north, advanceId, amount: much, at },
  })),
  id.map((advanceId): AccountCommand => ({
    type: 'ReverseAdvance',
    data: { ...north, advanceId, reason: 'No', at },
  })),
  fc.tuple(fc.nat(9), amount).map(([n, much]): AccountCommand => ({
    type: 'CreditEarnings',
    data: { journalId: `j${n}`, amount: much, at },
  })),
  id.map((payoutId): AccountCommand => ({
    type: 'ProposePayout',
    data: { payoutId, currency: 'EUR', by: 'ada', at },
  })),
  id.map((payoutId): AccountCommand => ({
    type: 'ReleasePayout',
    data: { ...north, payoutId, by: 'bob', at },
  })),
  id.map((payoutId): AccountCommand => ({
    type: 'FailPayout',
    data: { ...north, payoutId, reason: 'No', at },
  })),
);

/** The events of an account, with the journals of its earnings before them. */
const accountFacts = (commands: readonly AccountCommand[]): Placed[] =>
  factsOf(payeeAccount, 'north.EUR', commands).flatMap((fact) =>
    fact.type === 'EarningsCredited' ? [journalOf(fact.data as EarningsCredited['data']), fact] : [fact],
  );

const journalOf = ({ journalId, amount }: EarningsCredited['data'], toPayee = amount): Placed => {
  const { data } = journal(0, { bank: String(-BigInt(toPayee)), 'payee:north': toPayee });
  return { stream: `journal-${journalId}`, type: 'JournalPosted', data: { ...data, journalId } };
};
const periodCommand: fc.Arbitrary<RecordInput> = fc
  .tuple(id, amount, fc.boolean())
  .map(([name, much, back]) => ({
    type: 'RecordInput',
    data: { month: '2026-10', input: back ? refund(`b${name}`, much) : revenue(`r${name}`, much) },
  }));
const rightsCommand: fc.Arbitrary<RightsCommand> = fc
  .record({
    claimId: fc.nat(20).map(String),
    claimant: fc.constantFrom('north', 'south'),
    sharePpm: fc.constantFrom(0, 400_000, 1_000_000),
    territory: fc.constantFrom('*', 'DE'),
    validFrom: fc.constantFrom(at, at + 1),
  })
  .map((data) => ({ type: 'ClaimShares', data: { ...data, right: 'recording', at } }));
const caseCommand: fc.Arbitrary<CaseCommand> = fc.constantFrom<CaseCommand[]>(
  {
    type: 'OpenCase',
    data: {
      rule: 'F7',
      rulesVersion: hash,
      periodId: 'premium.DE.2026-10',
      subject: { kind: 'play', id: 'p1' },
      evidenceHash: hash,
      at,
    },
  },
  { type: 'RecordModelScore', data: { model: 'm', version: '1', score: 1, at } },
  { type: 'DecideCase', data: { decision: 'confirm', by: 'ada', at } },
);

const commandsOf = <C>(command: fc.Arbitrary<C>) => fc.array(command, { maxLength: 15 });

/** A log that the deciders allow. The projections of money stop at any other. */
const log: fc.Arbitrary<readonly Placed[]> = fc
  .tuple(
    commandsOf(accountCommand),
    commandsOf(periodCommand),
    commandsOf(rightsCommand),
    commandsOf(caseCommand),
  )
  .map(([onAccount, onPeriod, onRights, onCase]) => [
    ...accountFacts(onAccount),
    ...factsOf(period, 'premium.DE.2026-10', onPeriod),
    ...factsOf(claims, 't1', onRights),
    ...factsOf(integrityCase, 'k1', onCase),
  ]);

describe.each(
  [periods, periodInputs, rightsClaims, payeeAccounts, payeeAccountEntries, cases].map(
    (projection) => [projection.name, projection] as const,
  ),
)('%s', (_name, projection) => {
  test('rebuilt equals live, in batches of any size, folded twice', async () => {
    await fc.assert(
      fc.asyncProperty(log, fc.array(fc.nat(40), { maxLength: 6 }), async (facts, somewhere) => {
        const cuts = somewhere.filter((cut) => cut > 0 && cut < facts.length);
        expect(await documentsOf(projection, facts, { cuts, times: 2 })).toEqual(
          await documentsOf(projection, facts),
        );
      }),
    );
  });
  test('uses only fields that it declares', () => {
    for (const index of projection.indexes)
      for (const field of index) expect(projection.fields).toHaveProperty(field);
  });
});

test('an account shows the balance that decides its payouts, and entries that add up to it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(accountCommand, { maxLength: 30 }), async (commands) => {
      const facts = accountFacts(commands);
      fc.pre(facts.length > 0);
      const state = facts.reduce(
        (before, { type, data }) => payeeAccount.evolve(before, { type, data } as never),
        payeeAccount.initial,
      );
      const { 'north.EUR': account } = await documentsOf(payeeAccounts, facts);
      expect(account).toMatchObject({
        payee: 'north',
        currency: 'EUR',
        balance: String(state.balance),
        setAside: String(state.setAside),
        minPayout: String(state.minPayout),
        ledger: String(state.balance),
        onItsWay: {},
      });
      const entries = Object.values(await documentsOf(payeeAccountEntries, facts)) as { amount: string }[];
      const booked = entries.reduce((sum, entry) => sum + BigInt(entry.amount), 0n);
      expect(booked).toBe(state.balance);
    }),
  );
});

test('payments are distinguished from reversals with similar ids', async () => {
  const of = (type: 'ReleasePayout' | 'FailPayout', payoutId: string): AccountCommand =>
    type === 'ReleasePayout'
      ? { type, data: { ...north, payoutId, by: 'bob', at } }
      : { type, data: { ...north, payoutId, reason: 'No', at } };
  const propose = (payoutId: string): AccountCommand => ({
    type: 'ProposePayout',
    data: { payoutId, currency: 'EUR', by: 'ada', at },
  });
  const facts = accountFacts([
    { type: 'CreditEarnings', data: { journalId: 'j', amount: '10000000', at } },
    propose('p'),
    of('ReleasePayout', 'p'),
    of('FailPayout', 'p'),
    propose('p.reversal'),
    of('ReleasePayout', 'p.reversal'),
  ]);
  const entries = Object.values(await documentsOf(payeeAccountEntries, facts)) as { amount: string }[];
  expect(entries.map(({ amount }) => amount).sort()).toEqual([
    '-10000000',
    '-10000000',
    '10000000',
    '10000000',
  ]);
  expect(await documentsOf(payeeAccounts, facts)).toMatchObject({
    'north.EUR': { balance: '0', ledger: '0', onItsWay: {} },
  });
});

describe('an account and the ledger', () => {
  const earned = { journalId: 'j1', amount: '90', at };
  const credited = (amount = '90') =>
    placed('account-north.EUR', { type: 'EarningsCredited', data: { ...earned, amount } });

  test('differ only while earnings are in transit', async () => {
    expect(await documentsOf(payeeAccounts, [journalOf(earned)])).toMatchObject({
      'north.EUR': { balance: '0', ledger: '90', onItsWay: { j1: '90' } },
    });
    expect(await documentsOf(payeeAccounts, [journalOf(earned), credited()])).toMatchObject({
      'north.EUR': { balance: '90', ledger: '90', onItsWay: {} },
    });
  });
  test('stop when they differ on a journal', () =>
    expect(documentsOf(payeeAccounts, [journalOf(earned), credited('91')])).rejects.toThrow(
      'north.EUR and the ledger part by -1 micro-units over journal j1.',
    ));
  test('stop at a credit without a journal', () =>
    expect(documentsOf(payeeAccounts, [credited()])).rejects.toThrow(
      'north.EUR was credited for journal j1, which is not in the ledger.',
    ));
  test('stop at a payout that the ledger books differently', () => {
    const of = (type: string, data: object) => placed('account-north.EUR', { type, data });
    const { data } = journalOf({ journalId: 'north.EUR.payout.p1', amount: '0', at }, '-30');
    const facts = [
      journalOf(earned),
      credited(),
      of('PayoutProposed', { payoutId: 'p1', amount: '40', by: 'ada', at }),
      of('PayoutReleased', { payoutId: 'p1', by: 'bob', at }),
      of('JournalPosted', data),
    ];
    return expect(documentsOf(payeeAccounts, facts)).rejects.toThrow('part by 10 micro-units');
  });
});
