import { beforeEach, describe, expect, test } from '@jest/globals';
import { Watcher } from '../../../src/application/projecting/watcher.js';
import { HandTimer } from '../../support/time/manual-timer.js';

let value: number;
let polls: number;
let failure: Error | undefined;
let timer: HandTimer;
let watcher: Watcher<number>;
beforeEach(() => {
  [value, polls, failure] = [0, 0, undefined];
  timer = new HandTimer();
  const read = () => {
    polls += 1;
    return failure ? Promise.reject(failure) : Promise.resolve(value);
  };
  watcher = new Watcher(read, timer, { minMs: 1, maxMs: 8 });
});

const outcome = (next: Promise<number>): Promise<unknown> => next.catch((error: unknown) => error);

describe('the next value', () => {
  test('is polled at pauses that double, for all waiters together', async () => {
    const waits = [1, 1, 2].map((least) => watcher.next((polled) => polled >= least));
    await timer.turn(1 + 2 + 4 + 8 + 8);
    expect(polls).toBe(5);
    value = 1;
    await timer.turn(8);
    expect(await Promise.all(waits.slice(0, 2))).toEqual([1, 1]);
    value = 2;
    await timer.turn(8);
    expect(await waits[2]).toBe(2);
    await timer.turn(20);
    expect([polls, timer.sleeping]).toEqual([7, 0]);
  });
  test('rejects with what reading it throws, and can be waited for again', async () => {
    failure = new Error('gone');
    const failed = outcome(watcher.next(() => true));
    await timer.turn(1);
    expect(await failed).toBe(failure);
    failure = undefined;
    const next = watcher.next(() => true);
    await timer.turn(2);
    expect(await next).toBe(0);
  });
  test('rejects with the reason of an abort, at once, and is then polled no more', async () => {
    const stop = new AbortController();
    const aborted = outcome(watcher.next(() => false, stop.signal));
    await timer.turn(0);
    const enough = new Error('enough');
    stop.abort(enough);
    expect(await aborted).toBe(enough);
    await timer.turn(8);
    expect([polls, timer.sleeping]).toEqual([0, 0]);
    await expect(watcher.next(() => true, stop.signal)).rejects.toThrow('enough');
  });
});

describe('the values', () => {
  test('are the one now and that of each poll, until an abort', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const reading = (async () => {
      for await (const polled of watcher.values(stop.signal)) seen.push(polled);
    })();
    await timer.turn(0);
    expect(seen).toEqual([0]);
    value = 5;
    await timer.turn(1);
    expect(seen).toEqual([0, 5]);
    stop.abort();
    await reading;
  });
  test('of an aborted signal are none', async () => {
    expect(await Array.fromAsync(watcher.values(AbortSignal.abort()))).toEqual([]);
    expect(polls).toBe(0);
  });
  test('end with what reading one throws', async () => {
    failure = new Error('gone');
    await expect(Array.fromAsync(watcher.values(new AbortController().signal))).rejects.toBe(failure);
  });
});
