import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CommandRejected } from '../../../src/application/streams/command-rejected.js';
import { ReadYourWrites } from '../../../src/application/projecting/read-your-writes.js';
import { ModelNotReady, ReadModelsUnavailable } from '../../../src/application/ports/read-models.js';
import { foldedByWorkers } from '../../../src/application/royalty/settlement/usage-workers.js';
import { MonthFold } from '../../../src/application/royalty/settlement/month-fold.js';
import { inputsOf } from '../../../src/application/royalty/settlement/period-log.js';
import {
  type SettlementResult,
  computeSettlement,
  type SettlementRequest,
} from '../../../src/application/royalty/settlement/compute-settlement.js';
import { SettlementLog } from '../../../src/application/royalty/settlement/settlement-log.js';
import { SettlementDispatcher } from '../../../src/application/royalty/settlement/settlement-dispatcher.js';
import { PRO_RATA, USER_CENTRIC } from '../../../src/domain/royalty/rulesets/defaults.js';
import type { Ruleset } from '../../../src/domain/royalty/rulesets/ruleset.js';
import { NodeDigests } from '../../../src/infrastructure/identity/node-digests.js';
import { SettlementThread } from '../../../src/composition/threads/settlement-thread.js';
import { OCTOBER, playStopped } from '../../support/playback/plays.js';
import { PERIOD, PERIOD_ID, revenue } from '../../support/royalty/month.js';
import { settlementWorld, type SettlementWorld } from '../../support/royalty/settlement-world.js';

let world: SettlementWorld;
let threads: SettlementThread | undefined;
beforeEach(async () => {
  world = await settlementWorld();
});
afterEach(async () => {
  await threads?.close();
  await world.stop();
});

const LISTENERS = Array.from({ length: 40 }, (_, n) => `user-${n}`);
const TRACKS = ['t1', 't2', 't3', 't4', 't5'];

/** Plays that count, are too short or run at the same time; shares of two tracks, one with a change in the month. */
const played = async (): Promise<void> => {
  const money = revenue(1_000_000_007n);
  const claim = (trackId: string, claimId: string, sharePpm: number, validFrom: number) => ({
    stream: `rights-${trackId}`,
    type: 'SharesClaimed',
    data: { right: 'recording', territory: '*', claimant: claimId, sharePpm, validFrom, claimId, at: 0 },
  });
  await world.record(
    { stream: `period-${PERIOD_ID}`, type: money.type, data: money.data },
    claim('t1', 'label', 600_000, 0),
    claim('t1', 'artist', 400_000, OCTOBER + 3_000_000),
    claim('t2', 'label', 1_000_000, 0),
    ...LISTENERS.flatMap((listenerId, n) =>
      Array.from({ length: 1 + (n % 7) }, (_, m) =>
        playStopped(`play-${n}-${m}`, 20_000 + 7_000 * ((n + m) % 5), {
          listenerId,
          trackId: TRACKS[(n * m) % TRACKS.length]!,
          startedAt: OCTOBER + n * 100_000 + m * 25_000,
        }),
      ),
    ),
  );
};

const settlementRequest = async (rulesetHash: string): Promise<SettlementRequest> => {
  const head = await world.store.head();
  await world.money.reached(head);
  const log = sources().log;
  const inputs = inputsOf(await log.period(PERIOD_ID), 0);
  return { period: PERIOD, rulesetHash, fence: head.toString(), inputs };
};

const sources = () => {
  const { store, schemas, models, timer } = world;
  const log = new SettlementLog(store, schemas, models, new ReadYourWrites(models, timer));
  return { log, models, digests: new NodeDigests() };
};

const settledHere = (what: SettlementRequest): Promise<SettlementResult> =>
  computeSettlement(sources(), what, (month) => [new MonthFold(sources(), month)]);

describe('a settlement in threads', () => {
  const rulesets: readonly (readonly [string, Ruleset, number])[] = [
    ['user-centric, with runs before the month', withRuns(USER_CENTRIC), 3],
    [
      'artist-centric, for tracks with enough streams',
      {
        ...PRO_RATA,
        eligibility: { minStreams: 12, windowMonths: 2, minListeners: null },
        sharing: {
          model: 'artistCentric',
          distributablePpm: 700_000,
          proMinStreams: 20,
          proMinListeners: 2,
          userCap: 3,
          proBoost: 2,
          activeBoost: 2,
          noiseWeight: 0,
        },
      },
      2,
    ],
  ];
  test.each(rulesets)('equals a settlement in this thread: %s', async (_what, ruleset, count) => {
    const hash = await world.enforce(ruleset);
    await played();
    const what = await settlementRequest(hash);
    threads = new SettlementThread({ dataDir: world.folder }, count);
    const settled = await threads.compute(what);
    expect(settled).toEqual(await settledHere(what));
    expect(settled.lines.length).toBeGreaterThan(1);
    expect(settled.summary.counted).toBeGreaterThan(50);
    expect(Object.keys(settled.summary.rejected).length).toBeGreaterThan(1);
  });

  test('is rejected like a settlement in this thread', async () => {
    await played();
    const what = await settlementRequest('none');
    threads = new SettlementThread({ dataDir: world.folder }, 2);
    const refused = threads.compute(what);
    await expect(refused).rejects.toBeInstanceOf(CommandRejected);
    await expect(refused).rejects.toMatchObject({ rejection: { rejected: 'RulesetNotFound' } });
  });

  test('waits for the previous one, and is aborted when the process ends', async () => {
    const hash = await world.enforce(PRO_RATA);
    await played();
    const what = await settlementRequest(hash);
    threads = new SettlementThread({ dataDir: world.folder }, 1);
    const both = [threads.compute(what), threads.compute(what)];
    const outcomes = Promise.allSettled(both);
    await threads.close();
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ reason: expect.any(ReadModelsUnavailable) as unknown });
  });
});

function withRuns(ruleset: Ruleset): Ruleset {
  return { ...ruleset, counting: { ...ruleset.counting, straightRunMax: 2 } };
}

describe('a dispatcher', () => {
  test.each([
    [50_000, 0],
    [50_001, 1],
  ])('with %d plays makes %d settlements in threads', async (plays, expected) => {
    const dispatched: SettlementRequest[] = [];
    const hash = await world.enforce(PRO_RATA);
    await played();
    const what = await settlementRequest(hash);
    const here = await settledHere(what);
    class Recording extends SettlementThread {
      override async compute(one: SettlementRequest): Promise<SettlementResult> {
        dispatched.push(one);
        return here;
      }
    }
    const { log, models, digests } = sources();
    const counting = Object.create(models) as typeof models;
    counting.count = async (_model, _where, bound) => Math.min(plays, bound);
    const dispatcher = new SettlementDispatcher(
      log,
      counting,
      digests,
      new Recording({ dataDir: world.folder }),
    );
    expect(await dispatcher.compute(what)).toEqual(here);
    expect(dispatched).toHaveLength(expected);
  });
});

describe('workers that fold together', () => {
  test('are all closed when one of them fails', async () => {
    const closed: string[] = [];
    const folder = (name: string, fold: () => Promise<never>) => ({
      fold,
      placeAt: () => {},
      part: () => Promise.reject(new Error('Not expected.')),
      close: async () => void closed.push(name),
    });
    const folders = [
      folder('fails', () => Promise.reject(new ModelNotReady('royalty-plays'))),
      folder('waits', () => new Promise(() => {})),
    ];
    await expect(foldedByWorkers(folders, [{ from: 'a' }, { from: 'b' }])).rejects.toBeInstanceOf(
      ModelNotReady,
    );
    expect(closed).toEqual(['fails', 'waits']);
  });
});
