import { globSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Options } from '../harness/bench.js';
import { inChild } from '../harness/child.js';
import { inFreshFolder } from '../harness/folder.js';
import { alone, compared, type Line } from '../harness/report.js';
import { figures, inRounds } from '../harness/rounds.js';
import { writeExport } from '../workload/export-files.js';
import type { Imported } from './ours.js';

const OURS = new URL('./ours.js', import.meta.url);
const FLOOR = new URL('./floor.js', import.meta.url);

/** Real histories for tests, if they exist beside the project. */
const SHARED = '../shared/histories/*/*.json.gz';
const ROWS_DEFAULT = 100_000;
const ROWS_OF_GROWTH = 20_000;

const GOALS = { rowsPerSecond: { atLeast: 20_000 }, peakMiB: { atMost: 300 } } as const;
const GROWTH_SLACK = 1.05;

export const importing: Bench = {
  name: 'import',
  summary: 'listening histories end to end: read, decided, durable, projected',
  defaults: { rounds: 3, seconds: 0, events: 0 },
  run: (options) =>
    inFreshFolder(options.folder, async (folder) => {
      const lines = await speed(filesFor(options, folder), options);
      return options.scale > 1 ? [...lines, await growth(folder, options)] : lines;
    }),
};

/** The files named; else as many invented rows as asked for; else the real histories; else invented ones. */
const filesFor = (options: Options, folder: string): readonly string[] => {
  if (options.files.length > 0) return options.files;
  const shared = options.events > 0 ? [] : globSync(SHARED).toSorted();
  if (shared.length > 0) return shared;
  options.warn('invented rows were imported: name the files of real histories for figures that mean more');
  return writeExport(join(folder, 'export'), options.events || ROWS_DEFAULT);
};

const imported = (files: readonly string[], options: Options) => () =>
  inFreshFolder(options.folder, (folder) => inChild<Imported>(OURS, { folder, files }));

type Read = { readonly rows: number; readonly ms: number; readonly peakMiB?: number };

const speed = async (files: readonly string[], options: Options): Promise<readonly Line[]> => {
  const subjects = { ours: imported(files, options), floor: () => inChild<Read>(FLOOR, { files }) };
  const rounds = await inRounds<Read>(options.rounds, subjects, (text) =>
    options.progress(`import, ${text}`),
  );
  const rate = ({ rows, ms }: Read) => (rows / ms) * 1_000;
  const rows = figures(rounds, 'floor', (read) => read.rows);
  if (figures(rounds, 'ours', (read) => read.rows).some((count, n) => count !== rows[n])) {
    throw new Error(`rows were lost: the files have ${rows[0]}`);
  }
  const rates = figures(rounds, 'ours', rate);
  return [
    alone(`${rows[0]} rows`, rates, 'rows/s', GOALS.rowsPerSecond),
    compared({
      what: `${rows[0]} rows`,
      ours: rates,
      unit: 'rows/s',
      against: 'gunzip + JSON.parse',
      theirs: figures(rounds, 'floor', rate),
    }),
    alone(
      'peak memory',
      figures(rounds, 'ours', (read) => read.peakMiB ?? NaN),
      'MiB',
      GOALS.peakMiB,
    ),
  ];
};

const growth = async (folder: string, options: Options): Promise<Line> => {
  const short = Math.min(options.events || ROWS_OF_GROWTH, ROWS_OF_GROWTH);
  const long = short * options.scale;
  const write = (name: string, rows: number) => {
    mkdirSync(join(folder, name));
    return writeExport(join(folder, name), rows);
  };
  const subjects = {
    short: imported(write('short', short), options),
    long: imported(write('long', long), options),
  };
  const rounds = await inRounds(options.rounds, subjects, (text) =>
    options.progress(`import, growth, ${text}`),
  );
  return compared({
    what: `time for ${long} invented rows`,
    unit: 'ms',
    ours: figures(rounds, 'long', ({ ms }) => ms),
    against: `for ${short}`,
    theirs: figures(rounds, 'short', ({ ms }) => ms),
    goal: { atMost: options.scale * GROWTH_SLACK },
  });
};
