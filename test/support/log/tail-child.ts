/**
 * A worker thread or process that subscribes to the log of a data folder and reports the ids of the events it reads.
 * Input: the folder, the number of events after which it ends and, in a worker, the head signal of the writer.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { START } from '../../../src/application/ports/event-store.js';
import { EmbeddedLogReader } from '../../../src/infrastructure/eventstore/embedded/embedded-log-reader.js';
import { idsOf, take } from './events.js';

export type TailInput = {
  readonly folder: string;
  readonly count: number;
  readonly headSignal?: SharedArrayBuffer;
};

const [, , folder = '', count = '0'] = process.argv;
const input = parentPort ? (workerData as TailInput) : { folder, count: Number(count) };
const log = new EmbeddedLogReader(input.folder, 'headSignal' in input ? input.headSignal : undefined);
const report = (word: string): void => {
  if (parentPort) parentPort.postMessage(word);
  else process.stdout.write(`${word}\n`);
};

const taking = take(log, START, input.count, { onPage: () => report('page') });
for (const id of idsOf(await taking)) report(id);
await log.close();
