import { parentPort, workerData } from 'node:worker_threads';
import { EmbeddedLogReader } from '../../src/infrastructure/eventstore/embedded/embedded-log-reader.js';
import { count, type Counter, newCounter } from './fold.js';

/** Positions above `after`, up to and including `upTo`. */
export type Range = { readonly folder: string; readonly after: bigint; readonly upTo: bigint };

const { folder, after, upTo } = workerData as Range;
const log = new EmbeddedLogReader(folder);

const replay = async (): Promise<Counter> => {
  const counter = newCounter();
  for await (const page of log.readAll(after)) {
    for (const event of page.events) {
      if (event.position > upTo) return counter;
      count(counter, event, 'at all');
    }
  }
  return counter;
};

parentPort?.once('message', () => {
  void replay().then((counter) => parentPort?.postMessage(counter));
});
parentPort?.postMessage(await replay());
