import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  APPEND_BYTES_MAX,
  APPEND_EVENTS_MAX,
  type EventStore,
  type NewEvent,
  NO_PAGES,
  NO_STREAM,
  type Page,
  RevisionConflict,
} from '../../../src/application/ports/event-store.js';
import { eventually } from '../../support/time/eventually.js';
import {
  eventsOf,
  happened,
  happenedTimes,
  idsOf,
  metadataOf,
  newCategory,
  newStream,
  plain,
  recorded,
  streamOf,
  take,
} from '../../support/log/events.js';

/** An engine ready for the suite. It may contain events of others: the suite reads only its own. */
export type OpenedStore = {
  readonly store: EventStore;
  /** Closes the store and cleans up. */
  readonly end: () => Promise<void>;
};

/** The contract of every EventStore. An adapter's own test file adds only its specifics. */
export const eventStoreContract = (name: string, open: () => Promise<OpenedStore>): void =>
  describe(`${name} keeps the contract of the event store:`, () => {
    let opened: OpenedStore;
    let store: EventStore;
    beforeAll(async () => {
      opened = await open();
      store = opened.store;
    });
    afterAll(() => opened.end());

    const seed = async (stream: string, events: readonly NewEvent[]): Promise<void> =>
      void (await store.append(stream, NO_STREAM, events));

    describe('a stream', () => {
      test('that was never written has no pages', async () => {
        expect(await Array.fromAsync(store.readStream(newStream()))).toEqual([]);
      });

      test('reads back what was appended, in order', async () => {
        const stream = newStream();
        const events = happenedTimes(3);
        expect(await store.append(stream, NO_STREAM, events)).toMatchObject({ revision: 2 });
        const more = happenedTimes(2);
        expect(await store.append(stream, 2, more)).toMatchObject({ revision: 4 });
        expect((await streamOf(store, stream)).map(plain)).toEqual(recorded(stream, 0, [...events, ...more]));
      });

      test.each<[string, object]>([
        ['nothing at all', {}],
        [
          'every plane of Unicode',
          { artist: 'Sigur Rós', track: '夜に駆ける', mark: '🎧', flag: '🏴‍☠️', nul: '\u0000' },
        ],
        ['quotes and line ends', { text: '"\'\\\n\r\u2028' }],
        ['nesting', { a: { b: [{ c: [[], {}, null, true, false] }] } }],
        ['numbers at the edge of exactness', { most: Number.MAX_SAFE_INTEGER, least: -1, part: 0.1 }],
        ['a long text', { text: 'é'.repeat(50_000) }],
        ['names of JavaScript', JSON.parse('{"__proto__": {"a": 1}, "constructor": "x"}') as object],
      ])('returns data with %s unchanged', async (_what, data) => {
        const stream = newStream();
        await seed(stream, [happened(data)]);
        const [event] = await streamOf(store, stream);
        expect(JSON.stringify(event?.data)).toBe(JSON.stringify(data));
      });

      test('returns all metadata unchanged', async () => {
        const stream = newStream();
        const metadata = metadataOf({ correlationId: 'c', causationId: 'ü', actor: 'label:"x"', schema: 7 });
        await seed(stream, [{ ...happened(), metadata }]);
        const [event] = await streamOf(store, stream);
        expect([event?.metadata, event?.schema]).toEqual([metadata, 7]);
      });

      test('has no pages after its last event, until the next append', async () => {
        const stream = newStream();
        await seed(stream, happenedTimes(2));
        expect(await Array.fromAsync(store.readStream(stream, 2))).toEqual([]);
        expect(store.readStream(stream)).not.toBe(NO_PAGES);
        expect(store.readStream(stream, 1)).not.toBe(NO_PAGES);
        await store.append(stream, 1, happenedTimes(1));
        expect(store.readStream(stream, 2)).not.toBe(NO_PAGES);
        expect(await streamOf(store, stream, 2)).toHaveLength(1);
        expect(await Array.fromAsync(NO_PAGES)).toEqual([]);
      });

      test('is read from a revision on', async () => {
        const stream = newStream();
        const events = happenedTimes(5);
        await seed(stream, events);
        expect(idsOf(await streamOf(store, stream, 3))).toEqual(idsOf(events.slice(3)));
        expect(await streamOf(store, stream, 5)).toEqual([]);
      });

      test('longer than a page is read completely, in bounded pages', async () => {
        const stream = newStream();
        const ids: string[] = [];
        for (let expected = NO_STREAM; expected < 2_499; expected += 500) {
          const events = happenedTimes(500);
          await store.append(stream, expected, events);
          ids.push(...idsOf(events));
        }
        const pages = await Array.fromAsync(store.readStream(stream));
        expect(idsOf(pages.flat())).toEqual(ids);
        expect(Math.max(...pages.map(({ length }) => length))).toBeLessThanOrEqual(1_000);
        expect(Math.min(...pages.map(({ length }) => length))).toBeGreaterThan(0);
      });
    });

    describe('an append', () => {
      const conflict = async (promise: Promise<unknown>) => {
        const error = await promise.catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(RevisionConflict);
        const { stream, expected, actual } = error as RevisionConflict;
        return { stream, expected, actual };
      };

      test('on an older revision is rejected with the actual one, and none of it is kept', async () => {
        const stream = newStream();
        const events = happenedTimes(3);
        await seed(stream, events);
        const late = store.append(stream, 0, happenedTimes(2));
        expect(await conflict(late)).toEqual({ stream, expected: 0, actual: 2 });
        expect(idsOf(await streamOf(store, stream))).toEqual(idsOf(events));
      });

      test('on a future revision is rejected', async () => {
        const stream = newStream();
        await seed(stream, happenedTimes(1));
        const early = store.append(stream, 5, happenedTimes(1));
        expect(await conflict(early)).toEqual({ stream, expected: 5, actual: 0 });
      });

      test('that expects an existing stream to be new is rejected', async () => {
        const stream = newStream();
        await seed(stream, happenedTimes(1));
        const second = store.append(stream, NO_STREAM, happenedTimes(1));
        expect(await conflict(second)).toEqual({ stream, expected: NO_STREAM, actual: 0 });
        expect(await streamOf(store, stream)).toHaveLength(1);
      });

      test('that expects a missing stream to exist is rejected', async () => {
        const stream = newStream();
        const orphan = store.append(stream, 0, happenedTimes(1));
        expect(await conflict(orphan)).toEqual({ stream, expected: 0, actual: NO_STREAM });
        expect(await streamOf(store, stream)).toEqual([]);
        expect(await store.append(stream, NO_STREAM, happenedTimes(1))).toMatchObject({ revision: 0 });
      });

      test('of 500 events is stored completely and in order', async () => {
        const stream = newStream();
        const events = happenedTimes(500);
        expect(await store.append(stream, NO_STREAM, events)).toMatchObject({ revision: 499 });
        expect((await streamOf(store, stream)).map(plain)).toEqual(recorded(stream, 0, events));
      });

      test('of 500 events that is rejected leaves no trace', async () => {
        const stream = newStream();
        await seed(stream, happenedTimes(1));
        await conflict(store.append(stream, NO_STREAM, happenedTimes(500)));
        expect(await streamOf(store, stream)).toHaveLength(1);
      });

      test('of the maximum size is stored completely, byte for byte', async () => {
        const stream = newStream();
        const events = Array.from({ length: 3 }, () => happened({ note: 'ö'.repeat(160_000) }));
        await seed(stream, events);
        expect((await streamOf(store, stream)).map(plain)).toEqual(recorded(stream, 0, events));
      });

      test.each<[string, string, number, () => readonly NewEvent[]]>([
        ['no event', newStream(), NO_STREAM, () => []],
        ['too many events', newStream(), NO_STREAM, () => happenedTimes(APPEND_EVENTS_MAX + 1)],
        ['too many bytes', newStream(), NO_STREAM, () => [happened({ note: 'x'.repeat(APPEND_BYTES_MAX) })]],
        [
          'too many bytes of few characters',
          newStream(),
          NO_STREAM,
          () => [happened({ note: '€'.repeat(400_000) })],
        ],
        ['a stream of the engine', '$settings', NO_STREAM, () => happenedTimes(1)],
        ['a stream without a name', '', NO_STREAM, () => happenedTimes(1)],
        ['a revision that cannot be', newStream(), -2, () => happenedTimes(1)],
        ['a broken revision', newStream(), 0.5, () => happenedTimes(1)],
      ])('with %s is rejected, and none of it is kept', async (_, stream, expected, events) => {
        await expect(store.append(stream, expected, events())).rejects.toBeInstanceOf(RangeError);
        expect(await streamOf(store, stream)).toEqual([]);
      });

      test('returns the position of its last event', async () => {
        const stream = newStream();
        const { position } = await store.append(stream, NO_STREAM, happenedTimes(3));
        expect((await streamOf(store, stream)).at(-1)?.position).toBe(position);
        expect(typeof position).toBe('bigint');
      });

      test('is unaffected by later changes of the events by the caller', async () => {
        const stream = newStream();
        const data = { trackId: 't-1' };
        const appended = store.append(stream, NO_STREAM, [happened(data)]);
        data.trackId = 't-2';
        await appended;
        expect((await streamOf(store, stream))[0]?.data).toEqual({ trackId: 't-1' });
      });
    });

    describe('a repeated append', () => {
      test('returns the result of the first and writes nothing', async () => {
        const stream = newStream();
        const events = happenedTimes(3);
        const first = await store.append(stream, NO_STREAM, events);
        expect(await store.append(stream, NO_STREAM, events)).toEqual(first);
        expect(await streamOf(store, stream)).toHaveLength(3);
      });

      test('is recognised after many later events of the stream', async () => {
        const stream = newStream();
        await seed(stream, happenedTimes(2));
        const events = happenedTimes(2);
        const first = await store.append(stream, 1, events);
        await store.append(stream, 3, happenedTimes(3));
        expect(await store.append(stream, 1, events)).toEqual(first);
        expect(await streamOf(store, stream)).toHaveLength(7);
      });

      test('is recognised while the first is in flight', async () => {
        const stream = newStream();
        const events = happenedTimes(2);
        const answers = await Promise.all([1, 2, 3].map(() => store.append(stream, NO_STREAM, events)));
        expect(new Set(answers.map(({ revision, position }) => `${revision} ${position}`)).size).toBe(1);
        expect(await streamOf(store, stream)).toHaveLength(2);
      });

      test.each<[string, (events: NewEvent[]) => NewEvent[]]>([
        ['one event more at its end', (events) => [...events, happened()]],
        ['one event changed', ([first]) => [first as NewEvent, happened()]],
        ['its events in another order', (events) => events.toReversed()],
      ])('with %s is a different append and conflicts', async (_what, alter) => {
        const stream = newStream();
        const events = happenedTimes(2);
        await seed(stream, events);
        await expect(store.append(stream, NO_STREAM, alter(events))).rejects.toBeInstanceOf(RevisionConflict);
        expect(idsOf(await streamOf(store, stream))).toEqual(idsOf(events));
      });
    });

    describe('concurrent appends', () => {
      test('to one revision of one stream have exactly one winner', async () => {
        const stream = newStream();
        for (let expected = NO_STREAM; expected < 4; expected++) {
          const rivals = Array.from({ length: 8 }, () => happened());
          const outcomes = await Promise.allSettled(
            rivals.map((rival) => store.append(stream, expected, [rival])),
          );
          expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
          for (const outcome of outcomes) {
            if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(RevisionConflict);
          }
          const winner = rivals[outcomes.findIndex(({ status }) => status === 'fulfilled')];
          expect((await streamOf(store, stream)).at(-1)?.id).toBe(winner?.id);
        }
      });

      test('to many streams are all kept, at strictly increasing positions', async () => {
        const category = newCategory();
        const start = await store.head();
        const streams = Array.from({ length: 50 }, () => newStream(category));
        const answers = await Promise.all(
          streams.map((stream) => store.append(stream, NO_STREAM, happenedTimes(2))),
        );
        const events = eventsOf(
          await Array.fromAsync(store.readAll(start, { select: { categories: [category] } })),
        );
        const positions = events.map(({ position }) => position);
        expect(events).toHaveLength(100);
        expect(
          positions.every((position, index) => index === 0 || position > (positions[index - 1] ?? 0n)),
        ).toBe(true);
        for (const { position } of answers) expect(positions).toContain(position);
      });
    });

    describe('the whole log', () => {
      test('is read from after a position, and the last page reaches the head', async () => {
        const category = newCategory();
        const stream = newStream(category);
        const start = await store.head();
        const events = happenedTimes(4);
        const { position } = await store.append(stream, NO_STREAM, events);
        const read = async (after: bigint): Promise<Page[]> =>
          Array.fromAsync(store.readAll(after, { select: { categories: [category] } }));

        const pages = await read(start);
        expect(eventsOf(pages).map(plain)).toEqual(recorded(stream, 0, events));
        expect(pages.map(({ atHead }) => atHead)).toEqual(
          pages.map((_page, index) => index === pages.length - 1),
        );
        expect(pages.at(-1)?.upTo).toBeGreaterThanOrEqual(position);

        const second = eventsOf(pages)[1]?.position ?? 0n;
        expect(idsOf(eventsOf(await read(second)))).toEqual(idsOf(events.slice(2)));
        expect(eventsOf(await read(position))).toEqual([]);
      });

      test('is filtered by type, by category and by both', async () => {
        const [plays, tracks] = [newCategory(), newCategory()];
        const [started, stopped] = [`Started${plays}`, `Stopped${plays}`];
        const start = await store.head();
        const a = [happened({ n: 0 }, started), happened({ n: 1 }, stopped)];
        const b = [happened({ n: 2 }, stopped), happened({ n: 3 }, started)];
        await seed(newStream(plays), a);
        await seed(newStream(tracks), b);
        const numbers = async (select: { types?: string[]; categories?: string[] }) =>
          eventsOf(await Array.fromAsync(store.readAll(start, { select }))).map(
            ({ data }) => (data as { n: number }).n,
          );

        expect(await numbers({ types: [started] })).toEqual([0, 3]);
        expect(await numbers({ types: [stopped, started] })).toEqual([0, 1, 2, 3]);
        expect(await numbers({ categories: [tracks] })).toEqual([2, 3]);
        expect(await numbers({ categories: [tracks, plays] })).toEqual([0, 1, 2, 3]);
        expect(await numbers({ types: [started], categories: [plays] })).toEqual([0]);
        expect(await numbers({ types: ['Never'], categories: [plays] })).toEqual([]);
      });

      test('matches a category by its whole name, not by a prefix', async () => {
        const category = newCategory();
        const start = await store.head();
        await seed(`${category}x-1`, happenedTimes(1));
        await seed(`${category}-1`, happenedTimes(1));
        const pages = await Array.fromAsync(store.readAll(start, { select: { categories: [category] } }));
        expect(eventsOf(pages).map(({ stream }) => stream)).toEqual([`${category}-1`]);
      });

      test('is read to its head even when no event is selected', async () => {
        const start = await store.head();
        const { position } = await store.append(newStream(), NO_STREAM, happenedTimes(10));
        const pages = await Array.fromAsync(
          store.readAll(start, { select: { categories: [newCategory()] } }),
        );
        expect(eventsOf(pages)).toEqual([]);
        expect(pages.at(-1)).toMatchObject({ atHead: true });
        expect(pages.at(-1)?.upTo).toBeGreaterThanOrEqual(position);
      });

      test.each([1, 3, 7, 10_000])('comes in pages of at most %i', async (pageSize) => {
        const category = newCategory();
        const start = await store.head();
        const events = happenedTimes(14);
        await seed(newStream(category), events);
        const select = { categories: [category] };
        const pages = await Array.fromAsync(store.readAll(start, { select, pageSize }));
        expect(idsOf(eventsOf(pages))).toEqual(idsOf(events));
        expect(Math.max(...pages.map((page) => page.events.length))).toBeLessThanOrEqual(pageSize);
      });

      test('can be resumed after any page without a gap or a repeat', async () => {
        const category = newCategory();
        const start = await store.head();
        const events = happenedTimes(9);
        await seed(newStream(category), events);
        const options = { select: { categories: [category] }, pageSize: 2 };
        for await (const { upTo } of store.readAll(start, options)) {
          const before = (await Array.fromAsync(store.readAll(start, options)))
            .flatMap((page) => page.events)
            .filter(({ position }) => position <= upTo);
          const rest = eventsOf(await Array.fromAsync(store.readAll(upTo, options)));
          expect(idsOf([...before, ...rest])).toEqual(idsOf(events));
        }
      });

      test('stops without an error when its reader aborts', async () => {
        const category = newCategory();
        const start = await store.head();
        await seed(newStream(category), happenedTimes(20));
        const stop = new AbortController();
        const seen: Page[] = [];
        const options = { select: { categories: [category] }, pageSize: 1, signal: stop.signal };
        for await (const page of store.readAll(start, options)) {
          seen.push(page);
          if (eventsOf(seen).length === 2) stop.abort();
        }
        expect(eventsOf(seen)).toHaveLength(2);
      });

      test('ends at its head', async () => {
        const before = await store.head();
        const { position } = await store.append(newStream(), NO_STREAM, happenedTimes(2));
        expect(await store.head()).toBeGreaterThanOrEqual(position);
        expect(position).toBeGreaterThan(before);
      });
    });

    describe('a subscriber', () => {
      test('gets existing events, then new ones, in order, without a gap or a repeat', async () => {
        const category = newCategory();
        const stream = newStream(category);
        const start = await store.head();
        const past = happenedTimes(5);
        await seed(stream, past);
        const taking = take(store, start, 25, { select: { categories: [category] }, pageSize: 3 });
        const added: NewEvent[] = [];
        for (let expected = 4; expected < 24; expected++) {
          const event = happened();
          added.push(event);
          await store.append(stream, expected, [event]);
        }
        const events = await taking;
        expect(events.map(plain)).toEqual(recorded(stream, 0, [...past, ...added]));
      });

      test('gets no event that is not selected, and advances past it', async () => {
        const [wanted, other] = [newCategory(), newCategory()];
        const stop = new AbortController();
        const events: string[] = [];
        let upTo = 0n;
        const start = await store.head();
        const reading = (async () => {
          const options = { select: { categories: [wanted] }, signal: stop.signal };
          for await (const page of store.subscribe(start, options)) {
            events.push(...idsOf(page.events));
            upTo = page.upTo;
          }
        })();
        const event = happened();
        await seed(newStream(wanted), [event]);
        const { position } = await store.append(newStream(other), NO_STREAM, happenedTimes(3));
        await eventually(() => expect(upTo).toBeGreaterThanOrEqual(position));
        stop.abort();
        await reading;
        expect(events).toEqual([event.id]);
      });

      test('of one type in all streams gets only that', async () => {
        const type = `Stopped${newCategory()}`;
        const start = await store.head();
        const taking = take(store, start, 2, { select: { types: [type] } });
        const [first, second] = [happened({}, type), happened({}, type)];
        await seed(newStream(), [happened(), first]);
        await seed(newStream(), [second, happened()]);
        expect(idsOf(await taking)).toEqual([first.id, second.id]);
      });

      test('learns when it has caught up', async () => {
        const stop = new AbortController();
        const caughtUp = (async () => {
          for await (const { atHead } of store.subscribe(await store.head(), { signal: stop.signal })) {
            if (atHead) return true;
          }
          return false;
        })();
        expect(await caughtUp).toBe(true);
        stop.abort();
      });

      test('that waits ends without an error when aborted', async () => {
        const stop = new AbortController();
        let waits = false;
        const reading = (async () => {
          const options = { select: { categories: [newCategory()] }, signal: stop.signal };
          for await (const page of store.subscribe(await store.head(), options)) waits = page.atHead;
        })();
        await eventually(() => expect(waits).toBe(true));
        stop.abort();
        await expect(reading).resolves.toBeUndefined();
      });

      test('that was aborted before the start gets nothing', async () => {
        const pages = await Array.fromAsync(store.subscribe(0n, { signal: AbortSignal.abort() }));
        expect(eventsOf(pages)).toEqual([]);
      });

      test('that is slow gets everything and delays no writer', async () => {
        const category = newCategory();
        const stop = new AbortController();
        const seen: string[] = [];
        const start = await store.head();
        let release = (): void => {};
        const held = new Promise<void>((resolve) => (release = resolve));
        const reading = (async () => {
          const options = { select: { categories: [category] }, pageSize: 2, signal: stop.signal };
          for await (const page of store.subscribe(start, options)) {
            seen.push(...idsOf(page.events));
            if (seen.length === 12) stop.abort();
            await held;
          }
        })();
        const stream = newStream(category);
        const events = happenedTimes(12);
        for (const [index, event] of events.entries()) await store.append(stream, index - 1, [event]);
        expect(seen.length).toBeLessThan(12);
        release();
        await reading;
        expect(seen).toEqual(idsOf(events));
      });

      test('gets the same events as every other', async () => {
        const category = newCategory();
        const stream = newStream(category);
        const start = await store.head();
        const select = { categories: [category] };
        const taking = Array.from({ length: 12 }, () => take(store, start, 30, { select }));
        const events = happenedTimes(30);
        for (let index = 0; index < 30; index += 3) {
          await store.append(stream, index - 1, events.slice(index, index + 3));
        }
        for (const seen of await Promise.all(taking)) expect(idsOf(seen)).toEqual(idsOf(events));
      });
    });

    describe('any history', () => {
      /** An operation on one of three streams: append, append on an old revision, or repeat. */
      const attempt = fc.record({
        stream: fc.nat({ max: 2 }),
        kind: fc.constantFrom('go on', 'go on', 'go on', 'be late', 'be early', 'repeat'),
        count: fc.integer({ min: 1, max: 4 }),
        pick: fc.nat({ max: 100 }),
      });

      test('is kept as a list for each stream and one list of all', async () => {
        await fc.assert(
          fc.asyncProperty(fc.array(attempt, { minLength: 1, maxLength: 12 }), async (attempts) => {
            const category = newCategory();
            const start = await store.head();
            const streams = [0, 1, 2].map(() => newStream(category));
            const model = streams.map(() => [] as NewEvent[]);
            const log: string[] = [];
            const past: { stream: number; expected: number; events: NewEvent[]; answer: unknown }[] = [];

            for (const { stream: index, kind, count, pick } of attempts) {
              const stream = streams[index] ?? '';
              const kept = model[index] ?? [];
              const head = kept.length - 1;
              const events = happenedTimes(count);
              if (kind === 'repeat') {
                const before = past[pick % Math.max(1, past.length)];
                if (!before) continue;
                const again = store.append(streams[before.stream] ?? '', before.expected, before.events);
                expect(await again).toEqual(before.answer);
              } else if (kind === 'go on') {
                const answer = await store.append(stream, head, events);
                expect(answer.revision).toBe(head + count);
                past.push({ stream: index, expected: head, events, answer });
                kept.push(...events);
                log.push(...idsOf(events));
              } else {
                const expected = kind === 'be early' ? head + 1 + (pick % 3) : (pick % (head + 2)) - 1;
                if (expected === head) continue;
                await expect(store.append(stream, expected, events)).rejects.toMatchObject({ actual: head });
              }
            }

            for (const [index, stream] of streams.entries()) {
              const read = (await streamOf(store, stream)).map(plain);
              expect(read).toEqual(recorded(stream, 0, model[index] ?? []));
            }
            const select = { categories: [category] };
            expect(idsOf(eventsOf(await Array.fromAsync(store.readAll(start, { select }))))).toEqual(log);
          }),
          { numRuns: 15 },
        );
      });
    });
  });
