import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  compareStatements,
  recordedStatement,
} from '../../../src/application/royalty/replay/recorded-statement.js';
import { replayPeriod } from '../../../src/application/royalty/replay/replay-period.js';
import { PRO_RATA } from '../../../src/domain/royalty/rulesets/defaults.js';
import { delivered, OCTOBER, playStarted, playStopped } from '../../support/playback/plays.js';
import { claim } from '../../support/rights/claims.js';
import type { Placed } from '../../support/specs/projection-spec.js';
import { PERIOD, PERIOD_ID, revenue, sha256 } from '../../support/royalty/month.js';
import { settlementWorld, type SettlementWorld } from '../../support/royalty/settlement-world.js';
import { DAY_MS } from '../../../src/domain/shared/civil-date.js';

// The edge cases of money that need more than one settlement, with the numbers of docs/edge-cases.md.

let world: SettlementWorld;
beforeEach(async () => {
  world = await settlementWorld();
});
afterEach(() => world.stop());

const input = (event: { readonly type: string; readonly data: object }): Placed => ({
  stream: `period-${PERIOD_ID}`,
  ...event,
});
const listened = (playId: string, trackId: string, listenerId: string, over: object = {}): Placed =>
  playStopped(playId, 60_000, { trackId, listenerId, startedAt: OCTOBER, ...over });

/** Two listeners, two tracks, a pool of 5.5 from a revenue of 10. */
const october = (...claims: readonly Placed[]): readonly Placed[] => [
  input(revenue(10_000_000n)),
  ...claims,
  listened('p1', 'one', 'ada'),
  listened('p2', 'two', 'bob'),
];

const standing = async () => {
  const request = { store: world.store, schemas: world.schemas, period: PERIOD };
  const recorded = await recordedStatement(request);
  if (!recorded) throw new Error('Nothing is closed.');
  expect(compareStatements(recorded, await replayPeriod({ ...request, sha256 }))).toEqual([]);
  return recorded;
};

/** The balances of the ledger that are not 0, without bank and platform. */
const balances = async () => {
  const sums: Record<string, bigint> = {};
  for (const { type, data } of await world.books()) {
    if (type !== 'JournalPosted') continue;
    const { lines } = data as { lines: readonly { account: string; amount: string }[] };
    for (const { account, amount } of lines) sums[account] = (sums[account] ?? 0n) + BigInt(amount);
  }
  const { bank: _bank, platform: _platform, ...rest } = sums;
  return Object.fromEntries(Object.entries(rest).filter(([, amount]) => amount !== 0n));
};

const journal = async (number: number) =>
  (await world.books())
    .filter(({ stream, type }) => type === 'JournalPosted' && stream.endsWith(`.${number}`))
    .flatMap(({ data }) => (data as { lines: readonly object[] }).lines);

const OVER = OCTOBER + 31 * DAY_MS;

test('26: a month includes plays synchronised on day 36, because it closes on day 38', async () => {
  await world.record(...october(claim('one', 'ann'), claim('two', 'bob')));
  await expect(world.close(undefined, OVER + 38 * DAY_MS - 1)).rejects.toThrow('TooEarlyToClose');
  const started = OCTOBER + 30 * DAY_MS;
  await world.record(
    playStopped('late', 60_000, {
      trackId: 'one',
      listenerId: 'eve',
      startedAt: started,
      mode: 'offline',
    }),
  );
  await world.close(undefined, OVER + 38 * DAY_MS);
  expect((await standing()).summary).toMatchObject({ counted: 3 });
});

test('27: usage found after the close moves money within the pool, in sum zero (R13)', async () => {
  await world.record(...october(claim('one', 'ann'), claim('two', 'ben')));
  await world.close();
  await world.record(listened('p3', 'two', 'eve'));
  await world.restate('LATE_USAGE');
  expect(await balances()).toEqual({ 'payee:ann': 1_833_333n, 'payee:ben': 3_666_667n });
  expect(await journal(1)).toEqual([
    { account: 'payee:ann', amount: '-916667' },
    { account: 'payee:ben', amount: '916667' },
  ]);
  await standing();
});

