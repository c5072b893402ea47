import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  compareStatements,
  recordedStatement,
} from '../../../src/application/royalty/replay/recorded-statement.js';
import { replayPeriod } from '../../../src/application/royalty/replay/replay-period.js';
import { PRO_RATA } from '../../../src/domain/royalty/rulesets/defaults.js';
import { OCTOBER, playStarted, playStopped } from '../../support/playback/plays.js';
import { claim } from '../../support/rights/claims.js';
import type { Placed } from '../../support/specs/projection-spec.js';
import { PERIOD, PERIOD_ID, revenue, sha256 } from '../../support/royalty/month.js';
import { Crash, settlementWorld, type SettlementWorld } from '../../support/royalty/settlement-world.js';
import { DAY_MS } from '../../../src/domain/shared/civil-date.js';

let world: SettlementWorld;
beforeEach(async () => {
  world = await settlementWorld();
  await world.record(
    { stream: `period-${PERIOD_ID}`, ...revenue(10_000_000n) },
    claim('hit', 'label'),
    claim('other', 'indie'),
    ...listening('ada', 'hit', 3),
    ...listening('bot', 'hit', 4),
    ...listening('bob', 'other', 4),
  );
});
afterEach(() => world.stop());

/** What one play earns in micro-units: 5.5 of a revenue of 10, shared by the 11 plays of the month. */
const PLAY = 500_000n;

const listening = (listenerId: string, trackId: string, plays: number): readonly Placed[] =>
  Array.from({ length: plays }, (_, n) => n).flatMap((n) => {
    const facts = { listenerId, trackId, startedAt: OCTOBER + n * 600_000 };
    const playId = `${listenerId}-${n}`;
    return [playStarted(playId, facts), playStopped(playId, 60_000, facts)];
  });

const opened = (caseId: string, listenerId = 'bot'): Placed => ({
  stream: `case-${caseId}`,
  type: 'CaseOpened',
  data: {
    rule: 'F2',
    rulesVersion: 'a'.repeat(64),
    periodId: PERIOD_ID,
    subject: { kind: 'listener', id: listenerId },
    evidenceHash: 'b'.repeat(64),
    at: 0,
  },
});
const decided = (caseId: string, decision: 'confirm' | 'release'): Placed => ({
  stream: `case-${caseId}`,
  type: 'CaseDecided',
  data: { decision, by: 'fin', at: 0 },
});
/** Arrives after the close, before any restatement. */
const late = playStopped('late', 60_000, {
  listenerId: 'bob',
  trackId: 'other',
  startedAt: OCTOBER + DAY_MS,
});

