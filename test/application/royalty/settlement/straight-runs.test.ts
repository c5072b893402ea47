import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  compareStatements,
  recordedStatement,
} from '../../../../src/application/royalty/replay/recorded-statement.js';
import { replayPeriod } from '../../../../src/application/royalty/replay/replay-period.js';
import { PRO_RATA } from '../../../../src/domain/royalty/rulesets/defaults.js';
import { delivered, OCTOBER, playStarted, playStopped } from '../../../support/playback/plays.js';
import { PERIOD, PERIOD_ID, revenue, sha256 } from '../../../support/royalty/month.js';
import { settlementWorld, type SettlementWorld } from '../../../support/royalty/settlement-world.js';
import { DAY_MS } from '../../../../src/domain/shared/civil-date.js';

let world: SettlementWorld;
beforeEach(async () => {
  world = await settlementWorld();
});
afterEach(() => world.stop());

let numbered = 0;
/** Plays of one listener, each on its day of October; 0 and below are days before October. */
const plays = (listenerId: string, ...days: readonly (readonly [day: number, trackId: string])[]) =>
  days.flatMap(([day, trackId]) => {
    const facts = { listenerId, trackId, startedAt: OCTOBER + (day - 1) * DAY_MS };
    numbered += 1;
    const playId = `${listenerId}-${numbered}`;
    return [playStarted(playId, facts), playStopped(playId, 60_000, facts)];
  });

/** The result of the close, after checking that a replay agrees. */
const settled = async () => {
  const { store, schemas } = world;
  const recorded = await recordedStatement({ store, schemas, period: PERIOD });
  const replayed = await replayPeriod({ store, schemas, sha256, period: PERIOD });
  expect(recorded && compareStatements(recorded, replayed)).toEqual([]);
  return recorded?.summary;
};

test('a run that began months ago continues, at the close, in explanations and in a replay (R5)', async () => {
  const ruleset = { ...PRO_RATA, counting: { ...PRO_RATA.counting, straightRunMax: 3 } };
  await world.enforce(ruleset);
  const ada = plays('ada', [-200, 'x'], [-150, 'hit'], [-100, 'hit'], [1, 'hit'], [2, 'hit'], [3, 'hit']);
  await world.record(
    { stream: `period-${PERIOD_ID}`, ...revenue(1_000_000n) },
    ...ada,
    // Interrupted in July, and by a play under another offering.
    ...plays('bob', [-150, 'hit'], [-140, 'hit'], [-100, 'x'], [1, 'hit'], [2, 'hit']),
    // Reaches the limit in the month before.
    ...plays('cid', [-3, 'hit'], [-2, 'hit'], [-1, 'hit'], [5, 'hit']),
    // No earlier plays.
    ...plays('dan', [5, 'hit'], [6, 'hit']),
    // No plays in October: not read.
    ...plays('eve', [-3, 'hit']),
  );
  await world.close();

  expect(await settled()).toMatchObject({ counted: 5, rejected: { STRAIGHT_RUN: 3 } });

  const [third, fourth] = [ada[6], ada[8]].map((fact) => fact?.stream.slice('play-'.length));
  const rule = async (playId = '') => (await world.explain(playId)).rules.find(({ rule }) => rule === 'R5');
  expect(await rule(third)).toMatchObject({ outcome: 'passed', inputs: { inARow: 3 } });
  expect(await rule(fourth)).toMatchObject({ outcome: 'failed', inputs: { inARow: 4 } });
});

test('a run consists of plays that deliveries confirm, and of imported plays (R14, R20)', async () => {
  const delivery = { windowMs: DAY_MS, edgeToleranceMs: 0 };
  await world.enforce({ ...PRO_RATA, counting: { ...PRO_RATA.counting, straightRunMax: 3, delivery } });
  const october = [
    [1, 'hit'],
    [2, 'hit'],
    [3, 'hit'],
  ] as const;
  const sent = (listenerId: string) =>
    delivered(
      listenerId,
      ...october.map(([day, trackId]) => ({ listenerId, trackId, at: OCTOBER + (day - 1) * DAY_MS })),
    );
  const imported = { listenerId: 'gus', trackId: 'hit', startedAt: OCTOBER - 150 * DAY_MS };
  await world.record(
    { stream: `period-${PERIOD_ID}`, ...revenue(1_000_000n) },
    // Never delivered: not part of a run.
    ...plays('fay', [-150, 'hit'], ...october),
    sent('fay'),
    playStopped('gus-imported', 60_000, { ...imported, mode: 'import', receivedAt: OCTOBER }),
    ...plays('gus', ...october),
    sent('gus'),
  );
  await world.close();
  expect(await settled()).toMatchObject({ counted: 5, rejected: { STRAIGHT_RUN: 1 } });
});