test('35: a refund is negative revenue, and restates a closed period', async () => {
  await world.record(...october(claim('one', 'ann'), claim('two', 'ben')));
  await world.close();
  const refund = { reportId: 'r2', amount: '2000000', currency: 'EUR', at: 0 };
  await world.record(input({ type: 'RefundRecorded', data: refund }));
  await world.restate('REFUND');
  expect((await standing()).summary).toMatchObject({ pool: '4400000', platform: '3600000' });
  expect(await balances()).toEqual({ 'payee:ann': 2_200_000n, 'payee:ben': 2_200_000n });
});

test('38: a resolved dispute is paid from the disputed amount, by the final shares', async () => {
  await world.record(
    ...october(
      claim('one', 'ann', { sharePpm: 700_000 }),
      claim('one', 'ben', { sharePpm: 700_000, claimId: 'd' }),
    ),
  );
  await world.close();
  expect(await balances()).toEqual({ 'disputed:one': 2_750_000n, 'unmatched:two': 2_750_000n });
  const shares = [
    { payee: 'ann', sharePpm: 600_000 },
    { payee: 'ben', sharePpm: 400_000 },
  ];
  const resolution = { right: 'recording', territory: '*', validFrom: 0, shares, at: 0 };
  await world.record({ stream: 'rights-one', type: 'DisputeResolved', data: resolution });
  await world.restate('DISPUTE_RESOLVED');
  expect(await balances()).toEqual({
    'payee:ann': 1_650_000n,
    'payee:ben': 1_100_000n,
    'unmatched:two': 2_750_000n,
  });
  await standing();
});

test('40: money paid to the wrong payee is reversed and booked again, for reason METADATA', async () => {
  await world.record(...october(claim('one', 'wrong'), claim('two', 'ben')));
  await world.close();
  await world.record(claim('one', 'wrong', { sharePpm: 0, claimId: 'd' }), claim('one', 'right'));
  await world.restate('METADATA');
  expect(await journal(1)).toEqual([
    { account: 'payee:right', amount: '2750000' },
    { account: 'payee:wrong', amount: '-2750000' },
  ]);
  // The wrong journal stays in the books.
  expect(await journal(0)).toContainEqual({ account: 'payee:wrong', amount: '2750000' });
  await standing();
});

test('44: a later model with another judgement changes nothing: the recorded score and decision remain', async () => {
  await world.record(...october(claim('one', 'ann'), claim('two', 'ben')), {
    stream: 'case-c1',
    type: 'CaseOpened',
    data: {
      rule: 'MODEL',
      rulesVersion: 'a'.repeat(64),
      periodId: PERIOD_ID,
      subject: { kind: 'track', id: 'two' },
      evidenceHash: 'b'.repeat(64),
      at: 0,
    },
  });
  const score = (version: string, value: number): Placed => ({
    stream: 'case-c1',
    type: 'ModelScoreRecorded',
    data: { model: 'm', version, score: value, at: 0 },
  });
  await world.record(score('1', 990_000));
  await world.close();
  const before = await standing();
  await world.record(score('2', 10_000));
  await world.caseDecisionProcess();
  expect(await standing()).toEqual(before);
  expect(before.summary).toMatchObject({ held: 1, heldAmount: '2750000' });
});