const balances = async () => {
  const sums: Record<string, bigint> = {};
  for (const { type, data } of await world.books()) {
    if (type !== 'JournalPosted') continue;
    const { lines } = data as { lines: readonly { account: string; amount: string }[] };
    expect(lines.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(0n);
    for (const { account, amount } of lines) sums[account] = (sums[account] ?? 0n) + BigInt(amount);
  }
  const { bank: _bank, platform: _platform, ...rest } = sums;
  return Object.fromEntries(Object.entries(rest).filter(([, amount]) => amount !== 0n));
};

const journalsOf = async (number: number) =>
  (await world.books())
    .filter(({ stream }) => stream === `journal-${PERIOD_ID}.${number}`)
    .map(({ data }) => data);

const expectReplayEqual = async () => {
  const request = { store: world.store, schemas: world.schemas, period: PERIOD };
  const recorded = await recordedStatement(request);
  if (!recorded) throw new Error('Nothing is closed.');
  expect(compareStatements(recorded, await replayPeriod({ ...request, sha256 }))).toEqual([]);
  return recorded;
};

describe('a case that is open at the close', () => {
  test('holds the money of its plays, which keep their weight (edge case 41)', async () => {
    await world.record(opened('c1'));
    await world.close();
    expect(await balances()).toEqual({
      'held:c1': 4n * PLAY,
      'payee:label': 3n * PLAY,
      'payee:indie': 4n * PLAY,
    });
    expect((await expectReplayEqual()).summary).toMatchObject({ counted: 7, held: 4 });
  });

  test('pays exactly the held amount to its payees when released (edge case 43)', async () => {
    await world.record(opened('c1'));
    await world.close();
    await world.record(late, decided('c1', 'release'));
    await world.caseDecisionProcess();
    expect(await balances()).toEqual({ 'payee:label': 7n * PLAY, 'payee:indie': 4n * PLAY });
    expect(await journalsOf(1)).toMatchObject([
      {
        reason: 'RELEASE',
        lines: [
          { account: 'held:c1', amount: String(-4n * PLAY) },
          { account: 'payee:label', amount: String(4n * PLAY) },
        ],
      },
    ]);
    expect((await expectReplayEqual()).summary).toMatchObject({ counted: 11, held: 0 });
    expect((await world.explain('bot-0')).verdict).toMatchObject({ is: 'counted' });
  });

  test('shares the held amount among the other plays of the pool when confirmed (edge case 42, R13)', async () => {
    await world.record(opened('c1'));
    await world.close();
    await world.record(decided('c1', 'confirm'));
    await world.caseDecisionProcess();
    // 5.5 shared by 3 plays and 4 plays.
    expect(await balances()).toEqual({ 'payee:label': 2_357_143n, 'payee:indie': 3_142_857n });
    expect((await expectReplayEqual()).summary).toMatchObject({
      counted: 7,
      held: 0,
      rejected: { ARTIFICIAL: 4 },
    });
  });

  test('charges its label the penalties of the ruleset when confirmed (R18)', async () => {
    await world.enforce({
      ...PRO_RATA,
      penalties: { flat: { thresholdPpm: 500_000, feePerTrack: '700000' }, percentPpm: 250_000 },
    });
    await world.record(opened('c1'));
    await world.close();
    expect((await expectReplayEqual()).summary).not.toHaveProperty('penalties');
    await world.record(decided('c1', 'confirm'));
    await world.caseDecisionProcess();
    // 4 of 7 plays are more than half: 0.7; plus a quarter of what 4 of 11 plays would have earned of 5.5: 0.5. The 1.2
    // are shared by 3 plays and 4 plays, like the 5.5.
    expect(await balances()).toEqual({
      'payee:label': 2_357_143n + 514_286n - 1_200_000n,
      'payee:indie': 3_142_857n + 685_714n,
    });
    const { summary, lines } = await expectReplayEqual();
    expect(summary).toMatchObject({ pool: '5500000', payable: '5500000', penalties: '-1200000' });
    expect(lines.map(({ trackId, penalty }) => [trackId, penalty])).toEqual([
      ['hit', { artificial: 4, charges: [{ account: 'payee:label', amount: -1_200_000n }] }],
      ['other', undefined],
    ]);
    expect((await world.explain('bot-0')).rules.at(-1)).toMatchObject({
      outcome: 'failed',
      inputs: { penalties: { percentPpm: 250_000 } },
    });
  });

  test('decided before the close changes nothing after it', async () => {
    await world.record(opened('c1'), decided('c1', 'release'));
    await world.close();
    const books = await world.books();
    await world.caseDecisionProcess();
    expect(await world.books()).toEqual(books);
  });

  test('decided during the close is settled once the close is complete', async () => {
    await world.record(opened('c1'));
    world.failAfter(1);
    await expect(world.close()).rejects.toThrow(Crash);
    world.failAfter(undefined);
    await world.record(decided('c1', 'release'));
    await world.caseDecisionProcess();
    await world.close();
    expect(await balances()).toMatchObject({ 'held:c1': 4n * PLAY });
    await world.caseDecisionProcess();
    expect(await balances()).toEqual({ 'payee:label': 7n * PLAY, 'payee:indie': 4n * PLAY });
  });
});

describe('a decision after the close', () => {
  test('is applied once, however often it is delivered', async () => {
    await world.record(opened('c1'));
    await world.close();
    await world.record(decided('c1', 'release'));
    await world.caseDecisionProcess();
    const books = await world.books();
    await world.caseDecisionProcess();
    expect(await world.books()).toEqual(books);
  });

  test('follows an earlier release, and a restatement includes late plays', async () => {
    await world.record(opened('c1'), opened('c2', 'bob'));
    await world.close();
    await world.record(decided('c1', 'release'), late);
    await world.caseDecisionProcess();
    await world.record(decided('c2', 'release'));
    await world.caseDecisionProcess();
    expect(await balances()).toEqual({ 'payee:label': 7n * PLAY, 'payee:indie': 4n * PLAY });
    await expectReplayEqual();
    await world.restate('LATE_USAGE');
    expect((await expectReplayEqual()).summary).toMatchObject({ counted: 12, held: 0 });
    expect(await balances()).toEqual({ 'payee:label': 3_208_333n, 'payee:indie': 2_291_667n });
  });

  test('releases without including a refund', async () => {
    await world.record(opened('c1'));
    await world.close();
    const refund = { reportId: 'r2', amount: '1000000', currency: 'EUR', at: 0 };
    await world.record(
      { stream: `period-${PERIOD_ID}`, type: 'RefundRecorded', data: refund },
      decided('c1', 'release'),
    );
    await world.caseDecisionProcess();
    expect((await expectReplayEqual()).summary.pool).toBe('5500000');
    await world.restate('REFUND');
    expect((await expectReplayEqual()).summary.pool).toBe('4950000');
  });

  test('about a case opened after the close moves money only when confirmed', async () => {
    await world.close();
    await world.record(opened('c1'), decided('c1', 'release'));
    await world.caseDecisionProcess();
    expect(await journalsOf(1)).toEqual([]);
    await world.record(opened('c2'), decided('c2', 'confirm'));
    await world.caseDecisionProcess();
    expect(await balances()).toEqual({ 'payee:label': 2_357_143n, 'payee:indie': 3_142_857n });
  });

  test.each(['the beginning', 'the lines', 'the journal', 'the summary'].entries().toArray())(
    'interrupted after append %i, %s, is completed on redelivery',
    async (append) => {
      await world.record(opened('c1'));
      await world.close();
      await world.record(decided('c1', 'release'));
      world.failAfter(append);
      await world.caseDecisionProcess();
      world.failAfter(undefined);
      expect(await balances()).toEqual({ 'payee:label': 7n * PLAY, 'payee:indie': 4n * PLAY });
      expect(await journalsOf(1)).toHaveLength(1);
      expect(await journalsOf(2)).toEqual([]);
      await expectReplayEqual();
    },
  );
});
