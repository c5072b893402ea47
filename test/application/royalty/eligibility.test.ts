import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  compareStatements,
  recordedStatement,
} from '../../../src/application/royalty/replay/recorded-statement.js';
import { replayPeriod } from '../../../src/application/royalty/replay/replay-period.js';
import { PRO_RATA } from '../../../src/domain/royalty/rulesets/defaults.js';
import { OCTOBER, playStopped } from '../../support/playback/plays.js';
import { revenue, sha256 } from '../../support/royalty/month.js';
import { DECEMBER, settlementWorld, type SettlementWorld } from '../../support/royalty/settlement-world.js';
import { DAY_MS } from '../../../src/domain/shared/civil-date.js';

let world: SettlementWorld;
beforeEach(async () => {
  world = await settlementWorld();
});
afterEach(() => world.stop());

const MONTHS = { '2026-09': OCTOBER - 20 * DAY_MS, '2026-10': OCTOBER, '2026-11': OCTOBER + 31 * DAY_MS };
type Month = keyof typeof MONTHS;

const plays = (month: Month, trackId: string, count: number) =>
  Array.from({ length: count }, (_, n) =>
    playStopped(`${month}-${trackId}-${n}`, 60_000, {
      listenerId: `${trackId}-fan`,
      trackId,
      startedAt: MONTHS[month] + n * 600_000,
    }),
  );

/** The lines of a closed month, equal in the books and the replay. */
const linesOf = async (month: Month) => {
  const request = {
    store: world.store,
    schemas: world.schemas,
    period: { offering: 'premium', territory: 'DE', month },
  };
  const recorded = await recordedStatement(request);
  if (!recorded) throw new Error(`${month} is not closed.`);
  expect(compareStatements(recorded, await replayPeriod({ ...request, sha256 }))).toEqual([]);
  return recorded.lines.map(({ trackId, plays, amount, belowEligibility }) => [
    trackId,
    plays,
    amount,
    belowEligibility,
  ]);
};

test('a track enters the pool in the month in which its streams reach the minimum, not retroactively (R17)', async () => {
  await world.enforce({
    ...PRO_RATA,
    sharing: { model: 'proRata', distributablePpm: 1_000_000 },
    eligibility: { minStreams: 10, windowMonths: 12, minListeners: null },
  });
  for (const month of Object.keys(MONTHS) as Month[]) {
    const money = revenue(100n);
    await world.record({ stream: `period-premium.DE.${month}`, type: money.type, data: money.data });
  }
  await world.record(
    ...plays('2026-09', 'known', 10),
    ...plays('2026-09', 'rising', 6),
    ...plays('2026-10', 'known', 4),
    ...plays('2026-10', 'rising', 4),
    ...plays('2026-10', 'rare', 1),
    ...plays('2026-11', 'rare', 1),
  );
  for (const month of Object.keys(MONTHS)) await world.close('tests', DECEMBER, `premium.DE.${month}`);

  expect(await linesOf('2026-09')).toEqual([
    ['known', 10, 100n, undefined],
    ['rising', 0, 0n, 6],
  ]);
  // 6 and 4 reach the minimum of 10: only the 4 of this month earn.
  expect(await linesOf('2026-10')).toEqual([
    ['known', 4, 50n, undefined],
    ['rare', 0, 0n, 1],
    ['rising', 4, 50n, undefined],
  ]);
  expect(await linesOf('2026-11')).toEqual([['rare', 0, 0n, 1]]);
});