describe('49: a length corrected after the close', () => {
  const corrected = (trackId: string, durationMs: number): Placed => ({
    stream: `track-${trackId}`,
    type: 'TrackCorrected',
    data: { durationMs, at: 1 },
  });
  /** The first 25 s, then the first 5 s again: 25 s of unique media. */
  const segments = [
    { fromMs: 0, toMs: 25_000, wallMs: 25_000 },
    { fromMs: 0, toMs: 5_000, wallMs: 5_000 },
  ];
  const heard = (
    playId: string,
    listenerId: string,
    durationMs: number | null,
    startedAt = OCTOBER,
  ): readonly Placed[] => {
    const facts = { trackId: 'one', listenerId, durationMs, startedAt };
    const stopped = playStopped(playId, 30_000, facts);
    return [
      playStarted(playId, facts),
      { ...stopped, data: { ...stopped.data, segments, uniqueMs: 25_000 } },
    ];
  };
  const lengths = async (playId: string) => {
    const { play, correctedMs, verdict, rules } = await world.explain(playId);
    const heardBy = rules.find(({ rule }) => rule === 'R2' || rule === 'R3')?.inputs;
    return { reported: play?.durationMs, correctedMs, verdict: verdict?.is, heardBy };
  };

  test('restates by the recorded segments, for reason METADATA, in sum zero', async () => {
    await world.record(
      input(revenue(10_000_000n)),
      claim('one', 'ann'),
      claim('two', 'ben'),
      ...heard('p1', 'ada', 200_000),
      listened('p2', 'two', 'bob'),
    );
    await world.close();
    const closed = await standing();
    expect(closed.summary).toMatchObject({ counted: 1, rejected: { BELOW_THRESHOLD: 1 } });

    await world.record(corrected('one', 24_000));
    // The closed statement is unchanged, and the replay agrees.
    expect(await standing()).toEqual(closed);
    expect(await lengths('p1')).toMatchObject({ reported: 200_000, correctedMs: null, verdict: 'rejected' });

    await world.restate('METADATA');
    const restated = await standing();
    expect(restated.summary).toMatchObject({ counted: 2, rejected: {} });
    expect(restated.summary.inputRoot).not.toBe(closed.summary.inputRoot);
    expect(await journal(1)).toEqual([
      { account: 'payee:ann', amount: '2750000' },
      { account: 'payee:ben', amount: '-2750000' },
    ]);
    expect(await lengths('p1')).toMatchObject({
      reported: 200_000,
      correctedMs: 24_000,
      verdict: 'counted',
      heardBy: { durationMs: 24_000, reportedDurationMs: 200_000, playedMs: 29_000, uniqueMs: 24_000 },
    });

    await world.record(corrected('one', 200_000));
    await world.restate('METADATA', 'back');
    expect((await standing()).summary).toEqual({
      ...closed.summary,
      fence: expect.any(String),
    });
  });

  test('applies to imported plays without a length', async () => {
    const credit = { kind: 'gradLinear', fullAt: 'duration', minMs: 0, measure: 'unique' } as const;
    await world.enforce({ ...PRO_RATA, counting: { ...PRO_RATA.counting, credit } });
    await world.record(
      input(revenue(10_000_000n)),
      claim('one', 'ann'),
      claim('two', 'ben'),
      ...heard('p1', 'ada', null),
      listened('p2', 'two', 'bob'),
    );
    await world.close();
    expect((await standing()).summary.rejected).toEqual({ LENGTH_UNKNOWN: 1 });
    await world.record(corrected('one', 50_000));
    await world.restate('METADATA');
    expect(
      Object.fromEntries((await standing()).lines.map((line) => [line.trackId, line.creditPpm])),
    ).toEqual({
      one: 500_000,
      two: 300_000,
    });
    expect(await lengths('p1')).toMatchObject({ reported: null, correctedMs: 50_000, verdict: 'counted' });
  });

  test('applies the last correction of each track before the fence, among more than one page of them', async () => {
    await world.record(
      input(revenue(10_000_000n)),
      ...Array.from({ length: 1_001 }, (_, n) => corrected('two', n + 1)),
      corrected('one', 100_000),
      corrected('one', 24_000),
      ...heard('p1', 'ada', 200_000),
      listened('p2', 'two', 'bob', { durationMs: 29_000 }),
    );
    await world.close();
    await world.record(corrected('one', 200_000), corrected('two', 200_000));
    // The lengths are 1,001 ms and 24,000 ms.
    expect((await standing()).summary).toMatchObject({ counted: 2 });
    expect(await lengths('p1')).toMatchObject({ correctedMs: 24_000, verdict: 'counted' });
  });

  test('leaves a play unchanged that was reported with the corrected length', async () => {
    await world.record(
      input(revenue(10_000_000n)),
      corrected('one', 100_000),
      corrected('one', 200_000),
      ...heard('p1', 'ada', 200_000),
    );
    await world.close();
    await standing();
    expect(await lengths('p1')).toMatchObject({ reported: 200_000, correctedMs: null });
  });

  test('applies to a run from before the month, and to what deliveries confirm', async () => {
    const delivery = { windowMs: DAY_MS, edgeToleranceMs: 0 };
    await world.enforce({ ...PRO_RATA, counting: { ...PRO_RATA.counting, straightRunMax: 1, delivery } });
    const august = OCTOBER - 40 * DAY_MS;
    const sent = { trackId: 'one', fromMs: 0 };
    await world.record(
      input(revenue(10_000_000n)),
      ...heard('august', 'ada', 200_000, august),
      ...heard('october', 'ada', 200_000),
      ...heard('undelivered', 'bob', 200_000),
      delivered(
        'd1',
        { ...sent, listenerId: 'ada', toMs: 26_000, at: august },
        { ...sent, listenerId: 'ada', toMs: 26_000 },
        { ...sent, listenerId: 'bob', toMs: 20_000 },
      ),
    );
    await world.close();
    expect((await standing()).summary.rejected).toEqual({ BELOW_THRESHOLD: 2 });
    await world.record(corrected('one', 24_000));
    await world.restate('METADATA');
    expect((await standing()).summary.rejected).toEqual({ NO_DELIVERY_EVIDENCE: 1, STRAIGHT_RUN: 1 });
    expect(await lengths('undelivered')).toMatchObject({ correctedMs: 24_000, verdict: 'rejected' });
  });
});

