import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { EventSchemas } from '../../../src/application/ports/event-schemas.js';
import { type EventStore, NO_STREAM } from '../../../src/application/ports/event-store.js';
import type { Build, ReadModels } from '../../../src/application/ports/read-models.js';
import type { Timer } from '../../../src/application/ports/timer.js';
import { Projectors } from '../../../src/application/projecting/projectors.js';
import { EmbeddedEventStore } from '../../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { SystemTimer } from '../../../src/infrastructure/identity/system-timer.js';
import { UuidIds } from '../../../src/infrastructure/identity/uuid-ids.js';
import { EmbeddedReadModels } from '../../../src/infrastructure/readmodels/embedded/embedded-read-models.js';
import type { AnyProjection, Projection } from '../../../src/projections/projection.js';
import { eventually } from '../../support/time/eventually.js';
import { metadata } from '../../support/log/recorded-event.js';
import { HandTimer } from '../../support/time/manual-timer.js';

type Deposited = { readonly type: 'Deposited'; readonly data: { readonly amount: number } };
type Balance = { readonly balance: number };

type Shape = { readonly version?: number; readonly kind?: 'money' | 'reading'; readonly unlucky?: number };

/** Balances by account. A deposit of `unlucky` cannot be folded. */
const balances = ({ version = 1, kind = 'reading', unlucky }: Shape = {}): AnyProjection => {
  const projection: Projection<Deposited, Balance> = {
    name: 'balances',
    version,
    kind,
    handles: ['Deposited'],
    fields: { balance: 'integer' },
    indexes: [['balance']],
    keysOf: ({ streamId }) => [streamId],
    apply: (document, { data: { amount } }) => {
      if (amount === unlucky) throw new Error(`${amount} brings bad luck`);
      return { put: { balance: (document?.balance ?? 0) + amount } };
    },
  };
  return projection;
};

/** Every event has the shape it was written in. */
class Unchanged extends EventSchemas {
  override versionFor = (): number => 1;
  override upcast = <E>(event: E): E => event;
}

