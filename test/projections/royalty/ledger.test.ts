import { describe, expect, test } from '@jest/globals';
import {
  type AccountBalance,
  accountBalances,
  waitingMoney,
} from '../../../src/projections/royalty/ledger.js';
import { documentsOf } from '../../support/specs/projection-spec.js';
import { journal, PERIOD } from '../../support/royalty/statement-facts.js';

const SEPTEMBER = 'premium.DE.2026-09';
const facts = [
  journal(0, { 'pool:p': '-100', 'payee:ann': '60', 'disputed:t-1': '30', 'disputed:t-2': '10' }),
  journal(0, { 'pool:p': '-8', 'payee:ann': '3', 'suspense:NO_PLAYS': '5' }, { period: SEPTEMBER }),
  journal(0, { 'payee:ann': '2', platform: '-2' }, { currency: 'USD' }),
  journal(1, { 'payee:ann': '4', 'disputed:t-1': '-30', 'payee:bob': '26' }),
];

describe('the balance of an account', () => {
  test('is the sum of its postings, separately for each currency', async () => {
    expect(await documentsOf(accountBalances, facts)).toMatchObject({
      'payee:ann|EUR': {
        account: 'payee:ann',
        kind: 'payee',
        currency: 'EUR',
        balance: '67',
        since: '2026-09',
      },
      'payee:ann|USD': { balance: '2', since: '2026-10' },
      'disputed:t-1|EUR': { kind: 'disputed', balance: '0' },
      'platform|USD': { kind: 'platform', balance: '-2' },
    });
  });

  test('adds up to 0 with all other balances', async () => {
    const all = Object.values(await documentsOf(accountBalances, facts)) as AccountBalance[];
    for (const currency of ['EUR', 'USD']) {
      const sum = all.filter((one) => one.currency === currency).reduce((n, o) => n + BigInt(o.balance), 0n);
      expect(sum).toBe(0n);
    }
  });
});

test('waiting money is listed by reason and period of origin', async () => {
  expect(await documentsOf(waitingMoney, facts)).toEqual({
    [`disputed|EUR|${PERIOD}`]: {
      kind: 'disputed',
      currency: 'EUR',
      periodId: PERIOD,
      offering: 'premium',
      territory: 'DE',
      month: '2026-10',
      balance: '10',
    },
    [`suspense|EUR|${SEPTEMBER}`]: {
      kind: 'suspense',
      currency: 'EUR',
      periodId: SEPTEMBER,
      offering: 'premium',
      territory: 'DE',
      month: '2026-09',
      balance: '5',
    },
  });
});

test('a payment to a payee is in the books from its month on', async () => {
  const { data } = journal(0, { bank: '40', 'payee:ann': '-40' });
  const advance = { ...data, journalId: 'ann.EUR.advance.a1', reason: 'ADVANCE' };
  const posted = { stream: 'account-ann.EUR', type: 'JournalPosted', data: advance };
  expect(await documentsOf(accountBalances, [posted])).toMatchObject({
    'bank|EUR': { balance: '40', since: '2027-01' },
    'payee:ann|EUR': { balance: '-40', since: '2027-01' },
  });
  expect(await documentsOf(waitingMoney, [posted])).toEqual({});
});

test('a journal that does not add up to 0 is not written and stops the ledger', async () => {
  const lopsided = journal(0, { 'pool:p': '-100', 'payee:ann': '60' });
  await expect(documentsOf(accountBalances, [lopsided])).rejects.toThrow(
    'The lines of a journal must add up to 0.',
  );
  const keys = () => accountBalances.keysOf({ ...lopsided, streamId: `${PERIOD}.0`, position: 1n } as never);
  expect(keys).toThrow('adds up to -40, not to 0');
});

test('a journal without a period stops the ledger', async () => {
  const stray = { ...journal(0, { platform: '0' }), stream: 'journal-somewhere' };
  await expect(documentsOf(accountBalances, [stray])).rejects.toThrow('somewhere is not a statement id');
});

test.each([accountBalances, waitingMoney])(
  '$name are the same folded twice and in any batches',
  async (projection) => {
    expect(await documentsOf(projection, facts, { cuts: [1, 3], times: 2 })).toEqual(
      await documentsOf(projection, facts),
    );
  },
);
