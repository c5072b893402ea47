import { describe, test } from '@jest/globals';
import { periodClose, type PeriodCloseCommand } from '../../../../src/domain/royalty/periods/period-close.js';
import type { PeriodEvent, SettlementSummary } from '../../../../src/domain/royalty/periods/period-events.js';
import { specOf } from '../../../support/specs/decider-spec.js';
import { OCTOBER } from '../../../support/playback/plays.js';
import { revenue } from '../../../support/royalty/month.js';
import { DAY_MS } from '../../../../src/domain/shared/civil-date.js';

const given = specOf(periodClose);

const NOVEMBER = OCTOBER + 31 * DAY_MS;
const DUE = NOVEMBER + 38 * DAY_MS;

const summary: SettlementSummary = {
  fence: '7',
  rulesetHash: 'a'.repeat(64),
  codeVersion: 'settlement-1',
  currency: 'EUR',
  pool: '55',
  counted: 1,
  rejected: {},
  held: 0,
  tracks: 1,
  inputRoot: 'b'.repeat(64),
  countedRoot: 'c'.repeat(64),
  rejectedRoot: 'd'.repeat(64),
  linesRoot: 'e'.repeat(64),
  payable: '55',
  disputed: '0',
  unmatched: '0',
  heldAmount: '0',
  suspense: '0',
  platform: '45',
  at: DUE,
};

const begin = (at = DUE, early?: string): PeriodCloseCommand => ({
  type: 'BeginClose',
  data: { month: '2026-10', afterDays: 38, early, at, fence: '7', rulesetHash: summary.rulesetHash },
});
const begun: PeriodEvent = {
  type: 'PeriodCloseBegun',
  data: { fence: '7', rulesetHash: summary.rulesetHash, at: DUE },
};
const complete: PeriodCloseCommand = { type: 'CompleteClose', data: { summary } };
const closed: PeriodEvent = { type: 'PeriodClosed', data: summary };
const restateNow: PeriodCloseCommand = {
  type: 'BeginRestatement',
  data: { fence: '9', reason: 'LATE_USAGE', at: DUE + 1 },
};
const restating: PeriodEvent = {
  type: 'RestatementBegun',
  data: { number: 1, fence: '9', reason: 'LATE_USAGE', at: DUE + 1 },
};
const restated = { ...summary, fence: '9' };
const completeRestatement = (number = 1, as = restated): PeriodCloseCommand => ({
  type: 'CompleteRestatement',
  data: { number, summary: as },
});
const wasRestated: PeriodEvent = { type: 'PeriodRestated', data: { number: 1, ...restated } };
const provisional: PeriodCloseCommand = {
  type: 'MakeProvisional',
  data: { month: '2026-10', afterDays: 10, at: NOVEMBER + 10 * DAY_MS, summary },
};

describe('a period with recorded money', () => {
  const money = revenue(100n);

  test('is closed behind a fence once it is due', () => {
    given(money).when(begin()).then(begun);
    given(money).when(begin()).thenIsIdempotent();
  });

  test('is not closed earlier without a reason, and never during its month', () => {
    given(money)
      .when(begin(DUE - 1))
      .thenRejected('TooEarlyToClose');
    given(money)
      .when(begin(NOVEMBER - 1, 'in a hurry'))
      .thenRejected('PeriodIsRunning');
    given(money)
      .when(begin(NOVEMBER, 'imported'))
      .then({ ...begun, data: { ...begun.data, early: 'imported', at: NOVEMBER } });
  });

  test('may have a provisional statement', () =>
    given(money).when(provisional).then({ type: 'PeriodProvisional', data: summary }));

  test('has nothing to restate', () => {
    given(money).when(restateNow).thenRejected('PeriodNotClosed');
    given(money).when(complete).thenRejected('PeriodNotClosed');
  });
});

test('a period without recorded money is not settled: its currency is unknown', () => {
  given().when(begin()).thenRejected('NoRevenue');
});

describe('a period behind its fence', () => {
  test('is closed by its summary, once', () => {
    given(revenue(100n), begun).when(complete).then(closed);
    given(revenue(100n), begun).when(complete).thenIsIdempotent();
    given(revenue(100n), begun).when(begin()).thenNothing();
  });
});

describe('a closed period', () => {
  const past = [revenue(100n), begun, closed];

  test('stays as it is when it is closed again', () => {
    given(...past)
      .when(begin())
      .thenNothing();
    given(...past)
      .when(provisional)
      .thenRejected('AlreadyClosed');
  });

  test('changes only by numbered restatements, one at a time', () => {
    given(...past)
      .when(restateNow)
      .then(restating);
    given(...past, restating)
      .when(restateNow)
      .thenNothing();
    given(...past, restating)
      .when(completeRestatement())
      .then(wasRestated);
    given(...past, restating, wasRestated)
      .when(restateNow)
      .then({ ...restating, data: { ...restating.data, number: 2 } });
  });

  test('accepts no other result for a complete restatement', () => {
    given(...past, restating, wasRestated)
      .when(completeRestatement())
      .thenNothing();
    given(...past, restating, wasRestated)
      .when(completeRestatement(1, { ...restated, pool: '56' }))
      .thenRejected('SettledOtherwise');
    given(...past, restating)
      .when(completeRestatement(2))
      .thenRejected('PeriodNotClosed');
  });
});
