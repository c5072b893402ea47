import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Batch } from '../../../src/application/projecting/batch.js';
import { EventSchemas, UnknownEvent } from '../../../src/application/ports/event-schemas.js';
import type { RecordedEvent } from '../../../src/application/ports/event-store.js';
import type { StoredDocument } from '../../../src/application/ports/read-models.js';
import type { Projection } from '../../../src/projections/projection.js';
import { recorded } from '../../support/log/recorded-event.js';

type Deposited = { readonly type: 'Deposited'; readonly data: { readonly amount: number } };
type Closed = { readonly type: 'Closed'; readonly data: object };
type Balance = { readonly balance: number; readonly by: readonly string[] };

/** Balances by account; an account that is closed is gone. A deposit of 13 cannot be folded. */
const balances = (kind: 'money' | 'reading'): Projection<Deposited | Closed, Balance> => ({
  name: 'balances',
  version: 1,
  kind,
  handles: ['Deposited', 'Closed'],
  fields: {},
  indexes: [],
  keysOf: ({ streamId }) => [streamId, 'everybody'],
  apply: (balance, { type, data }, key) => {
    if (type === 'Closed') return key === 'everybody' ? 'keep' : 'drop';
    if (data.amount === 13) throw new Error('13 brings bad luck');
    return { put: { balance: (balance?.balance ?? 0) + data.amount, by: [...(balance?.by ?? []), key] } };
  },
});

class Plain extends EventSchemas {
  override versionFor(): number {
    return 1;
  }
  override upcast<E extends { readonly type: string }>(event: E): E {
    if (event.type === 'Unheard') throw new UnknownEvent('Unheard is not known to this release.');
    return event;
  }
}

const deposit = (position: number, account: string, amount: number) =>
  recorded(position, `account-${account}`, 'Deposited', { amount });
const close = (position: number, account: string) => recorded(position, `account-${account}`, 'Closed', {});

/** Folds `pages` into one batch. */
const foldPages = async (
  pages: readonly (readonly RecordedEvent[])[],
  stored: ReadonlyMap<string, StoredDocument> = new Map(),
  kind: 'money' | 'reading' = 'reading',
  parked: readonly string[] = [],
) => {
  const batch = new Batch(
    balances(kind),
    new Plain(),
    async () => stored,
    (key) => parked.includes(key),
  );
  for (const page of pages) await batch.add(page);
  const { unfoldable, stop, reached } = batch;
  return { writes: batch.writes(), unfoldable, stop, reached };
};

const fold = (
  events: readonly RecordedEvent[],
  stored?: ReadonlyMap<string, StoredDocument>,
  kind?: 'money' | 'reading',
  parked?: readonly string[],
) => foldPages([events], stored, kind, parked);

/** What a store holds after it took the writes. */
const store = (
  writes: Awaited<ReturnType<typeof fold>>['writes'],
  before: ReadonlyMap<string, StoredDocument>,
) => {
  const after = new Map(before);
  for (const { key, document, position } of writes) {
    if (document) after.set(key, { document, position });
    else after.delete(key);
  }
  return after;
};

