import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ReadYourWrites } from '../../../src/application/projecting/read-your-writes.js';
import { ListPeriods, ListPeriodsHandler } from '../../../src/application/royalty/periods.queries.js';
import { RestatementsDue } from '../../../src/application/royalty/restatements-due.js';
import { ARTIST_CENTRIC, PRO_RATA } from '../../../src/domain/royalty/rulesets/defaults.js';
import { type PeriodPage, periods } from '../../../src/projections/royalty/periods.js';
import { RECENT_MAX } from '../../../src/projections/catalogue/track-changes.js';
import { delivered, OCTOBER, playStopped } from '../../support/playback/plays.js';
import { claim } from '../../support/rights/claims.js';
import type { Placed } from '../../support/specs/projection-spec.js';
import { PERIOD_ID, revenue } from '../../support/royalty/month.js';
import { DECEMBER, settlementWorld, type SettlementWorld } from '../../support/royalty/settlement-world.js';
import { DAY_MS } from '../../../src/domain/shared/civil-date.js';

let world: SettlementWorld;
let restatements: RestatementsDue;
beforeEach(async () => {
  world = await settlementWorld();
  restatements = new RestatementsDue(world.models, new ReadYourWrites(world.models, world.timer));
});
afterEach(() => world.stop());

const LATER = DECEMBER + DAY_MS;

const input = (event: { readonly type: string; readonly data: object }, periodId = PERIOD_ID): Placed => ({
  stream: `period-${periodId}`,
  ...event,
});
/** Half of a track, claimed after October. */
const lateClaim = (trackId: string, over: Parameters<typeof claim>[2] = {}): Placed =>
  claim(trackId, 'ann', { claimId: 'late', sharePpm: 500_000, validFrom: OCTOBER, at: LATER, ...over });
const corrected = (trackId: string, durationMs = 180_000): Placed => ({
  stream: `track-${trackId}`,
  type: 'TrackCorrected',
  data: { durationMs, at: LATER },
});
const noise: Placed = { stream: 'track-one', type: 'TrackClassified', data: { kind: 'noise', at: LATER } };
const opened = (caseId: string): Placed => ({
  stream: `case-${caseId}`,
  type: 'CaseOpened',
  data: {
    rule: 'F9',
    rulesVersion: 'a'.repeat(64),
    periodId: PERIOD_ID,
    subject: { kind: 'track', id: 'one' },
    evidenceHash: 'b'.repeat(64),
    at: LATER,
  },
});
const decided = (caseId: string, decision: string): Placed => ({
  stream: `case-${caseId}`,
  type: 'CaseDecided',
  data: { decision, by: 'fin', at: LATER + 1 },
});
const lateDelivery = (trackId: string, at = OCTOBER): Placed => {
  const { data, ...batch } = delivered('late', { trackId, at });
  return { ...batch, data: { ...data, at: LATER } };
};
const latePlay = (over: object = {}): Placed =>
  playStopped('late', 60_000, { trackId: 'two', receivedAt: LATER, ...over });

const closedWith = async (...facts: readonly Placed[]): Promise<void> => {
  await world.record(
    input(revenue(10_000_000n)),
    playStopped('p1', 60_000, { trackId: 'one' }),
    playStopped('p2', 60_000, { trackId: 'two', listenerId: 'bob' }),
    ...facts,
  );
  await world.close();
};

const due = async (): Promise<object> => {
  await restatements.reached(await world.store.head());
  const period = await world.models.get<PeriodPage>(periods, PERIOD_ID);
  if (!period) throw new Error('The period does not exist.');
  return Object.fromEntries((await restatements.of(period)).map(({ reason, since }) => [reason, since]));
};

const BY_EVIDENCE = {
  ...PRO_RATA,
  counting: { ...PRO_RATA.counting, delivery: { windowMs: 40 * DAY_MS, edgeToleranceMs: 0 } },
};

