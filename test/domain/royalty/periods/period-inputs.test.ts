import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isRejection } from '../../../../src/domain/decider.js';
import type {
  PeriodEvent,
  PeriodInput,
  RevenueRecorded,
  SettlementSummary,
} from '../../../../src/domain/royalty/periods/period-events.js';
import { periodIdOf, periodOf } from '../../../../src/domain/royalty/periods/period-id.js';
import {
  INPUTS_MAX,
  period,
  type PeriodRejection,
  type RecordInput,
} from '../../../../src/domain/royalty/periods/period.js';
import { specOf } from '../../../support/specs/decider-spec.js';

const at = 1_793_500_000_000;
const month = '2026-10';
const given = specOf(period);

const record = (input: PeriodInput, corrects = false): RecordInput => ({
  type: 'RecordInput',
  data: { month, input, corrects },
});
const money = (reportId: string, amount: string, currency = 'EUR') => ({ reportId, amount, currency, at });
const revenue = (reportId: string, amount: string, currency = 'EUR'): RevenueRecorded => ({
  type: 'RevenueRecorded',
  data: { ...money(reportId, amount, currency), kind: 'subscription' },
});
const refund = (reportId: string, amount: string, currency = 'EUR'): PeriodInput => ({
  type: 'RefundRecorded',
  data: money(reportId, amount, currency),
});
const rate = (numerator = 92, denominator = 100): PeriodInput => ({
  type: 'ExchangeRateRecorded',
  data: { from: 'USD', to: 'EUR', numerator, denominator, at },
});
const subscribers = (over: object = {}): PeriodInput => ({
  type: 'SubscriberMonthsRecorded',
  data: {
    reportId: 's1',
    lines: [{ plan: 'family', weightPpm: 1_750_000, days: 31, count: 3, ...over }],
    at,
  },
});
const fees = (...amounts: readonly string[]): PeriodInput => ({
  type: 'ListenerFeesRecorded',
  data: {
    reportId: 'f1',
    fees: amounts.map((amount, i) => ({ listenerId: `l${i}`, amount })),
    currency: 'EUR',
    at,
  },
});

const root = '0'.repeat(64);
const summary: SettlementSummary = {
  fence: '9',
  rulesetHash: root,
  codeVersion: '1',
  currency: 'EUR',
  pool: '1',
  counted: 1,
  rejected: {},
  held: 0,
  tracks: 1,
  inputRoot: root,
  countedRoot: root,
  rejectedRoot: root,
  linesRoot: root,
  payable: '1',
  disputed: '0',
  unmatched: '0',
  heldAmount: '0',
  suspense: '0',
  platform: '1',
  at,
};
const provisional: PeriodEvent = { type: 'PeriodProvisional', data: summary };
const closeBegun: PeriodEvent = { type: 'PeriodCloseBegun', data: { fence: '9', rulesetHash: root, at } };
const closed: PeriodEvent = { type: 'PeriodClosed', data: summary };
const restating: PeriodEvent = {
  type: 'RestatementBegun',
  data: { number: 1, fence: '12', reason: 'REFUND', at },
};
const restated: PeriodEvent = { type: 'PeriodRestated', data: { ...summary, number: 1 } };

const everyInput: readonly PeriodInput[] = [
  revenue('r1', '1000000'),
  { type: 'ContentCostRecorded', data: money('c1', '500000') },
  { type: 'PerformanceRoyaltyRecorded', data: money('p1', '20000') },
  subscribers(),
  fees('9990000', '0'),
  rate(),
];

describe('a period accepts', () => {
  test.each(everyInput.map((input) => [input.type, input] as const))('%s, once', (_type, input) => {
    given().when(record(input)).then(input);
    given().when(record(input)).thenIsIdempotent();
  });
  test('a refund of recorded revenue', () =>
    given(revenue('r1', '10'))
      .when(record(refund('b1', '10')))
      .then(refund('b1', '10')));
  test('the day of earning of revenue', () => {
    const input: PeriodInput = {
      type: 'RevenueRecorded',
      data: { ...revenue('r1', '1').data, earnedOn: '2026-10-31' },
    };
    given().when(record(input)).then(input);
  });
  test('inputs after a provisional close', () =>
    given(provisional)
      .when(record(revenue('r1', '1')))
      .then(revenue('r1', '1')));
});