describe('a batch', () => {
  test('folds every event into each of its documents', async () => {
    const { writes } = await fold([deposit(1, 'a', 5), deposit(2, 'b', 7), deposit(3, 'a', 1)]);
    expect(writes).toEqual([
      { key: 'a', document: { balance: 6, by: ['a', 'a'] }, position: 3n },
      {
        key: 'everybody',
        document: { balance: 13, by: ['everybody', 'everybody', 'everybody'] },
        position: 3n,
      },
      { key: 'b', document: { balance: 7, by: ['b'] }, position: 2n },
    ]);
  });

  test('goes on from the documents that are stored', async () => {
    const stored = new Map([['a', { document: { balance: 10, by: [] }, position: 4n }]]);
    const { writes } = await fold([deposit(5, 'a', 5)], stored);
    expect(writes).toContainEqual({ key: 'a', document: { balance: 15, by: ['a'] }, position: 5n });
  });

  test('passes over events that a stored document has seen', async () => {
    const stored = new Map([['a', { document: { balance: 10, by: [] }, position: 4n }]]);
    const { writes } = await fold([deposit(4, 'a', 5)], stored);
    expect(writes.map(({ key }) => key)).toEqual(['everybody']);
  });

  test('writes nothing for a document that came and went', async () => {
    const { writes } = await fold([deposit(1, 'a', 5), close(2, 'a')]);
    expect(writes.map(({ key }) => key)).toEqual(['everybody']);
  });

  test('drops a document that was stored', async () => {
    const stored = new Map([['a', { document: { balance: 10, by: [] }, position: 4n }]]);
    const { writes } = await fold([close(5, 'a')], stored);
    expect(writes).toEqual([{ key: 'a', document: undefined, position: 5n }]);
  });

  test('gives the same documents however the log is cut into batches and pages', async () => {
    const event = fc.record({
      account: fc.constantFrom('a', 'b', 'c'),
      amount: fc.integer({ min: 0, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 40 }),
        fc.array(fc.nat({ max: 40 })),
        async (facts, cuts) => {
          const events = facts.map(({ account, amount }, i) =>
            amount === 0 ? close(i + 1, account) : deposit(i + 1, account, amount),
          );
          const whole = store((await fold(events)).writes, new Map());
          let parts: ReadonlyMap<string, StoredDocument> = new Map();
          const edges = [0, ...cuts.map((cut) => Math.min(cut, events.length)), events.length].toSorted(
            (a, b) => a - b,
          );
          const pages = edges.map((from, i) => events.slice(from, edges[i + 1]));
          for (const page of pages) parts = store((await fold(page, parts)).writes, parts);
          expect(Object.fromEntries(parts)).toEqual(Object.fromEntries(whole));
          const paged = store((await foldPages(pages)).writes, new Map());
          expect(Object.fromEntries(paged)).toEqual(Object.fromEntries(whole));
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('a projection whose documents are born whole', () => {
  const births = {
    ...balances('money'),
    isBornWhole: true,
    keysOf: ({ streamId }: { readonly streamId: string }) => [streamId],
    apply: (_born: object | undefined, { data }: { readonly data: object }) => ({ put: { ...data } }),
  } as const;

  test('asks for none of them, and writes each at its position', async () => {
    const asked: string[] = [];
    const batch = new Batch(
      births,
      new Plain(),
      async (keys) => {
        asked.push(...keys);
        return new Map();
      },
      () => false,
    );
    await batch.add([deposit(1, 'a', 5), deposit(2, 'b', 7)]);
    expect(batch.writes()).toEqual([
      { key: 'a', document: { amount: 5 }, position: 1n },
      { key: 'b', document: { amount: 7 }, position: 2n },
    ]);
    expect(asked).toEqual([]);
  });

  test('writes one that is born again once more, at the later position', async () => {
    const batch = new Batch(
      births,
      new Plain(),
      async () => new Map(),
      () => false,
    );
    await batch.add([deposit(1, 'a', 5), deposit(2, 'a', 7)]);
    expect(batch.writes().at(-1)).toEqual({ key: 'a', document: { amount: 7 }, position: 2n });
  });
});

describe('a full batch', () => {
  /** How many deposits to one account: small documents, however many events there are. */
  const deposits = {
    ...balances('reading'),
    apply: (count: Balance | undefined) => ({ put: { balance: (count?.balance ?? 0) + 1, by: [] } }),
  };
  const page = (from: number, accountOf: (position: number) => string) =>
    Array.from({ length: 1_000 }, (_, i) => deposit(from + i, accountOf(from + i), 1));

  const pagesUntilFull = async (accountOf: (position: number) => string, parked: readonly string[] = []) => {
    const batch = new Batch(
      deposits,
      new Plain(),
      async () => new Map(),
      (key) => parked.includes(key),
    );
    let pages = 0;
    while (!batch.isFull) await batch.add(page(1 + 1_000 * pages++, accountOf));
    return pages;
  };

  test('holds a bounded number of documents', async () => {
    expect(await pagesUntilFull((position) => `a${position}`)).toBe(8);
  });

  test('takes more events where they belong to few documents, up to a bound', async () => {
    expect(await pagesUntilFull(() => 'a')).toBe(32);
  });

  test('holds a bounded number of events that were set aside', async () => {
    expect(await pagesUntilFull(() => 'a', ['everybody'])).toBe(8);
  });
});

describe('an event that cannot be folded', () => {
  const events = [deposit(1, 'a', 5), deposit(2, 'b', 13), deposit(3, 'b', 1), deposit(4, 'a', 2)];

  test('stops a projection of money before it, whole', async () => {
    const { writes, stop, reached } = await fold(events, new Map(), 'money');
    expect(reached).toBe(1n);
    expect(stop).toMatchObject({ error: '13 brings bad luck', event: { position: 2n } });
    expect(writes.map(({ key, position }) => [key, position])).toEqual([
      ['a', 1n],
      ['everybody', 1n],
    ]);
  });

  test('is set aside by a projection for reading, with all that follow in its documents', async () => {
    const { writes, unfoldable } = await fold(events);
    expect(unfoldable.map(({ key, event }) => [key, event.position])).toEqual([
      ['b', 2n],
      ['everybody', 2n],
      ['b', 3n],
      ['everybody', 3n],
      ['everybody', 4n],
    ]);
    expect(writes).toEqual([
      { key: 'a', document: { balance: 7, by: ['a', 'a'] }, position: 4n },
      { key: 'everybody', document: { balance: 5, by: ['everybody'] }, position: 1n },
    ]);
  });

  test('closes its document to later pages of its batch', async () => {
    const { writes, unfoldable, stop } = await foldPages(events.map((event) => [event]));
    expect(stop).toBeUndefined();
    expect({ writes, unfoldable }).toEqual(
      await fold(events).then(({ writes, unfoldable }) => ({ writes, unfoldable })),
    );
  });

  test('keeps its document closed in later batches', async () => {
    const { writes, unfoldable } = await fold([deposit(5, 'b', 1)], new Map(), 'reading', ['b']);
    expect(unfoldable).toMatchObject([{ key: 'b', error: 'An earlier event of this document is parked.' }]);
    expect(writes.map(({ key }) => key)).toEqual(['everybody']);
  });

  test('may be of a kind that this release does not know', async () => {
    const unheard = recorded(1, 'account-a', 'Unheard', {});
    const { unfoldable } = await fold([unheard, deposit(2, 'a', 1)]);
    expect(unfoldable).toEqual([
      { key: 'account-a', event: unheard, error: 'Unheard is not known to this release.' },
    ]);
  });
});
