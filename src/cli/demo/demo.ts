import { spawn } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../infrastructure/config.js';
import { compareWithExpected, expectedFigures } from '../../infrastructure/import/expected-figures.js';
import { IMPORT_DEFAULTS, importHistories } from '../../infrastructure/import/import-histories.js';
import { progressOn } from '../../infrastructure/import/import-progress.js';
import type { ImportReport } from '../../infrastructure/import/import-report.js';
import { comparisonLines, importReportLines } from '../../infrastructure/import/import-report-text.js';
import { type TrackUsageLine, royaltyUsageByTrack } from '../../projections/royalty/royalty-usage.js';
import { type TrackPage, tracks } from '../../projections/catalogue/tracks.js';
import { type CliCommand, type ExitCode, parse, print } from '../command.js';
import { DemoPlayer } from './demo-player.js';
import { DemoRoyalties, type PlayedPeriod } from './demo-royalties.js';
import { type RunningService, startService } from '../serve.js';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const TRACKS_SHOWN = 10;

export const demo: CliCommand = {
  usage: `[--keep] [FILE...]

  Shows the service on sample data. Starts it on a free port with its own data folder, imports listening histories
  (default: the invented sample of the project), plays two tracks over HTTP, prints the royalty usage by track, reports an
  invented revenue for each month, closes the months, recomputes each from the log, prints what another model would have
  paid, and rebuilds the read models in a separate store to compare them. If there is an expected.json beside the folders
  of the histories, compares the counts with it.
  --keep  keeps the service running at the end`,

  run: async (args): Promise<ExitCode> => {
    const { values, positionals } = parse({
      args: [...args],
      allowPositionals: true,
      options: { keep: { type: 'boolean', default: false } },
    });
    const files = positionals.length > 0 ? positionals : globSync(`${ROOT}sample/*/*.json{,.gz}`).toSorted();
    const dataDir = process.env['PLAYLEDGER_DATA_DIR'] ?? mkdtempSync(join(tmpdir(), 'playledger-demo-'));
    const env = {
      PORT: '0',
      PLAYLEDGER_LOG_LEVEL: 'error',
      PLAYLEDGER_RATE_PER_SECOND: '0',
      PLAYLEDGER_PLAYS_PER_MINUTE: '0',
      ...process.env,
      PLAYLEDGER_DATA_DIR: dataDir,
    };
    const running = await startService(readConfig(env));
    try {
      print(`1. The service runs on ${running.server.url}`);
      print('\n2. Importing listening histories');
      const report = await importAll(running, files);
      for (const line of importReportLines(report)) print(`   ${line}`);
      const isImported = agreesWithExpected(report, files) && report.brokenFiles === 0;
      const began = performance.now();
      await running.service.caughtUp();
      print(`   The read models caught up ${seconds(performance.now() - began)} s later.`);

      print('\n3. Playing two tracks over HTTP, with a seek and a stop');
      await new DemoPlayer(running, print).playTwoTracks();

      const stopped = await running.service.caughtUp();
      for (const { name, error } of stopped) print(`   Projection ${name} stopped: ${error}`);
      print(
        '\n4. Royalty usage by track: credits of plays that count (30 s, or the whole track), all plays, title',
      );
      await printUsage(running);

      print('\n5. Claiming shares, reporting revenue and closing every finished month, as finance');
      const royalties = new DemoRoyalties(running, print);
      const closed = await royalties.closeAll();
      const recomputed = closed ? await showAudit(royalties, closed, env) : 0;

      await running.service.caughtUp();
      print('\n8. Rebuilding the read models in a separate store and comparing them with the live ones');
      const replayed = await replay(env);

      print(`\nData     ${dataDir}`);
      print(`Docs     ${values.keep ? running.server.url : 'npm start, then http://127.0.0.1:4480'}/docs`);
      const isFine = isImported && stopped.length === 0 && replayed === 0 && recomputed === 0;
      if (values.keep) await keepRunning();
      return isFine ? 0 : 1;
    } finally {
      await running.stop();
    }
  },
};

/** @returns the exit code of the replays */
const showAudit = async (
  royalties: DemoRoyalties,
  closed: PlayedPeriod,
  env: NodeJS.ProcessEnv,
): Promise<number> => {
  const { offering, territory, month } = closed;
  const args = ['--period', month, '--territory', territory, '--offering', offering];
  print(`\n6. Recomputing a statement from the log, as an auditor: playledger replay ${args.join(' ')}`);
  const one = await replay(env, args);
  print('   and all closed periods: playledger replay --closed');
  const all = await replay(env, ['--closed']);
  print('\n7. Comparing with another model');
  await royalties.showWhatIf(closed);
  return one || all;
};

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

const importAll = async ({ service }: RunningService, files: readonly string[]): Promise<ImportReport> => {
  const progress = progressOn(process.stderr);
  return importHistories({
    ...service.dependencies,
    streams: service.streams,
    files,
    options: IMPORT_DEFAULTS,
    actor: 'admin:demo',
    onProgress: progress.show,
  }).finally(progress.close);
};

/** Whether the counts equal those of `expected.json` beside the folders of the files; true when there is no such file. */
const agreesWithExpected = (report: ImportReport, [first]: readonly string[]): boolean => {
  const path = join(dirname(dirname(resolve(first ?? '.'))), 'expected.json');
  if (!existsSync(path)) return true;
  const comparison = compareWithExpected(
    report,
    expectedFigures.parse(JSON.parse(readFileSync(path, 'utf8'))),
  );
  for (const line of comparisonLines(comparison)) print(`   ${line}`);
  return comparison.differences.length === 0;
};

const printUsage = async ({ service: { dependencies } }: RunningService): Promise<void> => {
  const { models } = dependencies;
  const { live } = await models.builds(royaltyUsageByTrack);
  if (!live) throw new Error('The royalty usage has not been built.');
  const byTrack = new Map<string, { plays: number; creditPpm: bigint }>();
  const all = { plays: 0, creditPpm: 0n };
  for await (const page of models.scan(live)) {
    for (const { document } of page) {
      const { trackId, plays, creditPpm } = document as TrackUsageLine;
      const sum = byTrack.get(trackId) ?? { plays: 0, creditPpm: 0n };
      byTrack.set(trackId, { plays: sum.plays + plays, creditPpm: sum.creditPpm + BigInt(creditPpm) });
      all.plays += plays;
      all.creditPpm += BigInt(creditPpm);
    }
  }
  const best = [...byTrack]
    .toSorted(([a, x], [b, y]) => Number(y.creditPpm - x.creditPpm) || (a < b ? -1 : 1))
    .slice(0, TRACKS_SHOWN);
  for (const [trackId, { plays, creditPpm }] of best) {
    const track = await models.get<TrackPage>(tracks, trackId);
    print(`   ${credits(creditPpm)}  ${String(plays).padStart(8)}  ${track?.title ?? trackId}`);
  }
  print(`   ${credits(all.creditPpm)}  ${String(all.plays).padStart(8)}  total of ${byTrack.size} tracks`);
};

const credits = (ppm: bigint): string => `${ppm / 1_000_000n}`.padStart(8);

/** Runs `playledger replay` as a user would: in another process that sees only the data folder. */
const replay = (env: NodeJS.ProcessEnv, args: readonly string[] = []): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`${ROOT}bin/playledger.mjs`, 'replay', ...args], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.on('data', (text: Buffer) =>
      process.stdout.write(text.toString().replace(/^(?=.)/gm, '   ')),
    );
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });

const keepRunning = async (): Promise<void> => {
  print('Running. Press Ctrl+C to stop.');
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  });
};
