import { percentile } from '../harness/statistics.js';
import { Connection } from './connection.js';
import { playOf, type Target } from './requests.js';

export type HttpFigures = {
  readonly commands: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
};

/** End of the run: after a time or after a number of responses. */
export type Until = { readonly seconds?: number; readonly commands?: number };

/** Sends commands; each connection sends the next command after the response to its previous one. */
export const measure = async (input: Target & Until): Promise<HttpFigures> => {
  const { seconds: length = Infinity, commands: most = Infinity } = input;
  const latencies: number[] = [];
  const connections = await Promise.all(input.tokens.map(() => Connection.open(input.port)));
  const start = performance.now();
  const end = start + length * 1_000;

  const listener = async (connection: Connection, token: string): Promise<void> => {
    for (;;) {
      for (const request of playOf(input.trackId, token)) {
        const from = performance.now();
        if (from >= end || latencies.length >= most) return;
        const status = await connection.send(request);
        if (status !== 200 && status !== 201) throw new Error(`answered ${status} to ${request}`);
        latencies.push(performance.now() - from);
      }
    }
  };
  await Promise.all(connections.map((connection, n) => listener(connection, input.tokens[n] ?? '')));
  const seconds = (performance.now() - start) / 1_000;
  for (const connection of connections) connection.close();

  return {
    commands: latencies.length,
    perSecond: latencies.length / seconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
};
