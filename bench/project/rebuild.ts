import type { Options } from '../harness/bench.js';
import { inChild } from '../harness/child.js';
import { compared, type Line } from '../harness/report.js';
import { inRounds } from '../harness/rounds.js';
import { startServer } from '../harness/server.js';
import type { Ask } from '../http/our-server.js';
import type { Target } from '../http/requests.js';
import type { ReadFigures } from './reader.js';

const SERVER = new URL('../http/our-server.js', import.meta.url);
const READER = new URL('./reader.js', import.meta.url);
const BEGIN = new URL('./begin-rebuild.js', import.meta.url);

const PATH = '/v1/plays/now-playing';
const READERS = 16;
const READS_PER_SECOND = 500;
/** Length of the warm-up as a share of the timed part. */
const WARM_UP = 0.3;
const GOAL = { atMost: 1.5 } as const;

/** Latencies of a reader of the service over `log`, without and during a rebuild of all its read models. */
export const readingDuringRebuild = async (log: string, options: Options): Promise<readonly Line[]> => {
  const serving = () =>
    startServer<Target>(SERVER, { folder: log, variant: 'projecting too', listeners: READERS });

  const read = async (mustRebuild: boolean): Promise<ReadFigures> => {
    if (mustRebuild) await inChild(BEGIN, { folder: log });
    await using server = await serving();
    if (!mustRebuild) await server.ask('at rest' satisfies Ask);
    const { port, tokens } = server.info;
    const reads = (seconds: number) =>
      inChild<ReadFigures>(READER, { port, tokens, path: PATH, perSecond: READS_PER_SECOND, seconds });
    await reads(options.seconds * WARM_UP);
    const figures = await reads(options.seconds);
    if (mustRebuild && (await server.ask('rebuilding' satisfies Ask)) === false) tooShort += 1;
    return figures;
  };

  let tooShort = 0;
  options.progress('project, reading: waiting for the projections');
  {
    await using server = await serving();
    await server.ask('at rest' satisfies Ask);
  }
  const rounds = await inRounds(
    options.rounds,
    { idle: () => read(false), rebuilding: () => read(true) },
    (text) => options.progress(`project, reading, ${text}`),
  );
  if (tooShort > 0) {
    options.warn(
      `${tooShort} rebuilds ended before the reading beside them: give more --events, less --seconds`,
    );
  }
  const line = (what: string, of: (figures: ReadFigures) => number) => ({
    what: `GET ${what} in a rebuild`,
    unit: 'ms',
    ours: (rounds['rebuilding'] ?? []).map(of),
    against: 'idle',
    theirs: (rounds['idle'] ?? []).map(of),
  });
  return [compared(line('p50', (r) => r.p50Ms)), compared({ ...line('p99', (r) => r.p99Ms), goal: GOAL })];
};
