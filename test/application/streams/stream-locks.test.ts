import { describe, expect, test } from '@jest/globals';
import { StoreBusy, StoreUnavailable } from '../../../src/application/ports/event-store.js';
import { Streams } from '../../../src/application/streams/streams.js';
import { StreamLocks } from '../../../src/application/streams/stream-locks.js';
import { payeeAccount } from '../../../src/domain/royalty/payees/payee-account.js';
import { ZodEventSchemas } from '../../../src/infrastructure/events/zod-event-schemas.js';
import { EmbeddedEventStore } from '../../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { UuidIds } from '../../../src/infrastructure/identity/uuid-ids.js';
import { streamOf } from '../../support/log/events.js';
import { logFolders } from '../../support/log/log-folders.js';

const { newFolder, closing } = logFolders();

/** Work that ends when it is told to. */
const held = () => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  return { work: () => promise, resolve, reject };
};

describe('those who write to one stream', () => {
  test('take turns in the order in which they came, while other streams go on', async () => {
    const turns = new StreamLocks();
    const did: string[] = [];
    const first = held();
    const one = turns.hold('a', async () => did.push(await first.work()));
    const two = turns.hold('a', async () => did.push('second'));
    const three = turns.hold('a', async () => did.push('third'));
    await turns.hold('b', async () => did.push('other'));
    expect(turns.isWaitedFor('a')).toBe(true);
    first.resolve('first');
    await Promise.all([one, two, three]);
    expect(did).toEqual(['other', 'first', 'second', 'third']);
    expect(turns.isWaitedFor('a')).toBe(false);
  });

  test('do not suffer from what another one meets', async () => {
    const turns = new StreamLocks();
    const first = held();
    const one = turns.hold('a', first.work);
    const two = turns.hold('a', async () => 'done');
    first.reject(new Error('refused'));
    await expect(one).rejects.toThrow('refused');
    expect(await two).toBe('done');
  });

  test('do not each wait for a store that is away, but may try it later', async () => {
    const turns = new StreamLocks();
    const first = held();
    const one = turns.hold('a', first.work);
    const others = [1, 2, 3].map(() => turns.hold('a', async () => 'tried'));
    first.reject(new StoreUnavailable('away', true));
    await expect(one).rejects.toMatchObject({ ambiguous: true });
    for (const other of others)
      await expect(other).rejects.toMatchObject({ message: 'away', ambiguous: false });
    expect(await turns.hold('a', async () => 'tried')).toBe('tried');
  });

  test('are not too many', async () => {
    const turns = new StreamLocks();
    const first = held();
    const all = [
      turns.hold('a', first.work),
      ...Array.from({ length: 1_000 }, () => turns.hold('a', async () => '')),
    ];
    await expect(turns.hold('a', async () => '')).rejects.toBeInstanceOf(StoreBusy);
    first.resolve('');
    expect(await Promise.all(all)).toHaveLength(1_001);
  });
});

test('300 commands at once on one stream are all carried out, each once, though each is sent twice', async () => {
  const store = closing(new EmbeddedEventStore(newFolder()));
  const streams = new Streams(store, new ZodEventSchemas(), new UuidIds());
  const grant = (n: number) =>
    streams.transact(
      payeeAccount,
      'ann.EUR',
      {
        type: 'GrantAdvance',
        data: { advanceId: `a${n}`, payee: 'ann', currency: 'EUR', amount: '1', at: n },
      },
      { commandId: `command-${n}`, commandHash: `hash-${n}`, actor: 'finance:f', at: n },
    );
  const receipts = await Promise.all(
    Array.from({ length: 300 }, (_, n) => Promise.all([grant(n), grant(n)])),
  );
  for (const [first, again] of receipts)
    expect(again).toMatchObject({ position: first.position, appended: 0 });
  const events = (await streamOf(store, 'account-ann.EUR')).filter(({ type }) => type === 'AdvanceGranted');
  expect(new Set(events.map(({ data }) => (data as { advanceId: string }).advanceId)).size).toBe(300);
  expect(events).toHaveLength(300);
});
