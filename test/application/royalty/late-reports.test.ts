import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { PRELOADED_MAX } from '../../../src/application/royalty/settlement/late-reports.js';
import {
  compareStatements,
  recordedStatement,
} from '../../../src/application/royalty/replay/recorded-statement.js';
import { replayPeriod } from '../../../src/application/royalty/replay/replay-period.js';
import { PRO_RATA } from '../../../src/domain/royalty/rulesets/defaults.js';
import { lateReport, reported } from '../../support/playback/late-reports.js';
import { OCTOBER, playStarted, playStopped } from '../../support/playback/plays.js';
import { claim } from '../../support/rights/claims.js';
import { PERIOD, PERIOD_ID, revenue, sha256 } from '../../support/royalty/month.js';
import { settlementWorld, type SettlementWorld } from '../../support/royalty/settlement-world.js';
import { DAY_MS } from '../../../src/domain/shared/civil-date.js';

// R15 in money: late reports of plays.

let world: SettlementWorld;
beforeEach(async () => {
  world = await settlementWorld();
  await world.record(
    { stream: `period-${PERIOD_ID}`, ...revenue(20_000_000n) },
    claim('hit', 'label'),
    claim('other', 'indie'),
    ...live('known', 60_000, { listenerId: 'bob', trackId: 'other' }),
  );
});
afterEach(() => world.stop());

/** The pool of the month in micro-units, from a revenue of 20. */
const POOL = 11_000_000n;

const live = (playId: string, heardMs: number, over: Parameters<typeof playStopped>[2] = {}) => [
  playStarted(playId, { trackId: 'hit', ...over }),
  playStopped(playId, heardMs, { trackId: 'hit', ...over }),
];

/** Appends reports to the play's stream. */
const report = async (playId: string, ...reports: readonly ReturnType<typeof lateReport>[]) => {
  const past = [];
  for await (const page of world.store.readStream(`play-${playId}`)) past.push(...page);
  const facts = reported(
    playId,
    reports.map((one) => ({ ...one, data: { ...one.data, trackId: 'hit' } })),
    past.map(({ type, data }) => ({ type, data })) as never,
  );
  await world.record(...facts.slice(past.length));
};

