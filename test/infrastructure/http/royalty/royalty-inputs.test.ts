import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { payeeAccount } from '../../../../src/domain/royalty/payees/payee-account.js';
import { PRO_RATA } from '../../../../src/domain/royalty/rulesets/defaults.js';
import { Streams } from '../../../../src/application/streams/streams.js';
import { EventStore, NO_STREAM } from '../../../../src/application/ports/event-store.js';
import { type Answer, bootApp, type Client, type TestApp } from '../../../support/http/test-app.js';
import { journal } from '../../../support/royalty/statement-facts.js';

let service: TestApp;
let finance: Client;
let other: Client;
let auditor: Client;
let north: Client;

beforeAll(async () => {
  service = await bootApp();
  finance = await service.client('finance', 'ada');
  other = await service.client('finance', 'bob');
  auditor = await service.client('auditor');
  north = await service.client('label', 'north');
  const { json } = await north.post('/v1/artists', { artistId: 'a1', name: 'Clara' });
  expect(json).toMatchObject({ id: 'a1' });
  await north.post('/v1/tracks', { trackId: 't1', title: 'Nocturne', artistId: 'a1', durationMs: 200_000 });
  await north.post('/v1/tracks', { trackId: 't2', title: 'Prelude', artistId: 'a1', durationMs: 200_000 });
});
afterAll(() => service.stop());

const ROYALTIES = '/v1/royalties';

/** The response once it includes `last`. */
const seen = (last: Answer, path: string, who = auditor) =>
  who.get(`${ROYALTIES}${path}`, { 'min-position': last.json.position });

const post = async (path: string, body: object, who = finance): Promise<Answer> => {
  const answer = await who.post(`${ROYALTIES}${path}`, body);
  expect([path, answer.status < 300 ? 'done' : answer.text]).toEqual([path, 'done']);
  return answer;
};

/** Expects a rejection with a code and an unchanged log. */
const assertRefused = async (
  path: string,
  body: object,
  status: number,
  code: string,
  who = finance,
): Promise<Answer> => {
  const before = await service.dependencies.store.head();
  const answer = await who.post(`${ROYALTIES}${path}`, body);
  expect(answer).toMatchObject({ status, json: { status, code } });
  expect(await service.dependencies.store.head()).toBe(before);
  return answer;
};

describe('a ruleset', () => {
  test('is published once under the hash of its canonical form, and activated', async () => {
    const first = await post('/rulesets', PRO_RATA);
    const hash: string = first.json.id;
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    const backwards = Object.fromEntries(Object.entries(PRO_RATA).toReversed());
    expect((await post('/rulesets', backwards)).json).toEqual(first.json);
    expect((await seen(first, `/rulesets/${hash}`)).json).toMatchObject({ hash, ruleset: PRO_RATA });
    expect((await seen(first, '/rulesets')).json.items).toHaveLength(1);

    const scope = { offering: 'premium', territory: '*', from: '2026-10' };
    const activated = await post(`/rulesets/${hash}/activations`, scope);
    expect((await seen(activated, `/activations?hash=${hash}`)).json.items).toEqual([
      { ...scope, hash, activatedAt: expect.any(String) },
    ]);
  });

  test.each<[string, object, string]>([
    ['without a field', { ...PRO_RATA, sharing: undefined }, 'sharing'],
    ['with a field too many', { ...PRO_RATA, bonus: 1 }, 'bonus'],
    [
      'with a rate out of range',
      { ...PRO_RATA, sharing: { model: 'proRata', distributablePpm: 1_000_001 } },
      'sharing.distributablePpm',
    ],
  ])('%s is rejected with the location', async (_what, ruleset, path) => {
    const { json } = await assertRefused('/rulesets', ruleset, 400, 'ValidationFailed');
    expect(json.errors).toEqual([{ path, code: 'custom', message: expect.any(String) }]);
  });

  test('cannot be activated before it is published', () =>
    assertRefused(
      `/rulesets/${'0'.repeat(64)}/activations`,
      { offering: '*', territory: '*', from: '2026-10' },
      404,
      'RulesetNotFound',
    ));
});

