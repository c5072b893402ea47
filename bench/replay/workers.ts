import { Worker } from 'node:worker_threads';
import { START } from '../../src/application/ports/event-store.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import type { Range } from './range-worker.js';
import { type Counter, newCounter } from './fold.js';

/**
 * Divides the log into one range of positions per worker; each worker thread replays its range with its own reader.
 * Timing starts when all threads have opened their readers and warmed up, and ends with the last result.
 */
export const measure = async (input: {
  readonly folder: string;
  readonly workers: number;
}): Promise<Counter & { readonly ms: number }> => {
  const log = new EmbeddedEventStore(input.folder);
  const head = await log.head();
  await log.close();

  const ranges = Array.from({ length: input.workers }, (_, n): Range => {
    const cut = (part: number) => (head * BigInt(part)) / BigInt(input.workers);
    return { folder: input.folder, after: n === 0 ? START : cut(n), upTo: cut(n + 1) };
  });
  const workers = ranges.map(
    (range) => new Worker(new URL('./range-worker.js', import.meta.url), { workerData: range }),
  );
  await Promise.all(workers.map(nextMessage));

  const total = newCounter();
  const from = performance.now();
  const counted = workers.map(nextMessage);
  for (const worker of workers) worker.postMessage('go');
  for (const counter of await Promise.all(counted)) {
    total.events += counter.events;
  }
  const ms = performance.now() - from;
  await Promise.all(workers.map((worker) => worker.terminate()));
  return { ...total, ms };
};

const nextMessage = (worker: Worker): Promise<Counter> =>
  new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