describe('a closed period', () => {
  test.each<[string, Placed, object]>([
    ['a play', latePlay(), { LATE_USAGE: LATER }],
    [
      'a refund',
      input({ type: 'RefundRecorded', data: { reportId: 'b', amount: '1', currency: 'EUR', at: LATER } }),
      { REFUND: LATER },
    ],
    ['a claim', lateClaim('one'), { RIGHTS: LATER }],
    ['a claim from long before', lateClaim('two', { validFrom: 0, territory: 'DE' }), { RIGHTS: LATER }],
    [
      'a claim from its last day on',
      lateClaim('one', { validFrom: OCTOBER + 30 * DAY_MS }),
      { RIGHTS: LATER },
    ],
    ['a corrected length', corrected('one'), { METADATA: LATER }],
    ['a case', opened('c1'), { CASES: LATER }],
  ])('is due after %s, until it is restated', async (_what, fact, expected) => {
    await closedWith();
    expect(await due()).toEqual({});
    await world.record(fact);
    expect(await due()).toEqual(expected);
    await world.restate('AGAIN');
    expect(await due()).toEqual({});
  });

  test('is not due after changes that do not affect it', async () => {
    await closedWith();
    await world.record(
      playStopped('before', 60_000, { startedAt: OCTOBER - 1, receivedAt: LATER }),
      playStopped('elsewhere', 60_000, { offering: 'family', receivedAt: LATER }),
      lateClaim('one', { validFrom: OCTOBER + 31 * DAY_MS, claimId: 'later' }),
      lateClaim('one', { territory: 'FR', claimId: 'abroad' }),
      lateClaim('one', { right: 'mechanical', claimId: 'right' }),
      lateClaim('unheard'),
      corrected('unheard'),
      // Its ruleset does not use these.
      noise,
      lateDelivery('one'),
    );
    expect(await due()).toEqual({});
  });

  test('is due after noise where its ruleset uses it', async () => {
    await world.enforce(ARTIST_CENTRIC);
    await closedWith();
    await world.record(noise);
    expect(await due()).toEqual({ METADATA: LATER });
  });

  test('is due after deliveries where its ruleset uses them, within their window', async () => {
    await world.enforce(BY_EVIDENCE);
    await closedWith();
    await world.record(lateDelivery('one', OCTOBER - 70 * DAY_MS));
    expect(await due()).toEqual({});
    const { data } = lateDelivery('one', OCTOBER - 20 * DAY_MS);
    await world.record({ stream: 'delivery-later', type: 'DeliveriesObserved', data });
    expect(await due()).toEqual({ DELIVERIES: LATER });
  });

  test('gives each reason with the time of the first change that affects it', async () => {
    await closedWith();
    await world.record(
      ...Array.from({ length: 60 }, (_, n) => lateClaim(`unheard-${n}`)),
      lateClaim('two', { at: LATER + 3 }),
      lateClaim('one', { at: LATER + 5 }),
      latePlay({ receivedAt: LATER + 4 }),
      corrected('one'),
    );
    expect(await due()).toEqual({ LATE_USAGE: LATER + 4, RIGHTS: LATER + 3, METADATA: LATER });
  });

  test('counts as affected by more changes than are kept', async () => {
    await closedWith();
    await world.record(...Array.from({ length: RECENT_MAX }, (_, n) => corrected('unheard', n + 1)));
    expect(await due()).toEqual({});
    await world.record(corrected('unheard', 1));
    expect(await due()).toEqual({ METADATA: LATER });
  });

  test('is due until a decision about a case has been applied automatically', async () => {
    await closedWith(opened('c1'), opened('c2'));
    await world.record(decided('c1', 'release'));
    expect(await due()).toEqual({ CASES: LATER + 1 });
    await world.caseDecisionProcess();
    expect(await due()).toEqual({});
    await world.record(decided('c2', 'confirm'));
    expect(await due()).toEqual({ CASES: LATER + 1 });
    await world.caseDecisionProcess();
    expect(await due()).toEqual({});
    // The case never held money.
    await world.record(opened('c3'), decided('c3', 'release'));
    expect(await due()).toEqual({});
  });
});

test('the list of periods due searches all settled periods', async () => {
  await closedWith();
  const begun = { type: 'PeriodCloseBegun', data: { fence: '1', rulesetHash: 'a'.repeat(64), at: 0 } };
  const months = ['2026-08', '2026-09', '2026-11', '2026-12'].map((month) => `premium.DE.${month}`);
  for (const periodId of months) await world.record(input(revenue(1n), periodId));
  for (const periodId of months.slice(0, 3)) await world.record(input(begun, periodId));
  await world.record(latePlay(), playStopped('open', 60_000, { startedAt: OCTOBER + 62 * DAY_MS }));
  const handler = new ListPeriodsHandler(world.models, restatements);
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const query = new ListPeriods(
      { offering: 'premium' },
      { limit: 1, cursor },
      true,
      await world.store.head(),
    );
    const { documents, next } = await handler.execute(query);
    found.push(...documents.map(({ period }) => period.periodId));
    cursor = next;
  } while (cursor !== undefined);
  expect(found).toEqual([PERIOD_ID]);
});