describe('a period', () => {
  const path = '/periods/family/SE/2026-09';
  const revenue = { reportId: 'gl-1', kind: 'subscription', amount: '1000.25', currency: 'SEK' };

  test('shows the recorded figures, by currency and one by one', async () => {
    await post(`${path}/revenue`, { ...revenue, earnedOn: '2026-09-30' });
    await post(`${path}/revenue`, { ...revenue, reportId: 'gl-2', amount: '0.000001', kind: 'other' });
    const rate = { from: 'EUR', to: 'SEK', numerator: 1_123, denominator: 100 };
    await post(`${path}/exchange-rates`, rate);
    await post(`${path}/exchange-rates`, { ...rate, numerator: 1_124, corrects: true });
    await post(`${path}/content-cost`, { reportId: 'cost-1', amount: '7', currency: 'EUR' });
    await post(`${path}/performance-royalties`, { reportId: 'perf-1', amount: '3.5', currency: 'SEK' });
    await post(`${path}/refunds`, { reportId: 'back-1', amount: '0.25', currency: 'SEK' });
    const fees = ['l1', 'l2'].map((listenerId) => ({ listenerId, amount: '99.99' }));
    await post(`${path}/listener-fees`, { reportId: 'fees-1', currency: 'SEK', fees });
    const lines = [{ plan: 'family', weightPpm: 1_750_000, days: 30, count: 12 }];
    const last = await post(`${path}/subscriber-months`, { reportId: 'subs-1', lines });

    const expected = {
      offering: 'family',
      territory: 'SE',
      month: '2026-09',
      status: 'open',
      currency: 'SEK',
      revenue: [{ amount: '1000.250001', currency: 'SEK' }],
      refunds: [{ amount: '0.250000', currency: 'SEK' }],
      contentCost: [{ amount: '7.000000', currency: 'EUR' }],
      performanceRoyalties: [{ amount: '3.500000', currency: 'SEK' }],
      listenerFees: [{ amount: '199.980000', currency: 'SEK' }],
      inputs: 9,
      restatementDue: false,
      restatementReasons: [],
      settlement: null,
      restatements: 0,
    };
    expect((await seen(last, path)).json).toEqual(expected);
    expect((await seen(last, '/periods?offering=family&month=2026-09')).json.items).toEqual([expected]);
    const inputs = (await seen(last, `${path}/inputs`)).json.items;
    expect(inputs).toHaveLength(8);
    const refunds = (await seen(last, `${path}/inputs?type=RefundRecorded`)).json.items;
    expect(refunds).toEqual([expect.objectContaining({ type: 'RefundRecorded' })]);
    expect(inputs[0]).toEqual({
      type: 'RevenueRecorded',
      figures: { ...revenue, amount: '1000250000', earnedOn: '2026-09-30' },
      recordedAt: expect.any(String),
    });
  });

  test('records a report once, and no other under its id', async () => {
    const again = { ...revenue, reportId: 'gl-3' };
    const first = await post(`${path}/revenue`, again);
    const before = await service.dependencies.store.head();
    expect((await post(`${path}/revenue`, again)).json.id).toBe(first.json.id);
    expect(await service.dependencies.store.head()).toBe(before);
    await assertRefused(`${path}/revenue`, { ...again, amount: '1000.26' }, 409, 'ReportedOtherwise');
  });

  test('that is closed accepts only refunds and is then due for a restatement', async () => {
    const closed = '/periods/family/NO/2026-09';
    const report = { reportId: 'gl-1', amount: '10', currency: 'NOK' };
    await post(`${closed}/revenue`, { ...report, kind: 'other' });
    const fact = { type: 'PeriodCloseBegun', data: { fence: '1', rulesetHash: 'a'.repeat(64), at: 1 } };
    const metadata = { commandId: 'close', commandHash: 'h', actor: 'finance:ada', at: 1, schema: 1 };
    await service.dependencies.store.append('period-family.NO.2026-09', 0, [
      { ...fact, id: randomUUID(), metadata },
    ]);

    const late = { ...report, reportId: 'gl-2' };
    await assertRefused(`${closed}/revenue`, { ...late, kind: 'other' }, 409, 'PeriodIsClosed');
    await assertRefused(`${closed}/content-cost`, late, 409, 'PeriodIsClosed');
    const last = await post(`${closed}/refunds`, { ...late, amount: '1' });
    expect((await seen(last, '/periods?restatementDue=true')).json.items).toEqual([
      expect.objectContaining({
        territory: 'NO',
        status: 'closing',
        restatementDue: true,
        restatementReasons: [{ reason: 'REFUND', since: expect.any(String) }],
      }),
    ]);
  });

  test.each<[string, string, object, number, string]>([
    ['negative money', 'revenue', { ...revenue, reportId: 'x', amount: '-1' }, 422, 'BadAmount'],
    ['seven places', 'revenue', { ...revenue, reportId: 'x', amount: '1.0000001' }, 400, 'ValidationFailed'],
    ['a number', 'revenue', { ...revenue, reportId: 'x', amount: 1 }, 400, 'ValidationFailed'],
    [
      'an unknown currency',
      'revenue',
      { ...revenue, reportId: 'x', currency: 'XXX' },
      422,
      'UnknownCurrency',
    ],
    [
      'a currency without a rate',
      'revenue',
      { ...revenue, reportId: 'x', currency: 'USD' },
      422,
      'RateMissing',
    ],
    [
      'a date outside the month',
      'revenue',
      { ...revenue, reportId: 'x', earnedOn: '2026-10-01' },
      422,
      'DateOutsidePeriod',
    ],
    [
      'a refund of too much',
      'refunds',
      { reportId: 'x', amount: '9999', currency: 'SEK' },
      422,
      'RefundTooHigh',
    ],
    [
      'more days than there are',
      'subscriber-months',
      { reportId: 'x', lines: [{ plan: 'p', weightPpm: 1, days: 31, count: 1 }] },
      422,
      'DateOutsidePeriod',
    ],
    ['no lines', 'subscriber-months', { reportId: 'x', lines: [] }, 422, 'BadSubscriberMonths'],
    ['no plans', 'plan-fees', { reportId: 'x', currency: 'SEK', plans: [] }, 422, 'BadListenerFees'],
    [
      'a plan for more days than the month has',
      'plan-fees',
      {
        reportId: 'x',
        currency: 'SEK',
        plans: [
          {
            members: ['l1'],
            prices: [
              { amount: '1', days: 20 },
              { amount: '2', days: 11 },
            ],
          },
        ],
      },
      422,
      'DateOutsidePeriod',
    ],
    ['no fees', 'listener-fees', { reportId: 'x', currency: 'SEK', fees: [] }, 422, 'BadListenerFees'],
    [
      'a rate of 0',
      'exchange-rates',
      { from: 'USD', to: 'SEK', numerator: 0, denominator: 1 },
      422,
      'BadExchangeRate',
    ],
  ])('refuses %s', async (_what, resource, body, status, code) => {
    await post(`${path}/revenue`, { ...revenue, reportId: 'gl-4' });
    await assertRefused(`${path}/${resource}`, body, status, code);
  });

  test.each(['/periods/family/SE/2026-13', '/periods/family/se/2026-09', '/periods/Family/SE/2026-09'])(
    'is not %s',
    (wrong) => assertRefused(`${wrong}/revenue`, revenue, 400, 'ValidationFailed'),
  );
});

