import { NO_STREAM, type NewEvent } from '../../src/application/ports/event-store.js';
import { percentile } from '../harness/statistics.js';
import { EVENTS_PER_STREAM, newStream, smallEvent } from '../workload/small-events.js';

/** Appends one event at an exact revision and resolves once it is durable. */
export type Append = (stream: string, expected: number, event: NewEvent) => Promise<unknown>;

export type AppendFigures = {
  readonly eventsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU of the appending process per event, including the creation of the event, without that of a server. */
  readonly cpuMicros: number;
};

/** Length of the warm-up as a share of the timed part. */
export const WARM_UP = 0.4;

/**
 * Runs `inFlight` writers for `seconds` after a warm-up. Each appends to its own stream, ten events a stream, and starts
 * an append as soon as its previous one is durable.
 */
export const closedLoop = async (
  append: Append,
  { inFlight, seconds }: { readonly inFlight: number; readonly seconds: number },
): Promise<AppendFigures> => {
  const latencies: number[] = [];
  const start = performance.now() + seconds * WARM_UP * 1_000;
  const end = start + seconds * 1_000;
  let cpu: NodeJS.CpuUsage | undefined;
  let timedFrom = start;
  let last = start;

  const writer = async (): Promise<void> => {
    for (;;) {
      const stream = newStream();
      for (let n = 0; n < EVENTS_PER_STREAM; n++) {
        const from = performance.now();
        if (from >= end) return;
        if (!cpu && from >= start) {
          cpu = process.cpuUsage();
          timedFrom = from;
        }
        await append(stream, NO_STREAM + n, smallEvent());
        if (from < start) continue;
        last = performance.now();
        latencies.push(last - from);
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, writer));

  const { user, system } = process.cpuUsage(cpu);
  return {
    eventsPerSecond: (latencies.length / (last - timedFrom)) * 1_000,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    cpuMicros: (user + system) / latencies.length,
  };
};

/** Appends `events` events with `inFlight` writers. @returns the duration in milliseconds */
export const fill = async (append: Append, events: number, inFlight: number): Promise<number> => {
  const from = performance.now();
  let left = events;
  const writer = async (): Promise<void> => {
    while (left > 0) {
      const stream = newStream();
      for (let n = 0; n < EVENTS_PER_STREAM && left > 0; n++) {
        left -= 1;
        await append(stream, NO_STREAM + n, smallEvent());
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, writer));
  return performance.now() - from;
};
