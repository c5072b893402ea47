import { describe, expect, test } from '@jest/globals';
import {
  payeeLines,
  payeeStatements,
  statementLines,
  statements,
} from '../../../src/projections/royalty/statements.js';
import { documentsOf } from '../../support/specs/projection-spec.js';
import { closeBegun, line, lines, ofPeriod, PERIOD, summary } from '../../support/royalty/statement-facts.js';

const place = { periodId: PERIOD, offering: 'premium', territory: 'DE', month: '2026-10' };

const restated = [
  ofPeriod('RestatementBegun', { number: 1, fence: '50', reason: 'LATE_PLAYS', at: 1 }),
  ofPeriod('PeriodRestated', { number: 1, ...summary({ fence: '50', counted: 4 }) }),
];

describe('statements', () => {
  test('include a provisional one until the close begins', async () => {
    const provisional = ofPeriod('PeriodProvisional', summary({ pool: '99' }));
    expect(await documentsOf(statements, [provisional])).toEqual({
      [`${PERIOD}.0`]: {
        ...place,
        number: 0,
        stage: 'provisional',
        reason: null,
        summary: summary({ pool: '99' }),
        position: '1',
      },
    });
    expect(await documentsOf(statements, [provisional, closeBegun])).toMatchObject({
      [`${PERIOD}.0`]: { stage: 'begun', summary: null },
    });
  });

  test('are final with the close, which a restatement does not change', async () => {
    const closed = [closeBegun, ofPeriod('PeriodClosed', summary())];
    const documents = await documentsOf(statements, [...closed, ...restated]);
    expect(documents).toEqual({
      ...(await documentsOf(statements, closed)),
      [`${PERIOD}.1`]: {
        ...place,
        number: 1,
        stage: 'final',
        reason: 'LATE_PLAYS',
        summary: summary({ fence: '50', counted: 4 }),
        position: '4',
      },
    });
    expect(documents).toMatchObject({ [`${PERIOD}.0`]: { stage: 'final', summary: { counted: 3 } } });
  });
});

const two = [
  lines(0, [
    line('t-1', { 'held:c-1': '30', 'payee:ann': '40', 'payee:bob': '20' }, { plays: 3 }),
    line('t-2', { 'disputed:t-2': '10' }),
  ]),
  lines(0, [line('t-3', { 'payee:ann': '7' })], { seq: 1 }),
  lines(1, [line('t-1', { 'payee:ann': '-5' }), line('t-3', { 'payee:bob': '5' })]),
];

describe('a line with too many bookings for one record', () => {
  const whole = {
    ...line('wide', { 'held:c': '5', 'payee:ann': '40', 'payee:cyd': '20' }, { plays: 3 }),
    penalty: {
      artificial: 2,
      charges: [
        { account: 'payee:ann', amount: '-1' },
        { account: 'payee:bob', amount: '-2' },
      ],
    },
  };
  const part = (accounts: readonly string[], number?: number) => ({
    ...whole,
    splits: whole.splits.filter(({ account }) => accounts.includes(account)),
    penalty: {
      ...whole.penalty,
      charges: whole.penalty.charges.filter(({ account }) => accounts.includes(account)),
    },
    ...(number !== undefined && { part: number }),
  });
  const first = part(['held:c', 'payee:ann']);
  const [second, third] = [part(['payee:bob'], 1), part(['payee:cyd'], 2)];
  const facts = [
    lines(0, [line('a', { 'payee:ann': '1' }), first, second]),
    lines(0, [third, line('x', { 'payee:cyd': '1' })], { seq: 1 }),
  ];

  test.each([statementLines, payeeLines, payeeStatements])(
    'is shown completely: $name',
    async (projection) => {
      const inOne = [lines(0, [line('a', { 'payee:ann': '1' }), whole, line('x', { 'payee:cyd': '1' })])];
      expect(await documentsOf(projection, facts, { cuts: [1], times: 2 })).toEqual(
        await documentsOf(projection, inOne),
      );
    },
  );
  test('has a beginning', async () => {
    await expect(documentsOf(statementLines, [lines(0, [second])])).rejects.toThrow('first part');
  });
});

describe('the lines of a statement', () => {
  test('are one per track, with those of a restatement beside them', async () => {
    const documents = await documentsOf(statementLines, two);
    expect(Object.keys(documents)).toEqual([
      `${PERIOD}.0|t-1`,
      `${PERIOD}.0|t-2`,
      `${PERIOD}.0|t-3`,
      `${PERIOD}.1|t-1`,
      `${PERIOD}.1|t-3`,
    ]);
    expect(documents[`${PERIOD}.0|t-2`]).toEqual({
      ...place,
      number: 0,
      trackId: 't-2',
      plays: 1,
      creditPpm: 1_000_000,
      amount: '10',
      splits: [{ account: 'disputed:t-2', amount: '10' }],
    });
  });

  test('show each payee their own part of a track', async () => {
    const documents = await documentsOf(payeeLines, two);
    expect(Object.keys(documents)).toEqual([
      `${PERIOD}.0|ann|t-1`,
      `${PERIOD}.0|ann|t-3`,
      `${PERIOD}.0|bob|t-1`,
      `${PERIOD}.1|ann|t-1`,
      `${PERIOD}.1|bob|t-3`,
    ]);
    expect(documents[`${PERIOD}.0|bob|t-1`]).toEqual({
      ...place,
      number: 0,
      payee: 'bob',
      trackId: 't-1',
      plays: 3,
      creditPpm: 3_000_000,
      trackAmount: '90',
      amount: '20',
    });
  });

  test('show the penalty in the part of a payee, even if it uses up the part (R18)', async () => {
    const charges = [
      { account: 'payee:ann', amount: '-3' },
      { account: 'payee:bob', amount: '-20' },
    ];
    const charged = { ...line('t-1', { 'payee:ann': '37' }), penalty: { artificial: 9, charges } };
    expect(await documentsOf(payeeLines, [lines(0, [charged])])).toMatchObject({
      [`${PERIOD}.0|ann|t-1`]: { trackAmount: '37', amount: '37', penalty: '-3' },
      [`${PERIOD}.0|bob|t-1`]: { trackAmount: '37', amount: '0', penalty: '-20' },
    });
    expect(await documentsOf(payeeStatements, [lines(0, [charged])])).toMatchObject({
      [`${PERIOD}.0|bob`]: { lines: 1, amount: '0' },
    });
  });

  test('add up per payee', async () => {
    expect(await documentsOf(payeeStatements, two)).toEqual({
      [`${PERIOD}.0|ann`]: { ...place, number: 0, payee: 'ann', lines: 2, amount: '47' },
      [`${PERIOD}.0|bob`]: { ...place, number: 0, payee: 'bob', lines: 1, amount: '20' },
      [`${PERIOD}.1|ann`]: { ...place, number: 1, payee: 'ann', lines: 1, amount: '-5' },
      [`${PERIOD}.1|bob`]: { ...place, number: 1, payee: 'bob', lines: 1, amount: '5' },
    });
  });
});

test.each([statements, statementLines, payeeLines, payeeStatements])(
  '$name are the same folded twice and in any batches',
  async (projection) => {
    const facts = [closeBegun, ...two, ofPeriod('PeriodClosed', summary()), ...restated];
    expect(await documentsOf(projection, facts, { cuts: [1, 2, 5], times: 2 })).toEqual(
      await documentsOf(projection, facts),
    );
  },
);