describe('the shares of a track', () => {
  const claim = (claimant: string, sharePpm: number, over: object = {}) => ({
    claimId: `${claimant}-1`,
    right: 'recording',
    territory: '*',
    claimant,
    sharePpm,
    validFrom: '2026-01-01T00:00:00.000Z',
    ...over,
  });

  test('are claimed, disputed, and resolved', async () => {
    await post('/tracks/t1/claims', claim('north', 800_000), north);
    const over = await post('/tracks/t1/claims', claim('south', 700_000));
    expect(over.json.id).toBe('south-1');
    const dispute = {
      right: 'recording',
      territory: '*',
      from: '2026-01-01T00:00:00.000Z',
      until: null,
      claimedPpm: 1_500_000,
      claimants: ['north', 'south'],
    };
    expect((await seen(over, '/tracks/t1/disputes')).json).toEqual({ trackId: 't1', disputes: [dispute] });
    expect((await seen(over, '/disputes')).json.items).toEqual([{ trackId: 't1', disputes: [dispute] }]);

    const shares = [
      { payee: 'north', sharePpm: 600_000 },
      { payee: 'south', sharePpm: 400_000 },
    ];
    const resolution = {
      right: 'recording',
      territory: '*',
      validFrom: '2026-01-01T00:00:00.000Z',
      shares,
    };
    const resolved = await post('/tracks/t1/disputes/resolve', resolution);
    expect((await seen(resolved, '/disputes')).json.items).toEqual([]);
    expect((await seen(resolved, '/tracks/t1/claims')).json.declarations).toHaveLength(3);
    expect((await seen(resolved, '/tracks/t1/claims', north)).json.declarations).toEqual([
      { kind: 'claim', ...claim('north', 800_000) },
      { kind: 'resolution', ...resolution, shares: [shares[0]] },
    ]);
    await assertRefused('/tracks/t1/disputes/resolve', { ...resolution, shares: [] }, 409, 'NotInDispute');
  });

  test('above 100% are rejected', () =>
    assertRefused('/tracks/t2/claims', claim('north', 1_000_001), 422, 'BadShare'));
  test('below 0 are rejected', () => assertRefused('/tracks/t2/claims', claim('north', -1), 422, 'BadShare'));
  test('of a track that does not exist are rejected', () =>
    assertRefused('/tracks/t9/claims', claim('north', 1), 404, 'TrackNotFound'));
  test('cannot be claimed by a label for another party', () =>
    assertRefused('/tracks/t2/claims', claim('south', 1), 403, 'Forbidden', north));
  test('cannot change under one report id', async () => {
    await post('/tracks/t2/claims', claim('north', 5, { claimId: 'n' }));
    await assertRefused('/tracks/t2/claims', claim('north', 6, { claimId: 'n' }), 409, 'ReportedOtherwise');
  });
});