describe('a repeated report', () => {
  const first = revenue('r1', '1000000');
  test('with the same figures, later, changes nothing', () =>
    given(first)
      .when(record({ ...first, data: { ...first.data, at: at + 5 } }))
      .thenNothing());
  test('changes nothing in a closed period either', () =>
    given(first, closeBegun, closed).when(record(first)).thenNothing());
  test.each<[string, PeriodInput]>([
    ['another amount', revenue('r1', '1000001')],
    ['another currency', revenue('r1', '1000000', 'USD')],
    ['another kind', { ...first, data: { ...first.data, kind: 'advertising' } }],
    ['another meaning', refund('r1', '1000000')],
  ])('with %s is refused', (_what, second) =>
    given(first).when(record(second)).thenRejected('ReportedOtherwise'),
  );
  test('with another rate is rejected unless it is marked as a correction', () => {
    given(rate())
      .when(record(rate(93)))
      .thenRejected('ReportedOtherwise');
    given(rate())
      .when(record(rate(93), true))
      .then(rate(93));
    given(rate(), rate(93))
      .when(record(rate(93), true))
      .thenNothing();
  });
  test('does not correct figures of money', () =>
    given(first)
      .when(record(revenue('r1', '5'), true))
      .thenRejected('ReportedOtherwise'));
});

describe.each<[string, readonly PeriodEvent[]]>([
  ['being closed', [closeBegun]],
  ['closed', [closeBegun, closed]],
  ['being restated', [closeBegun, closed, restating]],
  ['restated', [closeBegun, closed, restating, restated]],
])('a period that is %s', (_what, life) => {
  const past = [revenue('r1', '1000000'), rate(), ...life];
  test.each(everyInput.map((input) => [input.type, input] as const))('accepts no new %s', (_type, input) => {
    const named =
      'reportId' in input.data ? { ...input.data, reportId: 'new' } : { ...input.data, from: 'GBP' };
    given(...past)
      .when(record({ ...input, data: named } as PeriodInput))
      .thenRejected('PeriodIsClosed');
  });
  test('accepts a refund', () =>
    given(...past)
      .when(record(refund('b1', '7')))
      .then(refund('b1', '7')));
  test('accepts a corrected rate', () =>
    given(...past)
      .when(record(rate(93), true))
      .then(rate(93)));
});

describe('the currency of a period', () => {
  test('is that of the first money in it', () =>
    given(revenue('r1', '1'))
      .when(record(revenue('r2', '1', 'USD')))
      .thenRejected('RateMissing'));
  test('may be followed by another once its rate is known', () =>
    given(revenue('r1', '1'), rate())
      .when(record(revenue('r2', '1', 'USD')))
      .then(revenue('r2', '1', 'USD')));
  test('needs the rate into it, not out of it', () =>
    given(revenue('r1', '1', 'USD'), rate())
      .when(record(revenue('r2', '1')))
      .thenRejected('RateMissing'));
});

describe('a refund', () => {
  test('does not exceed the revenue minus earlier refunds', () =>
    given(revenue('r1', '10'), refund('b1', '4'))
      .when(record(refund('b2', '7')))
      .thenRejected('RefundTooHigh'));
  test('has the currency of the revenue', () =>
    given(revenue('r1', '10'), rate())
      .when(record(refund('b1', '1', 'USD')))
      .thenRejected('RefundTooHigh'));
});

test('the largest figures are accepted', () => {
  given()
    .when(record(revenue('r1', '9'.repeat(21))))
    .then(revenue('r1', '9'.repeat(21)));
  given()
    .when(record(rate(300_000_000, 3)))
    .then(rate(300_000_000, 3));
});