const accounts = async () => {
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

/** The summary in the books, after checking that the replay agrees. */
const summary = async () => {
  const request = { store: world.store, schemas: world.schemas, period: PERIOD };
  const recorded = await recordedStatement(request);
  if (!recorded) throw new Error('Nothing is closed.');
  expect(compareStatements(recorded, await replayPeriod({ ...request, sha256 }))).toEqual([]);
  return recorded.summary;
};
const opened = (caseId = 'conflict') => world.evidence(caseId);
const decide = (decision: 'confirm' | 'release') =>
  world.record({ stream: 'case-conflict', type: 'CaseDecided', data: { decision, by: 'fin', at: 0 } });

const EQUAL = { 'payee:label': POOL / 2n, 'payee:indie': POOL / 2n };
const ALONE = { 'payee:indie': POOL };

describe('a late report', () => {
  test('makes a play that began online count (edge case 14)', async () => {
    await world.record(...live('p', 20_000));
    await report('p', lateReport(2, [25_000, 40_000]), lateReport(1, [15_000, 25_000]));
    await world.close();
    expect(await accounts()).toEqual(EQUAL);
    expect(await summary()).toMatchObject({ counted: 2, rejected: {} });
    expect(await world.explain('p')).toMatchObject({
      play: { playedMs: 45_000, uniqueMs: 40_000, at: OCTOBER + 40_000 },
      reports: [
        { deviceSeq: 2, outcome: 'counted' },
        { deviceSeq: 1, outcome: 'counted' },
      ],
      conflict: null,
      stage: 'closed',
      verdict: { is: 'counted' },
    });
  });

  test('counts without a live report, in the month in which the play started', async () => {
    await report('p', lateReport(1, [0, 40_000]));
    await world.close();
    expect(await accounts()).toEqual(EQUAL);
    expect(await summary()).toMatchObject({ counted: 2 });
  });

  test('is found among more reports than are preloaded', async () => {
    const others = Array.from({ length: PRELOADED_MAX }, (_, n) =>
      lateReport(n, [n, n + 1], { listenerId: 'bob' }),
    );
    await report('long', ...others);
    await world.record(...live('p', 20_000));
    await report('p', lateReport(1, [20_000, 40_000]));
    await world.close();
    expect(await accounts()).toEqual(EQUAL);
    expect(await summary()).toMatchObject({ counted: 2, rejected: { BELOW_THRESHOLD: 1 } });
  });

  test('has no effect when repeated (edge case 15)', async () => {
    await world.record(...live('p', 20_000));
    await report('p', lateReport(1, [20_000, 29_999]), lateReport(1, [20_000, 29_999]));
    await world.close();
    expect(await accounts()).toEqual(ALONE);
    expect(await summary()).toMatchObject({ rejected: { BELOW_THRESHOLD: 1 } });
  });

  test('after the close counts in a restatement, in sum zero (edge case 27)', async () => {
    await world.record(...live('p', 20_000));
    await world.close();
    expect(await accounts()).toEqual(ALONE);
    await report('p', lateReport(1, [20_000, 40_000]));
    expect(await world.explain('p')).toMatchObject({
      stage: 'late',
      verdict: { is: 'counted' },
      money: null,
    });
    await world.restate('LATE_USAGE');
    expect(await accounts()).toEqual(EQUAL);
    expect(await summary()).toMatchObject({ counted: 2, rejected: {} });
  });

  test('too late by the ruleset leaves the reports in time unchanged (R14)', async () => {
    await world.record(...live('p', 40_000));
    await report('p', lateReport(1, [40_000, 50_000], { receivedAt: OCTOBER + 38 * DAY_MS }));
    await report('q', lateReport(1, [0, 50_000], { receivedAt: OCTOBER + 38 * DAY_MS }));
    await world.close();
    expect(await accounts()).toEqual(EQUAL);
    expect(await summary()).toMatchObject({ counted: 2, rejected: { TOO_OLD: 1 } });
    expect(await world.explain('p')).toMatchObject({
      play: { uniqueMs: 40_000 },
      reports: [{ outcome: 'TOO_OLD' }],
    });
  });

  test('extends the play: another one at the same time does not count (R16)', async () => {
    await world.record(
      ...live('p', 40_000),
      ...live('during', 40_000, { startedAt: OCTOBER + 60_000, deviceId: 'tablet' }),
    );
    await report('p', lateReport(1, [40_000, 100_000]));
    await world.close();
    expect(await summary()).toMatchObject({ counted: 2, rejected: { CONCURRENT: 1 } });
    expect(await world.explain('during')).toMatchObject({ verdict: { reason: 'CONCURRENT' } });
  });

  test('needs evidence for its own device where the ruleset requires evidence (R20)', async () => {
    const delivery = { windowMs: DAY_MS, edgeToleranceMs: 0 };
    await world.enforce({ ...PRO_RATA, counting: { ...PRO_RATA.counting, delivery } });
    await world.record(...live('p', 20_000));
    const sent = { listenerId: 'ada', trackId: 'hit', at: OCTOBER, fromMs: 0 };
    await world.record({
      stream: 'delivery-b',
      type: 'DeliveriesObserved',
      data: {
        deliveries: [
          { ...sent, deviceId: 'phone', toMs: 200_000 },
          { ...sent, deviceId: 'tablet', toMs: 35_000 },
        ],
        at: OCTOBER,
      },
    });
    await report('p', lateReport(1, [20_000, 60_000], { deviceId: 'tablet' }));
    await world.close();
    expect(await summary()).toMatchObject({ counted: 1, rejected: { NO_DELIVERY_EVIDENCE: 1 } });
    expect((await world.explain('p')).rules.find(({ rule }) => rule === 'R20')).toMatchObject({
      inputs: { claimed: { uniqueMs: 60_000 }, borneOut: { uniqueMs: 35_000 } },
    });
  });
});

describe('reports that contradict each other (edge case 16)', () => {
  const [long, short] = [lateReport(1, [20_000, 60_000]), lateReport(1, [20_000, 40_000])];

  test.each([
    ['the longer one first', [long, short]],
    ['the shorter one first', [short, long]],
  ])('hold the play, %s, even before its case is opened', async (_what, order) => {
    await world.record(...live('p', 20_000));
    await report('p', ...order);
    await world.close();
    expect(await accounts()).toEqual({ 'held:conflict': POOL / 2n, 'payee:indie': POOL / 2n });
    expect(await summary()).toMatchObject({ counted: 1, held: 1 });
    const explained = await world.explain('p');
    expect(explained).toMatchObject({
      play: { uniqueMs: 40_000 },
      conflict: 'conflict',
      verdict: { is: 'held', caseId: 'conflict' },
    });
    const outcomes = new Map(explained.reports.map(({ segments, outcome }) => [segments[0]?.toMs, outcome]));
    expect(outcomes).toEqual(
      new Map([
        [40_000, 'counted'],
        [60_000, 'superseded'],
      ]),
    );
  });

  test('open a case for a person to decide, with its evidence', async () => {
    await report('p', long, short, lateReport(2, [60_000, 70_000]), lateReport(2, [60_000, 80_000]));
    await world.openConflictCases();
    await world.openConflictCases();
    const evidence = await opened();
    expect(evidence).toMatchObject({ isEqual: true });
    expect(JSON.parse(evidence.document ?? '')).toMatchObject({
      periodId: PERIOD_ID,
      subject: { kind: 'play', id: 'p' },
      evidence: [{ deviceSeq: 1 }, { deviceSeq: 1 }],
    });
  });

  test('count as the shorter one once released, even if the case was opened after the close', async () => {
    await world.record(...live('p', 20_000));
    await report('p', long, short);
    await world.close();
    await world.openConflictCases();
    await decide('release');
    await world.caseDecisionProcess();
    expect(await accounts()).toEqual(EQUAL);
    expect(await summary()).toMatchObject({ counted: 2, held: 0 });
    expect(await world.explain('p')).toMatchObject({ verdict: { is: 'counted' }, stage: 'closed' });
  });

  test('are rejected once confirmed, with their own reason and without a penalty (R18)', async () => {
    await world.enforce({ ...PRO_RATA, penalties: { flat: null, percentPpm: 1_000_000 } });
    await world.record(...live('p', 20_000));
    await report('p', long, short);
    await world.close();
    await world.openConflictCases();
    await decide('confirm');
    await world.caseDecisionProcess();
    expect(await accounts()).toEqual(ALONE);
    expect(await summary()).toMatchObject({ counted: 1, held: 0, rejected: { CONFLICTING_REPORT: 1 } });
    expect((await world.explain('p')).rules.find(({ rule }) => rule === 'R15')).toMatchObject({
      outcome: 'failed',
      inputs: { conflict: 'conflict' },
    });
  });

  test('decided before the close are settled as decided', async () => {
    await report('p', long, short);
    await report('p', lateReport(2, [0, 20_000]));
    await world.openConflictCases();
    await decide('release');
    await world.close();
    await world.caseDecisionProcess();
    expect(await accounts()).toEqual(EQUAL);
    expect((await world.books()).filter(({ type }) => type === 'RestatementBegun')).toEqual([]);
  });

  test('that arrive after the close are released without a restatement: they held nothing', async () => {
    await world.record(...live('p', 40_000));
    await world.close();
    await report('p', long, short);
    await world.openConflictCases();
    await decide('release');
    await world.caseDecisionProcess();
    expect(await accounts()).toEqual(EQUAL);
    expect((await world.books()).filter(({ type }) => type === 'RestatementBegun')).toEqual([]);
  });
});