describe('an account', () => {
  /** Appends the journal of a settlement and the event of the account that follows. */
  const credit = async (payee: string, amount: string) => {
    const [journalId, meta] = ['premium.DE.2026-10.0', { commandHash: 'h', actor: 'settlement:1', at: 1 }];
    const { stream, type, data } = journal(0, { bank: `-${amount}`, [`payee:${payee}`]: amount });
    const metadata = { ...meta, commandId: 'journal', schema: 2 };
    await service.app.get(EventStore).append(stream, NO_STREAM, [{ id: randomUUID(), type, data, metadata }]);
    await service.app
      .get(Streams)
      .transact(
        payeeAccount,
        `${payee}.EUR`,
        { type: 'CreditEarnings', data: { journalId, amount, at: 1 } },
        { ...meta, commandId: `credit ${payee}` },
      );
  };

  test('is paid out by two people', async () => {
    await post('/accounts/north/terms', { minPayout: '50', currency: 'EUR' });
    await post('/accounts/north/advances', { advanceId: 'a1', amount: '100', currency: 'EUR' });
    await assertRefused('/accounts/north/payouts', { currency: 'EUR' }, 409, 'NothingToPay');
    await credit('north', '175129999');

    const { json: proposal } = await post('/accounts/north/payouts', { currency: 'EUR' });
    const payout = `/accounts/north/payouts/${proposal.id}`;
    await assertRefused(`${payout}/release`, { currency: 'EUR' }, 409, 'SamePerson');
    const admin = await service.client('admin', 'ada');
    await assertRefused(`${payout}/release`, { currency: 'EUR' }, 409, 'SamePerson', admin);
    await assertRefused(`${payout}/release`, { currency: 'USD' }, 404, 'PayoutNotFound', other);
    const released = await post(`${payout}/release`, { currency: 'EUR' }, other);

    const eur = (amount: string) => ({ amount, currency: 'EUR' });
    const account = {
      payee: 'north',
      currency: 'EUR',
      balance: eur('0.009999'),
      setAside: eur('0.000000'),
      ledger: eur('0.009999'),
      minPayout: eur('50.000000'),
      payouts: [
        {
          payoutId: proposal.id,
          money: eur('75.120000'),
          status: 'released',
          proposedBy: 'ada',
          proposedAt: expect.any(String),
          releasedBy: 'bob',
          releasedAt: expect.any(String),
        },
      ],
    };
    expect((await seen(released, '/accounts/north')).json).toEqual({ payee: 'north', accounts: [account] });
    expect((await seen(released, '/accounts', north)).json.items).toEqual([account]);

    const failed = await post(`${payout}/fail`, { currency: 'EUR', reason: 'Account closed' });
    expect((await seen(failed, '/accounts/north')).json.accounts[0]).toMatchObject({
      balance: eur('75.129999'),
      ledger: eur('75.129999'),
      payouts: [{ status: 'failed', failedBecause: 'Account closed' }],
    });
    await assertRefused(`${payout}/release`, { currency: 'EUR' }, 409, 'PayoutHasFailed', other);
    const entries = (await seen(failed, '/accounts/north/entries?currency=EUR', north)).json.items;
    expect(entries).toEqual([
      { kind: 'earnings', id: 'premium.DE.2026-10.0', money: eur('175.129999'), at: expect.any(String) },
      { kind: 'advance', id: 'a1', money: eur('-100.000000'), at: expect.any(String) },
      {
        kind: 'payout',
        id: `north.EUR.payout.${proposal.id}`,
        money: eur('-75.120000'),
        at: expect.any(String),
      },
      {
        kind: 'reversal',
        id: `north.EUR.payout.${proposal.id}.reversal`,
        money: eur('75.120000'),
        at: expect.any(String),
      },
    ]);

    await assertRefused(
      '/accounts/north/advances/a2/reversal',
      { currency: 'EUR', reason: 'Paid twice' },
      404,
      'AdvanceNotFound',
    );
    const back = await post('/accounts/north/advances/a1/reversal', {
      currency: 'EUR',
      reason: 'Paid twice',
    });
    expect((await seen(back, '/accounts/north')).json.accounts[0]).toMatchObject({
      balance: eur('175.129999'),
      ledger: eur('175.129999'),
    });
  });

  test('of another payee appears missing to a label', async () => {
    const last = await post('/accounts/south/terms', { minPayout: '1', currency: 'EUR' });
    for (const path of ['/accounts/south', '/accounts/south/entries?currency=EUR'])
      expect(await seen(last, path, north)).toMatchObject({ status: 404, json: { code: 'AccountNotFound' } });
    expect(
      (await seen(last, '/accounts', north)).json.items.map(({ payee }: { payee: string }) => payee),
    ).not.toContain('south');
    expect((await seen(last, '/accounts/south')).status).toBe(200);
  });

  test.each<[string, object, number, string]>([
    ['terms', { minPayout: '-1', currency: 'EUR' }, 422, 'BadAmount'],
    ['terms', { minPayout: '1', currency: 'XXX' }, 422, 'UnknownCurrency'],
    ['advances', { advanceId: 'z', amount: '0', currency: 'EUR' }, 422, 'BadAmount'],
    ['payouts', { currency: 'XXX' }, 422, 'UnknownCurrency'],
  ])('refuses %s of %j', (resource, body, status, code) =>
    assertRefused(`/accounts/west/${resource}`, body, status, code),
  );
});

