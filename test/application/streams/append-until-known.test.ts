import { expect, test } from '@jest/globals';
import {
  type EventStore,
  NO_STREAM,
  RevisionConflict,
  StoreUnavailable,
} from '../../../src/application/ports/event-store.js';
import { appendUntilKnown } from '../../../src/application/streams/append-until-known.js';

const APPENDED = { revision: 0, position: 1n };

/** A store whose appends fail with `failures` one after another, then succeed; and what it was called with. */
const storeFailingWith = (...failures: readonly Error[]) => {
  const calls: unknown[] = [];
  const append = (...call: readonly unknown[]) => {
    const failure = failures[calls.length];
    calls.push(call);
    return failure ? Promise.reject(failure) : Promise.resolve(APPENDED);
  };
  return { store: { append } as unknown as EventStore, calls };
};

const unknown = () => new StoreUnavailable('No answer.', true);

test('an append of unknown outcome is repeated with the same events', async () => {
  const { store, calls } = storeFailingWith(unknown(), unknown());
  expect(await appendUntilKnown(store, 'play-1', NO_STREAM, [])).toBe(APPENDED);
  expect(calls).toEqual(Array.from({ length: 3 }, () => ['play-1', NO_STREAM, []]));
});

test('after five attempts the outcome stays unknown', async () => {
  const { store, calls } = storeFailingWith(...Array.from({ length: 9 }, unknown));
  await expect(appendUntilKnown(store, 'play-1', NO_STREAM, [])).rejects.toMatchObject({ ambiguous: true });
  expect(calls).toHaveLength(5);
});

test.each([new StoreUnavailable('Away.', false), new RevisionConflict('play-1', -1, 0)])(
  'an append that certainly failed is not repeated: %s',
  async (failure) => {
    const { store, calls } = storeFailingWith(failure);
    await expect(appendUntilKnown(store, 'play-1', NO_STREAM, [])).rejects.toBe(failure);
    expect(calls).toHaveLength(1);
  },
);
