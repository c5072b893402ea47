import type { Bench, Options } from '../harness/bench.js';
import { inChild } from '../harness/child.js';
import { inFreshFolder } from '../harness/folder.js';
import { compared, type Line } from '../harness/report.js';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { figures, inRounds, type Subjects } from '../harness/rounds.js';
import { startServer } from '../harness/server.js';
import type { HttpFigures } from './generator.js';
import type { Variant } from './our-server.js';
import type { Target } from './requests.js';

const GENERATOR = new URL('./generator.js', import.meta.url);
const OURS = new URL('./our-server.js', import.meta.url);
const PREPARE = new URL('../project/prepare.js', import.meta.url);
const BARE = new URL('./bare-server.js', import.meta.url);

const CONNECTIONS = 64;
/**
 * Commands of the warm-up. It is bounded by number rather than time, because a slow subject needs longer until V8 has
 * compiled its code. A time limit in multiples of the timed run also applies.
 */
const WARM_UP = { commands: 25_000, lengths: 3 };

const GOALS = {
  p50: { atMost: 3 },
  throughput: { atLeast: 0.55 },
  cpu: { atMost: 4 },
  growth: { atLeast: 0.95 },
} as const;

type Run = HttpFigures & { readonly cpuMicros: number };

export const http: Bench = {
  name: 'http',
  summary: `POST start, seek, stop: validated and durable, ${CONNECTIONS} connections`,
  defaults: { rounds: 6, seconds: 3, events: 50_000 },
  run: async (options) => {
    const ours = (variant: Variant) => () =>
      inFreshFolder(options.folder, (folder) =>
        run(OURS, { folder, variant, listeners: CONNECTIONS }, options),
      );
    const subjects: Subjects<Run> = {
      'bare node:http': () => run(BARE, {}, options),
      'no store': ours('no store'),
      ours: ours('api'),
      'projecting too': ours('projecting too'),
      'one commit each': ours('one commit each'),
    };
    const rounds = await inRounds(options.rounds, subjects, (text) => options.progress(`http, ${text}`));

    const compare = (
      what: string,
      unit: string,
      of: (run: Run) => number,
      [subject, against]: readonly [string, string],
      goal?: Line['goal'],
    ): Line =>
      compared({
        what,
        unit,
        ours: figures(rounds, subject, of),
        against,
        theirs: figures(rounds, against, of),
        ...(goal && { goal }),
      });
    const rate = (r: Run) => r.perSecond;
    const p50 = (r: Run) => r.p50Ms;
    const p99 = (r: Run) => r.p99Ms;
    const cpu = (r: Run) => r.cpuMicros / r.commands;
    const lines = [
      compare('commands', 'per s', rate, ['ours', 'no store'], GOALS.throughput),
      compare('p50', 'ms', p50, ['ours', 'no store'], GOALS.p50),
      compare('p99', 'ms', p99, ['ours', 'no store']),
      compare('CPU', 'µs/command', cpu, ['ours', 'bare node:http'], GOALS.cpu),
      compare('CPU without store', 'µs/command', cpu, ['no store', 'bare node:http']),
      compare('commands', 'per s', rate, ['ours', 'one commit each']),
      compare('commands, projecting too', 'per s', rate, ['projecting too', 'ours']),
      compare('p50, projecting too', 'ms', p50, ['projecting too', 'ours']),
      compare('p99, projecting too', 'ms', p99, ['projecting too', 'ours']),
    ];
    return options.scale > 1 ? [...lines, await growth(options)] : lines;
  },
};

/** Commands on a long log: with ten times the events, a command may cost at most 1.05 times as much. */
const growth = (options: Options): Promise<Line> =>
  inFreshFolder(options.folder, async (folder) => {
    const { events, scale } = options;
    const on = async (name: string, events: number) => {
      const log = join(folder, name);
      mkdirSync(log);
      options.progress(`http: filling a log with ${events} events`);
      await inChild<number>(PREPARE, { folder: log, events, spread: 'spread' });
      return () => run(OURS, { folder: log, variant: 'api', listeners: CONNECTIONS }, options);
    };
    const subjects = { short: await on('short', events), long: await on('long', events * scale) };
    const rounds = await inRounds(options.rounds, subjects, (text) =>
      options.progress(`http, growth, ${text}`),
    );
    return compared({
      what: `commands after ${events * scale} events`,
      unit: 'per s',
      ours: figures(rounds, 'long', (r) => r.perSecond),
      against: `after ${events}`,
      theirs: figures(rounds, 'short', (r) => r.perSecond),
      goal: GOALS.growth,
    });
  });

const run = async (module: URL, input: object, options: Options): Promise<Run> => {
  const { seconds } = options;
  await using server = await startServer<Target>(module, input);
  const tokens = server.info.tokens.length > 0 ? server.info.tokens : Array(CONNECTIONS).fill('none');
  const target = { ...server.info, tokens };
  const warmUp = { ...target, commands: WARM_UP.commands, seconds: seconds * WARM_UP.lengths };
  await inChild<HttpFigures>(GENERATOR, warmUp);
  const before = await server.cpuMicros();
  const timed = await inChild<HttpFigures>(GENERATOR, { ...target, seconds });
  return { ...timed, cpuMicros: (await server.cpuMicros()) - before };
};