describe('a case', () => {
  const content = {
    caseId: 'k1',
    rule: 'F7',
    rulesVersion: 'a'.repeat(64),
    periodId: 'premium.DE.2026-10',
    subject: { kind: 'track', id: 't1' },
    evidenceHash: 'b'.repeat(64),
  };

  test('is opened by a rule, scored by a model and decided by a person, once', async () => {
    await post('/cases', content);
    await assertRefused('/cases', { ...content, rule: 'F8' }, 409, 'CaseExists');
    const score = { model: 'm', version: '1', score: 900_000 };
    await post('/cases/k1/score', score);
    await assertRefused('/cases/k1/score', { ...score, score: 1 }, 409, 'ReportedOtherwise');
    await assertRefused('/cases/k1/score', { ...score, version: '2', score: 1_000_001 }, 422, 'BadScore');
    const last = await post('/cases/k1/decision', { decision: 'release' });
    await assertRefused('/cases/k1/decision', { decision: 'confirm' }, 409, 'CaseIsDecided');

    const expected = {
      ...content,
      status: 'release',
      openedAt: expect.any(String),
      decidedBy: 'ada',
      decidedAt: expect.any(String),
      scores: [{ ...score, at: expect.any(String) }],
    };
    expect((await seen(last, '/cases/k1')).json).toEqual(expected);
    expect((await seen(last, '/cases?periodId=premium.DE.2026-10&status=release')).json.items).toEqual([
      expected,
    ]);
    expect((await seen(last, '/cases?status=open')).json.items).toEqual([]);
  });

  test.each<[string, object]>([
    ['a period that is none', { ...content, periodId: 'premium.DE' }],
    ['an unknown rule', { ...content, rule: 'F13' }],
    ['no hash', { ...content, evidenceHash: 'b' }],
  ])('refuses %s', (_what, body) => assertRefused('/cases', body, 400, 'ValidationFailed'));
});
