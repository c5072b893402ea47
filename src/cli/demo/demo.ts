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
import { comparisonLines, reportLines } from '../../infrastructure/import/import-report-text.js';
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

  Starts the service on a free port with a data folder of its own, imports the listening histories (default: the sample
  that comes with the project, invented data), plays a few tracks through the HTTP API, prints the royalty usage by
  track, reports an invented revenue for each month, closes the months, recomputes each of them from the log alone,
  shows what another model would have paid, folds the log again into a second place and compares. Where an
  expected.json lies beside the folders of the histories, the counts are compared with it.
  --keep  leaves the service running`,

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
      print('\n2. Listening histories are imported');
      const report = await importAll(running, files);
      for (const line of reportLines(report)) print(`   ${line}`);
      const isRead = agreesWithExpected(report, files) && report.brokenFiles === 0;
      const began = performance.now();
      await running.service.caughtUp();
      print(`   The read models had caught up ${seconds(performance.now() - began)} s later.`);

      print('\n3. A listener plays two tracks over HTTP, with a seek and a stop');
      await new DemoPlayer(running, print).playTwoTracks();

      const stopped = await running.service.caughtUp();
      for (const { name, error } of stopped) print(`   ${name} stopped: ${error}`);
      print('\n4. Royalty usage by track: plays, and credits of those that count (30 s, or the whole track)');
      await printUsage(running);

      print('\n5. Finance reports revenue, claims shares, and closes every month that is over');
      const royalties = new DemoRoyalties(running, print);
      const closed = await royalties.closeAll();
      const recomputed = closed ? await showAudit(royalties, closed, env) : 0;

      await running.service.caughtUp();
      print('\n8. The log is folded again into a second place and compared with the live read models');
      const replayed = await replay(env);

      print(`\nData     ${dataDir}`);
      print(`Docs     ${values.keep ? running.server.url : 'npm start, then http://127.0.0.1:4480'}/docs`);
      const isFine = isRead && stopped.length === 0 && replayed === 0 && recomputed === 0;
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
  print(`\n6. An auditor recomputes it from the log alone: playledger replay ${args.join(' ')}`);
  const one = await replay(env, args);
  print('   and so every other period: playledger replay --closed');
  const all = await replay(env, ['--closed']);
  print('\n7. What another model would have paid');
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

/** Whether the counts are those of an `expected.json` beside the folders of the files; true where there is none. */
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

/** `playledger replay` as anybody would run it: another process that sees only the data folder. */
const replay = (env: NodeJS.ProcessEnv, args: readonly string[] = []): Promise<number> =>
  new Promise((fulfil, refuse) => {
    const child = spawn(process.execPath, [`${ROOT}bin/playledger.mjs`, 'replay', ...args], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout.on('data', (text: Buffer) =>
      process.stdout.write(text.toString().replace(/^(?=.)/gm, '   ')),
    );
    child.once('error', refuse);
    child.once('exit', (code) => fulfil(code ?? 1));
  });

const keepRunning = async (): Promise<void> => {
  print('Running until it is interrupted.');
  await new Promise<void>((fulfil) => {
    process.once('SIGINT', fulfil).once('SIGTERM', fulfil);
  });
};
