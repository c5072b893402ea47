import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../harness/statistics.js';
import { Connection } from '../http/connection.js';
import { get } from '../http/requests.js';

export type ReadFigures = { readonly reads: number; readonly p50Ms: number; readonly p99Ms: number };

/**
 * Sends GET requests at a fixed rate for `seconds`. Latency counts from the time at which a request was due, so that a
 * stalled server cannot hide delayed requests (coordinated omission).
 */
export const measure = async (input: {
  readonly port: number;
  readonly tokens: readonly string[];
  readonly path: string;
  readonly perSecond: number;
  readonly seconds: number;
}): Promise<ReadFigures> => {
  const { tokens, path, perSecond, seconds } = input;
  const connections = await Promise.all(tokens.map(() => Connection.open(input.port)));
  const latencies: number[] = [];
  const start = performance.now();
  const total = Math.ceil(perSecond * seconds);
  let sent = 0;

  const reader = async (connection: Connection, token: string): Promise<void> => {
    const request = get(path, token);
    for (;;) {
      const due = start + (sent++ * 1_000) / perSecond;
      if (sent > total) return;
      const early = due - performance.now();
      if (early > 0) await sleep(early);
      const from = early > 0 ? performance.now() : due;
      const status = await connection.send(request);
      if (status !== 200) throw new Error(`answered ${status} to GET ${path}`);
      latencies.push(performance.now() - from);
    }
  };
  await Promise.all(connections.map((connection, n) => reader(connection, tokens[n] ?? '')));
  for (const connection of connections) connection.close();
  return {
    reads: latencies.length,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
};
