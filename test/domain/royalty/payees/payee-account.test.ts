import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isRejection } from '../../../../src/domain/decider.js';
import {
  type AccountCommand,
  type AccountEvent,
  payeeAccount,
  PAYOUTS_MAX,
} from '../../../../src/domain/royalty/payees/payee-account.js';
import { accountIdOf, accountOf } from '../../../../src/domain/royalty/payees/payee-journals.js';
import { journalSum } from '../../../../src/domain/royalty/statements/ledger-events.js';
import { specOf } from '../../../support/specs/decider-spec.js';

const at = 1_793_500_000_000;
const given = specOf(payeeAccount);

const terms = (minPayout: string): AccountEvent => ({ type: 'TermsAgreed', data: { minPayout, at } });
const advance = (amount: string, advanceId = 'a1') =>
  ({ type: 'AdvanceGranted', data: { advanceId, amount, at } }) as const;
const earned = (amount: string, journalId = 'j1') =>
  ({ type: 'EarningsCredited', data: { journalId, amount, at } }) as const;
const proposed = (amount: string, payoutId = 'p1', by = 'ada'): AccountEvent => ({
  type: 'PayoutProposed',
  data: { payoutId, amount, by, at },
});
const released = (payoutId = 'p1', by = 'bob'): AccountEvent => ({
  type: 'PayoutReleased',
  data: { payoutId, by, at },
});
const failed = (payoutId = 'p1'): AccountEvent => ({
  type: 'PayoutFailed',
  data: { payoutId, reason: 'Account closed', at },
});

const agree = (minPayout: string): AccountCommand => ({ type: 'AgreeTerms', data: { minPayout, at } });
/** A booking of the ledger between bank and payee. */
const journal = (
  journalId: string,
  reason: 'ADVANCE' | 'PAYOUT' | 'REVERSAL',
  toPayee: string,
  reverses: string | null = null,
): AccountEvent => ({
  type: 'JournalPosted',
  data: {
    journalId,
    seq: 0,
    reason,
    currency: 'EUR',
    lines: [
      { account: 'bank', amount: String(-BigInt(toPayee)) },
      { account: 'payee:north', amount: toPayee },
    ],
    reverses,
    at,
  },
});
const reversed = (amount: string, advanceId = 'a1'): AccountEvent => ({
  type: 'AdvanceReversed',
  data: { advanceId, amount, reason: 'Paid twice', at },
});

const account = { payee: 'north', currency: 'EUR' };
const grant = (amount: string, advanceId = 'a1'): AccountCommand => ({
  type: 'GrantAdvance',
  data: { ...account, ...advance(amount, advanceId).data },
});
const reverse = (advanceId = 'a1'): AccountCommand => ({
  type: 'ReverseAdvance',
  data: { ...account, advanceId, reason: 'Paid twice', at },
});
const credit = (amount: string): AccountCommand => ({ type: 'CreditEarnings', data: earned(amount).data });
const propose = (payoutId = 'p1', currency = 'EUR', by = 'ada'): AccountCommand => ({
  type: 'ProposePayout',
  data: { payoutId, currency, by, at },
});
const release = (by: string, payoutId = 'p1'): AccountCommand => ({
  type: 'ReleasePayout',
  data: { ...account, payoutId, by, at },
});
const fail = (payoutId = 'p1'): AccountCommand => ({
  type: 'FailPayout',
  data: { ...account, payoutId, reason: 'Account closed', at },
});

const balanceOf = (...past: readonly AccountEvent[]) => {
  const { balance, setAside } = past.reduce(payeeAccount.evolve, payeeAccount.initial);
  return { balance, setAside };
};

