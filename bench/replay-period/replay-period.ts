import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Options } from '../harness/bench.js';
import { inChild } from '../harness/child.js';
import { inFreshFolder } from '../harness/folder.js';
import { alone, compared, type Line } from '../harness/report.js';
import { figures, inRounds, type Subjects } from '../harness/rounds.js';
import type { Pass } from './bare.js';
import type { Replayed } from './ours.js';

const PREPARE = new URL('./prepare.js', import.meta.url);
const OURS = new URL('./ours.js', import.meta.url);
const BARE = new URL('./bare.js', import.meta.url);

const GOALS = { overBare: { atLeast: 0.6 } } as const;
const GROWTH_SLACK = 1.1;
const PLAYS_TO_WARM_UP = 20_000;
const BYTES_PER_MIB = 1_048_576;

export const replayPeriod: Bench = {
  name: 'replay-period',
  summary: 'a month recomputed from the log alone, beside reading that log',
  defaults: { rounds: 3, seconds: 0, events: 0, plays: 200_000 },
  run: (options) => inFreshFolder(options.folder, (folder) => measured(folder, options)),
};

const measured = async (folder: string, options: Options): Promise<readonly Line[]> => {
  const { plays, scale, model } = options;
  const fewer = Math.ceil(plays / scale);
  const month = async (name: string, size: number) => {
    const made = join(folder, name);
    mkdirSync(made);
    options.progress(`replay-period: making a month of ${size} plays`);
    return { folder: made, events: await inChild<number>(PREPARE, { folder: made, plays: size }) };
  };
  const { folder: warmUp } = await month('warm-up', Math.min(plays, PLAYS_TO_WARM_UP));
  const whole = await month('whole', plays);
  const small = scale > 1 ? await month('small', fewer) : undefined;

  const subjects: Subjects<Run> = {
    ours: () => inChild<Replayed>(OURS, { folder: whole.folder, warmUp, model }),
    bare: () => inChild<Pass>(BARE, { folder: whole.folder, warmUp }),
    stops: () => inChild<Pass>(BARE, { folder: whole.folder, warmUp, types: ['PlayStopped'] }),
    ...(small && { small: () => inChild<Replayed>(OURS, { folder: small.folder, warmUp, model }) }),
  };
  const rounds = await inRounds(options.rounds, subjects, (text) =>
    options.progress(`replay-period, ${text}`),
  );
  assertEqual(rounds, plays, fewer);

  const rates = (name: string) => figures(rounds, name, ({ ms }) => (whole.events / ms) * 1_000);
  const ms = (name: string) => figures(rounds, name, (run) => run.ms);
  const peak = (name: string) => figures(rounds, name, ({ peakMiB = NaN }) => peakMiB);
  const ours = { what: `month of ${plays} plays, ${model}`, ours: rates('ours'), unit: 'events/s' };
  return [
    compared({ ...ours, against: 'reading the log', theirs: rates('bare'), goal: GOALS.overBare }),
    compared({ ...ours, against: 'reading the plays in it', theirs: rates('stops') }),
    alone(
      'CPU',
      figures(rounds, 'ours', ({ cpuMs }) => (cpuMs / plays) * 1_000),
      'µs/play',
    ),
    alone('peak memory', peak('ours'), 'MiB'),
    ...(small === undefined
      ? []
      : [
          compared({
            what: `time for ${plays} plays`,
            ours: ms('ours'),
            unit: 'ms',
            against: `for ${fewer}`,
            theirs: ms('small'),
            goal: { atMost: (plays / fewer) * GROWTH_SLACK },
          }),
          alone(
            'peak memory of each further play',
            peak('ours').map(
              (mib, n) => ((mib - (peak('small')[n] ?? NaN)) * BYTES_PER_MIB) / (plays - fewer),
            ),
            'B',
          ),
        ]),
  ];
};

type Run = Pass & Partial<Replayed>;

const assertEqual = (
  rounds: Readonly<Record<string, readonly Run[]>>,
  plays: number,
  fewer: number,
): void => {
  for (const [name, runs] of Object.entries(rounds)) {
    const expected = name === 'small' ? fewer : plays;
    if (runs.some((run) => run.plays !== expected || run.linesRoot !== runs[0]?.linesRoot))
      throw new Error(`${name}: ${JSON.stringify(runs)} of ${expected} plays`);
  }
};
