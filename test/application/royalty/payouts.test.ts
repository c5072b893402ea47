import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  FailPayout,
  FailPayoutHandler,
  GrantAdvance,
  GrantAdvanceHandler,
  ProposePayout,
  ProposePayoutHandler,
  ReleasePayout,
  ReleasePayoutHandler,
} from '../../../src/application/royalty/accounts.commands.js';
import { creditAccounts } from '../../../src/application/royalty/credit-accounts.js';
import { ProcessRunner } from '../../../src/application/projecting/process-runner.js';
import type { CommandMeta } from '../../../src/application/streams/streams.js';
import { type AccountBalance, accountBalances } from '../../../src/projections/royalty/ledger.js';
import { type AccountPage, payeeAccounts } from '../../../src/projections/royalty/payee-accounts.js';
import { OCTOBER, playStopped } from '../../support/playback/plays.js';
import { PERIOD_ID, revenue } from '../../support/royalty/month.js';
import { Crash, settlementWorld, type SettlementWorld } from '../../support/royalty/settlement-world.js';

// From a closed period to paid money, and back after a failure: the ledger and the accounts agree at every step.

let world: SettlementWorld;
beforeEach(async () => {
  world = await settlementWorld();
  await world.record(
    { stream: `period-${PERIOD_ID}`, ...revenue(10_000_000n) },
    {
      stream: 'rights-hit',
      type: 'SharesClaimed',
      data: {
        right: 'recording',
        territory: '*',
        claimant: 'label',
        sharePpm: 1_000_000,
        validFrom: 0,
        claimId: 'c',
        at: 0,
      },
    },
    playStopped('play', 60_000, { trackId: 'hit', startedAt: OCTOBER }),
  );
  await world.close();
  await credit();
});
afterEach(() => world.stop());

const account = { payee: 'label', currency: 'EUR' };

const by = (person: string, key: string): CommandMeta => ({
  commandId: world.ids.derived(person, key),
  commandHash: key,
  actor: `finance:${person}`,
  at: 1_800_000_000_000,
});

const credit = () =>
  new ProcessRunner(
    creditAccounts(world.streams, world.ids),
    world.store,
    world.models,
    world.schemas,
    world.timer,
  ).run(new AbortController().signal, true);

const advance = () =>
  new GrantAdvanceHandler(world.streams).execute(
    new GrantAdvance(account, { advanceId: 'a', amount: '1000000' }, by('ada', 'advance')),
  );
const propose = () =>
  new ProposePayoutHandler(world.streams).execute(new ProposePayout(account, 'p', by('ada', 'propose')));
const release = () =>
  new ReleasePayoutHandler(world.streams, world.money).execute(
    new ReleasePayout(account, 'p', by('bob', 'release')),
  );
const fail = () =>
  new FailPayoutHandler(world.streams).execute(
    new FailPayout(account, { payoutId: 'p', reason: 'Closed' }, by('ada', 'fail')),
  );

/** The balances of accounts and ledger once they have caught up. */
const shown = async () => {
  await world.money.reached(await world.store.head());
  const all = { limit: 500 };
  const { documents: balances } = await world.models.query<AccountBalance>(accountBalances, {
    sort: { by: ['account', 'currency'] },
    ...all,
  });
  const { documents: pages } = await world.models.query<AccountPage>(payeeAccounts, {
    sort: { by: ['payee', 'currency'] },
    ...all,
  });
  expect(balances.reduce((sum, { balance }) => sum + BigInt(balance), 0n)).toBe(0n);
  const ofPayees = balances.filter(({ kind }) => kind === 'payee').map(({ balance }) => balance);
  expect(pages.map(({ balance }) => balance)).toEqual(ofPayees);
  expect(pages.map(({ onItsWay }) => onItsWay)).toEqual([{}]);
  const bank = balances.find(({ kind }) => kind === 'bank')?.balance;
  return { payee: pages[0]?.balance, bank };
};

test('every payment is booked in the ledger together with its fact', async () => {
  expect(await shown()).toEqual({ payee: '5500000', bank: '-10000000' });
  await advance();
  expect(await shown()).toEqual({ payee: '4500000', bank: '-9000000' });
  await propose();
  expect(await shown()).toEqual({ payee: '4500000', bank: '-9000000' });
  await release();
  expect(await shown()).toEqual({ payee: '0', bank: '-4500000' });
  await fail();
  expect(await shown()).toEqual({ payee: '4500000', bank: '-9000000' });
});

test.each([
  ['an advance', [], advance, { payee: '4500000', bank: '-9000000' }],
  ['a release', [advance, propose], release, { payee: '0', bank: '-4500000' }],
  ['a failure', [propose, release], fail, { payee: '5500000', bank: '-10000000' }],
] as const)(
  '%s interrupted before its response is complete, and is booked once',
  async (_, before, last, then) => {
    for (const step of before) await step();
    world.failAfter(0);
    await expect(last()).rejects.toThrow(Crash);
    world.failAfter(undefined);
    const all = await world.store.head();
    expect(await last()).toMatchObject({ appended: 0 });
    await credit();
    expect(await world.store.head()).toBe(all);
    expect(await shown()).toEqual(then);
  },
);

test('no payout is released while a projection of money is stopped', async () => {
  await propose();
  world.statuses.push({
    name: 'payee-accounts',
    version: 2,
    kind: 'money',
    position: 7n,
    state: 'stopped',
    parked: 0,
    error: 'label.EUR and the ledger part by 1 micro-units over journal j',
  });
  await expect(release()).rejects.toMatchObject({ rejection: { rejected: 'ProjectionStopped' } });
  world.statuses.length = 0;
  expect(await release()).toMatchObject({ appended: 2 });
});
