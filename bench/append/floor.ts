import { closeSync, fdatasyncSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { percentile } from '../harness/statistics.js';
import { asLine, EVENTS_PER_STREAM, newStream, smallEvent } from '../workload/small-events.js';
import { type AppendFigures, WARM_UP } from './closed-loop.js';

/** Size at which writing restarts at the beginning of the file. */
const FILE_BYTES = 64 * 1024 * 1024;

/**
 * The minimum cost of durable appends: events as JSON in batches of `inFlight`, one write into a preallocated file and
 * one `fdatasync` for each batch. No checks, no index.
 */
export const measure = async (input: {
  readonly folder: string;
  readonly inFlight: number;
  readonly seconds: number;
}): Promise<AppendFigures> => {
  const file = preallocated(join(input.folder, 'floor'));
  const latencies: number[] = [];
  const start = performance.now() + input.seconds * WARM_UP * 1_000;
  const end = start + input.seconds * 1_000;
  let cpu: NodeJS.CpuUsage | undefined;
  let timedFrom = start;
  let now = performance.now();
  let offset = 0;
  let revision = 0;
  let stream = newStream();

  while (now < end) {
    const from = now;
    if (!cpu && from >= start) {
      cpu = process.cpuUsage();
      timedFrom = from;
    }
    let batch = '';
    for (let n = 0; n < input.inFlight; n++) {
      if (revision === EVENTS_PER_STREAM) {
        revision = 0;
        stream = newStream();
      }
      batch += asLine(stream, revision++, smallEvent());
    }
    const bytes = Buffer.from(batch);
    if (offset + bytes.length > FILE_BYTES) offset = 0;
    offset += writeSync(file, bytes, 0, bytes.length, offset);
    fdatasyncSync(file);
    now = performance.now();
    if (from >= start) latencies.push(now - from);
  }

  closeSync(file);
  const { user, system } = process.cpuUsage(cpu);
  const events = latencies.length * input.inFlight;
  return {
    eventsPerSecond: (events / (now - timedFrom)) * 1_000,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    cpuMicros: (user + system) / events,
  };
};

const preallocated = (path: string): number => {
  const file = openSync(path, 'w');
  const zeros = Buffer.alloc(1024 * 1024);
  for (let written = 0; written < FILE_BYTES; written += zeros.length) writeSync(file, zeros);
  fsyncSync(file);
  return file;
};
