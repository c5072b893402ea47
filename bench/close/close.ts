import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Options } from '../harness/bench.js';
import { inChild } from '../harness/child.js';
import { inFreshFolder } from '../harness/folder.js';
import { alone, compared, type Line } from '../harness/report.js';
import { figures, inRounds, type Subjects } from '../harness/rounds.js';
import { type Aggregated, isInstalled } from './duckdb.js';
import type { Closed } from './ours.js';

const PREPARE = new URL('./prepare.js', import.meta.url);
const OURS = new URL('./ours.js', import.meta.url);
const DOCUMENTS = new URL('./documents.js', import.meta.url);
const DUCKDB = new URL('./duckdb.js', import.meta.url);

const GOALS = { overDuckDb: { atMost: 3 }, peakMiB: { atMost: 1_536 } } as const;
const GROWTH_SLACK = 1.1;
const PLAYS_TO_WARM_UP = 20_000;
const BYTES_PER_MIB = 1_048_576;

export const close: Bench = {
  name: 'close',
  summary: 'a month of plays settled and booked, beside a bare aggregation',
  defaults: { rounds: 3, seconds: 0, events: 0, plays: 200_000 },
  run: (options) => inFreshFolder(options.folder, (folder) => measured(folder, options)),
};

const measured = async (folder: string, options: Options): Promise<readonly Line[]> => {
  const { plays, scale } = options;
  const fewer = Math.ceil(plays / scale);
  const month = async (name: string, size: number, file?: string): Promise<string> => {
    const made = join(folder, name);
    mkdirSync(made);
    options.progress(`close: making a month of ${size} plays`);
    await inChild(PREPARE, { folder: made, plays: size, file });
    return made;
  };
  const hasDuckDb = isInstalled();
  if (!hasDuckDb) options.warn('DuckDB is not installed: no ratio to it. Run: npm ci --prefix bench/peers');
  const lines = hasDuckDb ? join(folder, 'plays.ndjson') : undefined;
  const database = join(folder, 'plays.duckdb');

  const warmUp = await month('warm-up', Math.min(plays, PLAYS_TO_WARM_UP));
  const whole = await month('whole', plays, lines);
  const small = scale > 1 ? await month('small', fewer) : undefined;
  if (lines !== undefined) await inChild(DUCKDB, { database, lines });

  // Each run writes its books under a new number.
  let number = 0;
  const closing = (of: string) => () =>
    inChild<Closed>(OURS, { folder: of, warmUp, model: options.model, number: number++ });
  const subjects: Subjects<Run> = {
    ours: closing(whole),
    documents: () => inChild<Aggregated>(DOCUMENTS, { folder: whole }),
    ...(lines !== undefined && {
      table: () => inChild<Aggregated>(DUCKDB, { database }),
      lines: () => inChild<Aggregated>(DUCKDB, { lines }),
    }),
    ...(small !== undefined && { small: closing(small) }),
  };
  const rounds = await inRounds(options.rounds, subjects, (text) => options.progress(`close, ${text}`));
  assertEqual(rounds, plays, fewer);

  const ms = (name: string) => figures(rounds, name, (run) => run.ms);
  const of = (name: string, figure: (run: Run) => number | undefined) =>
    figures(rounds, name, (run) => figure(run) ?? NaN);
  const ours = { what: `settle ${plays} plays, ${options.model}`, ours: ms('ours'), unit: 'ms' };
  const against = (name: string, subject: string) => ({ ...ours, against: name, theirs: ms(subject) });
  return [
    ...(lines === undefined
      ? []
      : [
          compared({ ...against('DuckDB, its table', 'table'), goal: GOALS.overDuckDb }),
          compared(against('DuckDB, lines of JSON', 'lines')),
        ]),
    compared(against('reading the documents', 'documents')),
    alone(
      'CPU',
      of('ours', ({ cpuMs }) => cpuMs && (cpuMs / plays) * 1_000),
      'µs/play',
    ),
    alone(
      'statement and journals written',
      of('ours', ({ booksMs }) => booksMs),
      'ms',
    ),
    alone(
      'peak memory',
      of('ours', ({ peakMiB }) => peakMiB),
      'MiB',
      GOALS.peakMiB,
    ),
    ...(small === undefined ? [] : growth(plays, fewer, rounds)),
  ];
};

const growth = (plays: number, fewer: number, rounds: Rounds): readonly Line[] => {
  const peak = (name: string) => figures(rounds, name, ({ peakMiB = NaN }) => peakMiB);
  const [large, small] = [peak('ours'), peak('small')];
  return [
    compared({
      what: `time for ${plays} plays`,
      ours: figures(rounds, 'ours', ({ ms }) => ms),
      unit: 'ms',
      against: `for ${fewer}`,
      theirs: figures(rounds, 'small', ({ ms }) => ms),
      goal: { atMost: (plays / fewer) * GROWTH_SLACK },
    }),
    alone(
      'peak memory of each further play',
      large.map((mib, n) => ((mib - (small[n] ?? NaN)) * BYTES_PER_MIB) / (plays - fewer)),
      'B',
    ),
  ];
};

type Run = Aggregated & Partial<Closed>;
type Rounds = Readonly<Record<string, readonly Run[]>>;

/** Checks that every run counted every play and computed the same lines. */
const assertEqual = (rounds: Rounds, plays: number, fewer: number): void => {
  for (const [name, runs] of Object.entries(rounds)) {
    const expected = name === 'small' ? fewer : plays;
    if (runs.some((run) => run.plays !== expected || run.linesRoot !== runs[0]?.linesRoot))
      throw new Error(`${name}: ${JSON.stringify(runs)} of ${expected} plays`);
  }
};
