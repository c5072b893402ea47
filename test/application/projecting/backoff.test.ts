import { expect, test } from '@jest/globals';
import { Backoff, repeatUntilDone } from '../../../src/application/projecting/backoff.js';
import { HandTimer } from '../../support/time/manual-timer.js';

test('pauses double up to the longest, and begin again after a reset', () => {
  const backoff = new Backoff(50, 300);
  expect([backoff.next(), backoff.next(), backoff.next(), backoff.next(), backoff.next()]).toEqual([
    50, 100, 200, 300, 300,
  ]);
  backoff.reset();
  expect([backoff.next(), backoff.next()]).toEqual([50, 100]);
});

/** Repeats attempts that end as `outcomes` say, each at its position; ends by itself with the last. */
const repeated = (outcomes: readonly { readonly position: bigint; readonly failure?: string }[]) => {
  const timer = new HandTimer();
  const stopping = new AbortController();
  const failures: string[] = [];
  let position: bigint | undefined;
  let attempts = 0;
  const ended = repeatUntilDone(
    () => {
      const outcome = outcomes[attempts++];
      if (!outcome) return Promise.resolve('done');
      ({ position } = outcome);
      return outcome.failure === undefined
        ? Promise.resolve('again')
        : Promise.reject(new Error(outcome.failure));
    },
    {
      timer,
      signal: stopping.signal,
      position: () => position,
      onFailure: (message) => void failures.push(message),
    },
  );
  return { timer, stopping, failures, ended, attempts: () => attempts };
};

test('work is repeated without a pause until it is done', async () => {
  const { ended, attempts, failures } = repeated([{ position: 1n }, { position: 1n }]);
  await ended;
  expect([attempts(), failures]).toEqual([3, []]);
});

test('the pause grows while nothing is processed between failures', async () => {
  const { timer, ended, attempts, failures } = repeated([
    { position: 1n, failure: 'a' },
    { position: 1n, failure: 'b' },
    { position: 1n, failure: 'c' },
  ]);
  await timer.turn(50);
  expect(attempts()).toBe(2);
  await timer.turn(99);
  expect(attempts()).toBe(2);
  await timer.turn(1);
  expect(attempts()).toBe(3);
  await timer.turn(200);
  await ended;
  expect(failures).toEqual(['a', 'b', 'c']);
});

test('a failure after progress is followed by the shortest pause', async () => {
  const { timer, ended, attempts } = repeated([
    { position: 1n, failure: 'a' },
    { position: 1n, failure: 'b' },
    { position: 2n, failure: 'c' },
  ]);
  await timer.turn(150);
  expect(attempts()).toBe(3);
  await timer.turn(50);
  expect(attempts()).toBe(4);
  await ended;
});

test('an abort ends the pause and the repetition', async () => {
  const { timer, stopping, ended, attempts } = repeated([{ position: 1n, failure: 'a' }]);
  await timer.turn(1);
  stopping.abort();
  await ended;
  expect([attempts(), timer.sleeping]).toEqual([1, 0]);
});
