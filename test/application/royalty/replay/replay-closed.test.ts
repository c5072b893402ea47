import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RecordedEvent } from '../../../../src/application/ports/event-store.js';
import { type ClosedReplay, replayClosed } from '../../../../src/application/royalty/replay/replay-closed.js';
import { type Period, periodIdOf } from '../../../../src/domain/royalty/periods/period-id.js';
import { PRO_RATA } from '../../../../src/domain/royalty/rulesets/defaults.js';
import { EventStoreFront } from '../../../../src/infrastructure/shared/event-store-front.js';
import { OCTOBER, playStarted, playStopped } from '../../../support/playback/plays.js';
import { PERIOD, PERIOD_ID, revenue, sha256 } from '../../../support/royalty/month.js';
import { settlementWorld, type SettlementWorld } from '../../../support/royalty/settlement-world.js';
import { DAY_MS } from '../../../../src/domain/shared/civil-date.js';

const SEPTEMBER: Period = { ...PERIOD, month: '2026-09' };
const FRANCE: Period = { ...PERIOD, territory: 'FR' };

let world: SettlementWorld;
let numbered = 0;
beforeEach(async () => {
  world = await settlementWorld();
});
afterEach(() => world.stop());

/** A play of a minute on a day of October; 0 and below are days before October. */
const play = (day: number, over: Parameters<typeof playStopped>[2] = {}) => {
  const facts = { startedAt: OCTOBER + (day - 1) * DAY_MS, ...over };
  numbered += 1;
  return [playStarted(`p${numbered}`, facts), playStopped(`p${numbered}`, 60_000, facts)];
};

const closed = async (store: SettlementWorld['store'] = world.store): Promise<readonly ClosedReplay[]> =>
  Array.fromAsync(replayClosed({ store, schemas: world.schemas, sha256 }));

const outcomes = (all: readonly ClosedReplay[]) =>
  all.map((one) => [
    periodIdOf(one.period),
    'verdict' in one ? one.verdict.verdict : one.failure.code,
    'verdict' in one ? one.verdict.replayed.summary.counted : 0,
  ]);

/** Three closes with three fences, and plays before, between and after them. */
const threeCloses = async (): Promise<void> => {
  await world.record(
    ...[PERIOD, SEPTEMBER, FRANCE].map((period) => ({
      stream: `period-${periodIdOf(period)}`,
      ...revenue(1_000_000n),
    })),
    ...play(0, { trackId: 'hit' }),
    ...play(1, { trackId: 'hit' }),
    ...play(2, { trackId: 'other', listenerId: 'bob' }),
    ...play(2, { territory: 'FR', listenerId: 'eve' }),
  );
  await world.close();
  await world.record(
    ...play(3, { trackId: 'late' }),
    ...play(3, { territory: 'FR', listenerId: 'eve' }),
    ...play(-5),
  );
  await world.close(undefined, undefined, periodIdOf(FRANCE));
  await world.record(...play(4, { territory: 'FR' }), ...play(-6));
  await world.close(undefined, undefined, periodIdOf(SEPTEMBER));
  await world.record(...play(-7));
};

describe('replaying every closed period in one pass', () => {
  test('replays each at its own fence, in order of month', async () => {
    await threeCloses();
    expect(outcomes(await closed())).toEqual([
      [periodIdOf(SEPTEMBER), 'equal', 3],
      [PERIOD_ID, 'equal', 2],
      [periodIdOf(FRANCE), 'equal', 2],
    ]);
  });

  test('replays a restated one at the fence of its last restatement', async () => {
    await threeCloses();
    await world.restate('LATE_USAGE');
    expect(outcomes(await closed())[1]).toEqual([PERIOD_ID, 'equal', 3]);
  });

  test('follows runs that reach into a period (R5)', async () => {
    await world.enforce({ ...PRO_RATA, counting: { ...PRO_RATA.counting, straightRunMax: 2 } });
    await world.record(
      ...play(-100, { trackId: 'hit', mode: 'import', receivedAt: OCTOBER + 90 * DAY_MS }),
      ...play(-40, { trackId: 'hit' }),
    );
    await threeCloses();
    // The late play broke the run for September; October had been closed before.
    expect(outcomes(await closed())).toEqual([
      [periodIdOf(SEPTEMBER), 'equal', 3],
      [PERIOD_ID, 'equal', 1],
      [periodIdOf(FRANCE), 'equal', 2],
    ]);
  });

  test('detects the one with changed books', async () => {
    await threeCloses();
    const found = await closed(new Forged(world.store));
    expect(outcomes(found).map(([, verdict]) => verdict)).toEqual(['equal', 'different', 'equal']);
  });

  test('returns nothing where no period is closed', async () => {
    await world.record(...play(1));
    expect(await closed()).toEqual([]);
  });
});

/** A log with a forged statement: October's money in Germany belongs to another track. */
class Forged extends EventStoreFront {
  override async *readStream(stream: string, from?: number): AsyncGenerator<readonly RecordedEvent[]> {
    for await (const page of super.readStream(stream, from))
      yield stream === `statement-${PERIOD_ID}.0` ? page.map(forge) : page;
  }
}

const forge = ({
  stream,
  revision,
  position,
  id,
  type,
  data,
  metadata,
  schema,
}: RecordedEvent): RecordedEvent => {
  const text = JSON.stringify(data).replace('"trackId":"hit"', '"trackId":"hut"');
  return { stream, revision, position, id, type, data: JSON.parse(text) as object, metadata, schema };
};
