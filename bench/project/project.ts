import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Options } from '../harness/bench.js';
import { inChild } from '../harness/child.js';
import { inFreshFolder } from '../harness/folder.js';
import { compared, type Line } from '../harness/report.js';
import { figures, inRounds } from '../harness/rounds.js';
import type { Replayed } from '../replay/fold.js';
import type { Spread } from '../workload/plays.js';
import type { Projected } from './ours.js';
import { readingDuringRebuild } from './rebuild.js';

const PREPARE = new URL('./prepare.js', import.meta.url);
const PROJECT = new URL('./ours.js', import.meta.url);
const REPLAY = new URL('../replay/ours.js', import.meta.url);

const GOALS = {
  overReplay: { atLeast: 0.25 },
  /** "No slower", with an allowance for the difference between equal runs. */
  hotOverSpread: { atLeast: 0.95 },
} as const;
const GROWTH_SLACK = 1.05;

export const project: Bench = {
  name: 'project',
  summary: 'log to read models, four projections at once; reading during a rebuild',
  defaults: { rounds: 5, seconds: 3, events: 100_000 },
  run: (options) =>
    inFreshFolder(options.folder, async (folder) => {
      const prepare = async (name: string, events: number, spread: Spread) => {
        const log = join(folder, name);
        mkdirSync(log);
        options.progress(`project: filling the log "${name}"`);
        return { log, events: await inChild<number>(PREPARE, { folder: log, events, spread }) };
      };
      const spread = await prepare('spread', options.events, 'spread');
      const hot = await prepare('hot', options.events, 'hot');
      const lines = await speed(spread, hot, options);
      let rebuilt = spread;
      if (options.scale > 1) {
        const long = await prepare('long', options.events * options.scale, 'spread');
        lines.push(await growth(spread, long, options));
        rebuilt = long;
      }
      return [...lines, ...(await readingDuringRebuild(rebuilt.log, options))];
    }),
};

type Log = { readonly log: string; readonly events: number };

const projecting =
  ({ log }: Log, warmUp: Log, options: Options) =>
  () =>
    inFreshFolder(options.folder, (folder) =>
      inChild<Projected>(PROJECT, { log, warmUp: warmUp.log, folder }),
    );

const speed = async (spread: Log, hot: Log, options: Options): Promise<Line[]> => {
  const subjects = {
    replay: () => inChild<Replayed>(REPLAY, { folder: spread.log, looks: 'as projections' }),
    spread: projecting(spread, spread, options),
    hot: projecting(hot, hot, options),
  };
  const rounds = await inRounds<{ readonly ms: number }>(options.rounds, subjects, (text) =>
    options.progress(`project, ${text}`),
  );
  const rates = (name: string, { events }: Log) => figures(rounds, name, ({ ms }) => (events / ms) * 1_000);
  const unit = 'events/s';
  return [
    compared({
      what: 'four projections',
      unit,
      ours: rates('spread', spread),
      against: 'replay of the log',
      theirs: rates('replay', spread),
      goal: GOALS.overReplay,
    }),
    compared({
      what: 'all on one document',
      unit,
      ours: rates('hot', hot),
      against: 'spread',
      theirs: rates('spread', spread),
      goal: GOALS.hotOverSpread,
    }),
  ];
};

const growth = async (short: Log, long: Log, options: Options): Promise<Line> => {
  const subjects = {
    short: projecting(short, short, options),
    long: projecting(long, short, options),
  };
  const rounds = await inRounds(Math.min(options.rounds, ROUNDS_OF_GROWTH_MAX), subjects, (text) =>
    options.progress(`project, growth, ${text}`),
  );
  return compared({
    what: `time for ${long.events} events`,
    unit: 'ms',
    ours: figures(rounds, 'long', ({ ms }) => ms),
    against: `for ${short.events}`,
    theirs: figures(rounds, 'short', ({ ms }) => ms),
    goal: { atMost: (long.events / short.events) * GROWTH_SLACK },
  });
};

/** The long log takes ten times as long, and fewer rounds suffice. */
const ROUNDS_OF_GROWTH_MAX = 3;