describe('an account', () => {
  test('has terms', () => given().when(agree('50000000')).then(terms('50000000')));
  test('records the same terms once', () => given(terms('5')).when(agree('5')).thenNothing());
  test('may get other terms', () => given(terms('5')).when(agree('6')).then(terms('6')));
  test('has no minimum below 0', () => given().when(agree('-1')).thenRejected('BadAmount'));

  test('is debited by an advance, once, and the ledger with it', () => {
    given()
      .when(grant('1000'))
      .then(advance('1000'), journal('north.EUR.advance.a1', 'ADVANCE', '-1000'));
    given(advance('1000')).when(grant('1000')).thenNothing();
    given(advance('1000')).when(grant('1001')).thenRejected('ReportedOtherwise');
    expect(balanceOf(advance('1000'))).toEqual({ balance: -1000n, setAside: 0n });
  });
  test.each(['0', '-5', '1.5', '', '1'.repeat(22)])('rejects an advance of "%s"', (amount) =>
    given().when(grant(amount)).thenRejected('BadAmount'),
  );

  test('is credited a reversed advance, once, and the ledger with it', () => {
    const reversal = journal('north.EUR.advance.a1.reversal', 'REVERSAL', '1000', 'north.EUR.advance.a1');
    given(advance('1000')).when(reverse()).then(reversed('1000'), reversal);
    given(advance('1000'), reversed('1000')).when(reverse()).thenNothing();
    given(advance('1000')).when(reverse('a2')).thenRejected('AdvanceNotFound');
    expect(balanceOf(advance('1000'), reversed('1000'))).toEqual({ balance: 0n, setAside: 0n });
  });

  test('is credited the amount of a journal, once, also below 0', () => {
    given().when(credit('-7')).then(earned('-7'));
    given(earned('7')).when(credit('7')).thenNothing();
    given(earned('7')).when(credit('8')).thenRejected('ReportedOtherwise');
    expect(balanceOf(earned('7'), earned('-9', 'j2'))).toEqual({ balance: -2n, setAside: 0n });
  });
  test('is credited whole micro-units', () => given().when(credit('1.5')).thenRejected('BadAmount'));
  test('distinguishes a journal from an advance with the same id', () =>
    given(advance('7', 'x'))
      .when({ type: 'CreditEarnings', data: earned('9', 'x').data })
      .then(earned('9', 'x')));
});

describe('a payout', () => {
  test('consists of the whole cents of the balance (R12)', () =>
    given(earned('12349999')).when(propose()).then(proposed('12340000')));
  test.each([
    ['JPY', '12000000'],
    ['KWD', '12349000'],
  ])('in %s consists of whole minor units', (currency, amount) =>
    given(earned('12349999')).when(propose('p1', currency)).then(proposed(amount)),
  );
  test('waits for the minimum', () => {
    given(terms('50000000'), earned('49999999')).when(propose()).thenRejected('NothingToPay');
    given(terms('50000000'), earned('50000000')).when(propose()).then(proposed('50000000'));
  });
  test('waits until an advance is recouped', () =>
    given(advance('20000000'), earned('19999999')).when(propose()).thenRejected('NothingToPay'));
  test('is proposed once', () => given(earned('10000000')).when(propose()).thenIsIdempotent());
  test('does not pay an amount that another one has set aside', () =>
    given(earned('10000000'), proposed('10000000')).when(propose('p2')).thenRejected('NothingToPay'));
  test(`number ${PAYOUTS_MAX + 1} is rejected`, () =>
    given(
      earned('30000000000'),
      ...Array.from({ length: PAYOUTS_MAX }, (_, i) => [proposed('10000', `p${i}`), failed(`p${i}`)]).flat(),
    )
      .when(propose('one more'))
      .thenRejected('TooManyPayouts'));
  test('has a known currency', () =>
    given(earned('10000000')).when(propose('p1', 'XXX')).thenRejected('UnknownCurrency'));

  const open = [earned('10009999'), proposed('10000000')];
  test('is released by another person', () =>
    given(...open)
      .when(release('bob'))
      .then(released(), journal('north.EUR.payout.p1', 'PAYOUT', '-10000000')));
  test('is not released when a restatement has withdrawn its amount', () =>
    given(...open, earned('-10000', 'j2'))
      .when(release('bob'))
      .thenRejected('BalanceTooLow'));
  test('is never released by the person who proposed it', () => {
    given(...open)
      .when(release('ada'))
      .thenRejected('SamePerson');
    given(...open, released())
      .when(release('ada'))
      .thenRejected('SamePerson');
  });
  test('is released once', () =>
    given(...open, released())
      .when(release('eve'))
      .thenNothing());
  test('that is unknown can neither be released nor fail', () => {
    given().when(release('bob')).thenRejected('PayoutNotFound');
    given().when(fail()).thenRejected('PayoutNotFound');
  });
  test('that failed cannot be released', () =>
    given(...open, failed())
      .when(release('bob'))
      .thenRejected('PayoutHasFailed'));
  test('fails once', () => {
    given(...open)
      .when(fail())
      .then(failed());
    const reversal = journal('north.EUR.payout.p1.reversal', 'REVERSAL', '10000000', 'north.EUR.payout.p1');
    given(...open, released())
      .when(fail())
      .then(failed(), reversal);
    given(...open, released(), failed())
      .when(fail())
      .thenNothing();
  });
  test('changes the balance: set aside, paid, and returned when it fails', () => {
    expect(balanceOf(...open)).toEqual({ balance: 10_009_999n, setAside: 10_000_000n });
    expect(balanceOf(...open, released())).toEqual({ balance: 9_999n, setAside: 0n });
    expect(balanceOf(...open, released(), failed())).toEqual({ balance: 10_009_999n, setAside: 0n });
    expect(balanceOf(...open, failed())).toEqual({ balance: 10_009_999n, setAside: 0n });
  });
});