describe('bad figures are rejected', () => {
  test.each<[string, PeriodInput, PeriodRejection['rejected']]>([
    ['negative money', revenue('r1', '-1'), 'BadAmount'],
    ['a fraction of a micro-unit', revenue('r1', '0.5'), 'BadAmount'],
    ['money that sums could not hold', revenue('r1', `1${'0'.repeat(21)}`), 'BadAmount'],
    ['an unknown currency', revenue('r1', '1', 'XXX'), 'UnknownCurrency'],
    ['a negative fee', fees('-1'), 'BadAmount'],
    ['no fees', fees(), 'BadListenerFees'],
    ['501 fees', fees(...Array<string>(501).fill('1')), 'BadListenerFees'],
    ['a weight above ten', subscribers({ weightPpm: 10_000_001 }), 'BadSubscriberMonths'],
    ['half a subscriber', subscribers({ count: 0.5 }), 'BadSubscriberMonths'],
    ['32 days of October', subscribers({ days: 32 }), 'DateOutsidePeriod'],
    ['no days', subscribers({ days: 0 }), 'DateOutsidePeriod'],
    ['a rate of 0', rate(0), 'BadExchangeRate'],
    ['a rate by 0', rate(1, 0), 'BadExchangeRate'],
    ['a rate above 10^8', rate(300_000_001, 3), 'BadExchangeRate'],
  ])('%s', (_what, input, code) => given().when(record(input)).thenRejected(code));

  test('a listener twice in one report', () => {
    const fee = { listenerId: 'l1', amount: '1' };
    given()
      .when(
        record({
          type: 'ListenerFeesRecorded',
          data: { reportId: 'f', fees: [fee, fee], currency: 'EUR', at },
        }),
      )
      .thenRejected('BadListenerFees');
  });
  test('a rate of a currency into itself', () =>
    given()
      .when(
        record({
          ...rate(),
          data: { from: 'EUR', to: 'EUR', numerator: 1, denominator: 1, at },
        } as PeriodInput),
      )
      .thenRejected('BadExchangeRate'));
  test.each(['2026-11-01', '2026-09-30', '2026-10-32', 'yesterday'])('revenue earned on %s', (earnedOn) =>
    given()
      .when(record({ type: 'RevenueRecorded', data: { ...revenue('r1', '1').data, earnedOn } }))
      .thenRejected('DateOutsidePeriod'),
  );
  test(`input ${INPUTS_MAX + 1}`, () =>
    given(...Array.from({ length: INPUTS_MAX }, (_, i) => revenue(`r${i}`, '1')))
      .when(record(revenue('one more', '1')))
      .thenRejected('TooManyInputs'));
});

test('any sequence of inputs in any state: each is accepted once, and refunds never exceed revenue', () => {
  const id = fc.constantFrom('a', 'b', 'c');
  const amount = fc.nat(20).map(String);
  const currency = fc.constantFrom('EUR', 'USD');
  const input: fc.Arbitrary<PeriodInput> = fc.oneof(
    fc.tuple(id, amount, currency).map(([name, much, of]) => revenue(name, much, of)),
    fc.tuple(id, amount, currency).map(([name, much, of]) => refund(`b${name}`, much, of)),
    fc.integer({ min: -1, max: 3 }).map((numerator) => rate(numerator)),
  );
  const life = fc.constantFrom(provisional, closeBegun, closed, restating, restated);
  fc.assert(
    fc.property(fc.array(fc.oneof({ weight: 4, arbitrary: input }, life), { maxLength: 30 }), (steps) => {
      let state = period.initial;
      for (const step of steps) {
        if (step === provisional || step === closed || 'fence' in step.data) {
          state = period.evolve(state, step);
          continue;
        }
        const command = record(step as PeriodInput);
        const outcome = period.decide(command, state);
        if (isRejection(outcome)) continue;
        state = outcome.reduce(period.evolve, state);
        expect(period.decide(command, state)).toEqual([]);
      }
      for (const net of state.netRevenue.values()) expect(net >= 0n).toBe(true);
    }),
  );
});

describe('the id of a period', () => {
  test('joins offering, territory and month', () => {
    const key = { offering: 'premium', territory: 'DE', month };
    expect(periodIdOf(key)).toBe('premium.DE.2026-10');
    expect(periodOf('premium.DE.2026-10')).toEqual(key);
  });
  test.each([
    '',
    'premium.DE',
    'premium.DE.2026-13',
    'premium.de.2026-10',
    'premium.DE.2026-10.1',
    '.DE.2026-10',
  ])('is not "%s"', (text) => expect(periodOf(text)).toBeUndefined());
});