let folder: string;
let store: EventStore;
let models: ReadModels;
let stopping: AbortController;
let running: Promise<void>;
const ids = new UuidIds();
let next = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'playledger-projectors-'));
  store = new EmbeddedEventStore(folder);
  models = EmbeddedReadModels.writer(folder);
  stopping = new AbortController();
  running = Promise.resolve();
  next = 0;
});
afterEach(async () => {
  await stop();
  await models.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = async (projection: AnyProjection, timer: Timer = new SystemTimer()): Promise<Projectors> => {
  stopping = new AbortController();
  const dependencies = { store, models, schemas: new Unchanged(), timer };
  const projectors = await Projectors.open([projection], dependencies);
  running = projectors.run(stopping.signal);
  return projectors;
};

const stop = async (): Promise<void> => {
  stopping.abort();
  await running;
};

const revisions = new Map<string, number>();
const deposit = async (account: string, ...amounts: readonly number[]): Promise<void> => {
  const stream = `account-${account}`;
  const key = folder + stream;
  const events = amounts.map((amount) => ({
    id: ids.derived(folder, next++),
    type: 'Deposited',
    data: { amount },
    metadata: metadata(),
  }));
  const { revision } = await store.append(stream, revisions.get(key) ?? NO_STREAM, events);
  revisions.set(key, revision);
};

const balanceOf = async (account: string): Promise<number | undefined> =>
  (await models.get<Balance>(balances(), account))?.balance;

const isCaughtUp = (projectors: Projectors): Promise<void> =>
  eventually(async () => {
    const head = await store.head();
    expect(projectors.status()).toMatchObject([{ state: 'live', position: head }]);
  });

const documents = async (build: Build): Promise<string> => {
  const lines: string[] = [];
  for await (const page of models.scan(build)) lines.push(...page.map((line) => JSON.stringify(line)));
  return lines.join('\n');
};

const live = async (): Promise<Build> => {
  const { live } = await models.builds(balances());
  if (!live) throw new Error('not live');
  return live;
};

describe('a projection', () => {
  test('folds what was there before it and what comes while it runs', async () => {
    await deposit('ann', 5, 7);
    const projectors = await start(balances());
    await isCaughtUp(projectors);
    await deposit('bob', 1);
    await isCaughtUp(projectors);
    expect([await balanceOf('ann'), await balanceOf('bob')]).toEqual([12, 1]);
  });

  test('is shown where its build stands, before it goes on', async () => {
    await deposit('ann', 5, 7);
    await isCaughtUp(await start(balances()));
    const position = await store.head();
    await stop();
    await deposit('ann', 1);
    const projectors = await Projectors.open([balances()], {
      store,
      models,
      schemas: new Unchanged(),
      timer: new HandTimer(),
    });
    expect(projectors.status()).toMatchObject([{ state: 'live', position }]);
  });

  test('is ready at once on an empty log', async () => {
    await isCaughtUp(await start(balances()));
    expect(await balanceOf('nobody')).toBeUndefined();
  });

  test('writes a flood of events at once, and what comes within 50 ms of it together', async () => {
    const timer = new HandTimer();
    const projectors = await start(balances(), timer);
    await isCaughtUp(projectors);
    await deposit('ann', ...Array.from({ length: 300 }, () => 1));
    await isCaughtUp(projectors);
    await eventually(() => expect(timer.sleeping).toBe(1));

    await deposit('bob', 1);
    await timer.turn(49);
    expect([await balanceOf('ann'), await balanceOf('bob')]).toEqual([300, undefined]);
    await timer.turn(1);
    await isCaughtUp(projectors);
    expect(await balanceOf('bob')).toBe(1);
    expect(timer.sleeping).toBe(0);
  });

  test('resumes at its checkpoint', async () => {
    await deposit('ann', 5);
    await isCaughtUp(await start(balances()));
    await stop();
    await deposit('ann', 7);
    await isCaughtUp(await start(balances()));
    expect(await balanceOf('ann')).toBe(12);
  });

  test('gives the same bytes when it is rebuilt, and serves meanwhile', async () => {
    await deposit('ann', ...Array.from({ length: 400 }, (_, i) => i));
    const projectors = await start(balances());
    await isCaughtUp(projectors);
    const before = await live();
    const bytes = await documents(before);

    projectors.rebuild('balances');
    await eventually(async () => {
      expect(await balanceOf('ann')).toBe(79_800);
      expect((await live()).id).not.toBe(before.id);
    });
    await isCaughtUp(projectors);
    expect(await documents(await live())).toBe(bytes);
  });

  test('of a new version takes the place of the old one once it has caught up', async () => {
    await deposit('ann', 5);
    await isCaughtUp(await start(balances()));
    await stop();
    await isCaughtUp(await start(balances({ version: 2 })));
    expect((await live()).model.version).toBe(2);
    expect(await balanceOf('ann')).toBe(5);
  });

  test('that was being built when the process ended goes on where it was', async () => {
    await deposit('ann', 5);
    const build = await models.begin(balances());
    await models.commit(build, [{ key: 'ann', document: { balance: 5 }, position: 1n }], 1n);
    await deposit('ann', 7);
    await isCaughtUp(await start(balances()));
    expect((await live()).id).toBe(build.id);
    expect(await balanceOf('ann')).toBe(12);
  });
});

describe('an event that cannot be folded', () => {
  test('stops a projection of money, which says why and keeps what came before', async () => {
    const projectors = await start(balances({ kind: 'money', unlucky: 13 }));
    await isCaughtUp(projectors);
    await deposit('ann', 5);
    await deposit('ann', 13);
    await deposit('ann', 7);
    await eventually(() => expect(projectors.status()).toMatchObject([{ state: 'stopped', position: 1n }]));
    expect(projectors.status()[0]?.error).toBe('Deposited at 2 in account-ann: 13 brings bad luck');
    expect(await balanceOf('ann')).toBe(5);
  });

  test('stops it again after a restart, until a release that can fold it rebuilds it', async () => {
    await deposit('ann', 5, 13);
    const first = await start(balances({ kind: 'money', unlucky: 13 }));
    await eventually(() => expect(first.status()).toMatchObject([{ state: 'stopped' }]));
    await stop();
    const second = await start(balances({ kind: 'money' }));
    await isCaughtUp(second);
    expect(await balanceOf('ann')).toBe(18);
  });

  test('stops a rebuild of it too, as often as it is asked for, until its cause is gone', async () => {
    await deposit('ann', 5, 13, 7);
    const luck = { unlucky: 13 };
    const projection = balances({ kind: 'money' });
    const strict = balances({ kind: 'money', unlucky: 13 });
    const projectors = await start({
      ...projection,
      apply: (...event) => (luck.unlucky === 13 ? strict : projection).apply(...event),
    });
    const stopped = () =>
      eventually(() =>
        expect(projectors.status()).toMatchObject([{ state: 'stopped', position: 1n, kind: 'money' }]),
      );
    await stopped();
    for (let times = 0; times < 2; times++) {
      projectors.rebuild('balances');
      expect(projectors.status()[0]?.error).toContain('13 brings bad luck');
      await stopped();
    }
    luck.unlucky = 0;
    projectors.rebuild('balances');
    await isCaughtUp(projectors);
    expect(await balanceOf('ann')).toBe(25);
    expect(projectors.status()[0]).not.toHaveProperty('error');
  });

  test('stops the live documents where they are, and not those that are built anew beside them', async () => {
    const luck = { unlucky: 0 };
    const projection = balances({ kind: 'money' });
    const strict = balances({ kind: 'money', unlucky: 13 });
    const projectors = await start({
      ...projection,
      apply: (...event) => (luck.unlucky === 13 ? strict : projection).apply(...event),
    });
    await isCaughtUp(projectors);
    luck.unlucky = 13;
    await deposit('ann', 5, 13);
    await eventually(() => expect(projectors.status()).toMatchObject([{ state: 'stopped', position: 1n }]));
    expect(await balanceOf('ann')).toBe(5);
    luck.unlucky = 0;
    projectors.rebuild('balances');
    await isCaughtUp(projectors);
    expect(await balanceOf('ann')).toBe(18);
  });

  test('is parked by a projection for reading, with all that follow in its document, and counted', async () => {
    await deposit('ann', 5, 13, 7);
    await deposit('bob', 1);
    const projectors = await start(balances({ unlucky: 13 }));
    await isCaughtUp(projectors);
    expect(projectors.status()).toMatchObject([{ parked: 2 }]);
    expect([await balanceOf('ann'), await balanceOf('bob')]).toEqual([5, 1]);
  });

  test('stays parked and is not counted twice after a restart', async () => {
    await deposit('ann', 13);
    await isCaughtUp(await start(balances({ unlucky: 13 })));
    await stop();
    await deposit('ann', 7);
    const projectors = await start(balances({ unlucky: 13 }));
    await isCaughtUp(projectors);
    expect(projectors.status()).toMatchObject([{ parked: 2 }]);
    expect(await balanceOf('ann')).toBeUndefined();
  });

  test('is forgotten by a rebuild that can fold it', async () => {
    await deposit('ann', 5, 13);
    await isCaughtUp(await start(balances({ unlucky: 13 })));
    await stop();
    const projectors = await start(balances());
    await isCaughtUp(projectors);
    projectors.rebuild('balances');
    await eventually(async () => expect(await balanceOf('ann')).toBe(18));
    expect(projectors.status()).toMatchObject([{ parked: 0 }]);
  });
});