test('any sequence of commands: no money is created or set aside twice, and nothing is paid without earnings', () => {
  const id = fc.constantFrom('1', '2', '3');
  const amount = fc.integer({ min: -50_000_000, max: 50_000_000 }).map(String);
  const person = fc.constantFrom('ada', 'bob');
  const command: fc.Arbitrary<AccountCommand> = fc.oneof(
    amount.map(agree),
    fc.tuple(id, amount).map(([advanceId, much]) => grant(much, advanceId)),
    id.map(reverse),
    fc.tuple(id, amount).map(([journalId, much]): AccountCommand => ({
      type: 'CreditEarnings',
      data: { journalId, amount: much, at },
    })),
    fc.tuple(id, person).map(([payoutId, by]) => propose(payoutId, 'EUR', by)),
    fc.tuple(person, id).map(([by, payoutId]) => release(by, payoutId)),
    id.map(fail),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      let state = payeeAccount.initial;
      let [booked, ledger] = [0n, 0n];
      for (const one of commands) {
        const outcome = payeeAccount.decide(one, state);
        if (isRejection(outcome)) continue;
        for (const event of outcome) {
          if (event.type === 'EarningsCredited') booked += BigInt(event.data.amount);
          if (event.type === 'EarningsCredited') ledger += BigInt(event.data.amount);
          if (event.type === 'AdvanceGranted') booked -= BigInt(event.data.amount);
          if (event.type === 'AdvanceReversed') booked += BigInt(event.data.amount);
          if (event.type === 'JournalPosted') {
            expect(journalSum(event.data.lines)).toBe(0n);
            ledger += BigInt(event.data.lines[1]?.amount ?? 0);
          }
        }
        state = outcome.reduce(payeeAccount.evolve, state);
        expect(payeeAccount.decide(one, state)).toEqual([]);
      }
      const payouts = [...state.payouts.values()];
      const total = (status: string) =>
        payouts.filter((payout) => payout.status === status).reduce((sum, payout) => sum + payout.amount, 0n);
      expect(state.balance + total('released')).toBe(booked);
      expect(state.setAside).toBe(total('proposed'));
      // Double entry: the sum of the payee's bookings in the ledger is the account's balance.
      expect(ledger).toBe(state.balance);
    }),
  );
});

test('the id of an account combines a payee and a currency', () => {
  expect(accountIdOf({ payee: 'label.north', currency: 'EUR' })).toBe('label.north.EUR');
  expect(accountOf('label.north.EUR')).toEqual({ payee: 'label.north', currency: 'EUR' });
});