describe('53: a corrected exchange rate', () => {
  test('restates the pool, which is converted once and not line by line', async () => {
    const rate = (numerator: number) =>
      input({
        type: 'ExchangeRateRecorded',
        data: { from: 'USD', to: 'EUR', numerator, denominator: 3, at: 0 },
      });
    await world.enforce({ ...PRO_RATA, sharing: { model: 'proRata', distributablePpm: 1_000_000 } });
    await world.record(
      input(revenue(0n)),
      rate(2),
      input(revenue(1_000n, 'USD', 'r2')),
      claim('one', 'ann'),
      claim('two', 'ben'),
      ...[1, 2].map((n) => listened(`p${n}`, 'one', `l${n}`)),
      listened('p3', 'two', 'l3'),
    );
    await world.close();
    // ⌊1,000 × 2 / 3⌋, then shared in thirds.
    expect((await standing()).summary.pool).toBe('666');
    expect(await balances()).toMatchObject({ 'payee:ann': 444n, 'payee:ben': 222n });
    await world.record(rate(1));
    await world.restate('RATE_CORRECTED');
    expect((await standing()).summary.pool).toBe('333');
    expect(await balances()).toMatchObject({ 'payee:ann': 222n, 'payee:ben': 111n });
  });
});

test('57: a changed rule gets a new hash from its month on; closed periods keep theirs', async () => {
  const before = await world.enforce(PRO_RATA);
  await world.record(...october(claim('one', 'ann'), claim('two', 'ben')));
  await world.close();
  const closed = await standing();
  expect(closed.summary.rulesetHash).toBe(before);
  const after = await world.enforce({
    ...PRO_RATA,
    name: 'Another rule',
    penalties: { flat: null, percentPpm: 1 },
  });
  expect(after).not.toBe(before);
  await world.restate('LATE_USAGE');
  expect((await standing()).summary.rulesetHash).toBe(before);
});
