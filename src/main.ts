import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { LogEndLost } from './application/projecting/log-reach.js';
import {
  DataFolderUnusable,
  StoreBusy,
  StoreFull,
  StoreStopped,
  StoreUnavailable,
} from './application/ports/event-store.js';
import { ReadModelsUnavailable } from './application/ports/read-models.js';
import {
  type CliCommand,
  type ExitCode,
  print,
  ReaderGone,
  say,
  UsageError,
  watchReader,
} from './cli/command.js';
import { BadConfig } from './infrastructure/config.js';

type Word = { readonly name: string; readonly summary: string; readonly load: () => Promise<CliCommand> };

/** Loaded when asked for: most of them need a part of the program only. */
const COMMANDS: readonly Word[] = [
  {
    name: 'serve',
    summary: 'runs the service until it is told to stop',
    load: async () => (await import('./cli/serve.js')).serve,
  },
  {
    name: 'demo',
    summary: 'does the whole job once: import, play, count, replay from the log, compare',
    load: async () => (await import('./cli/demo/demo.js')).demo,
  },
  {
    name: 'import',
    summary: 'records the plays of listening histories exported from another service',
    load: async () => (await import('./cli/import.js')).importHistory,
  },
  {
    name: 'replay',
    summary: 'folds the log into a second place and compares it with the live read models',
    load: async () => (await import('./cli/replay.js')).replay,
  },
  {
    name: 'rebuild',
    summary: 'folds the log into read models anew, beside the old ones, and swaps them',
    load: async () => (await import('./cli/rebuild.js')).rebuild,
  },
  {
    name: 'dump-read-models',
    summary: 'prints every document of the read models as one line of canonical JSON',
    load: async () => (await import('./cli/dump-read-models.js')).dumpReadModels,
  },
  {
    name: 'export-log',
    summary: 'prints every event of the log as one line of canonical JSON',
    load: async () => (await import('./cli/export-log.js')).exportLog,
  },
  {
    name: 'token',
    summary: 'makes an access token with the key of the data folder',
    load: async () => (await import('./cli/token.js')).token,
  },
  {
    name: 'vectors',
    summary: "runs files of test vectors through the royalty rules' own functions",
    load: async () => (await import('./cli/vectors/command.js')).vectors,
  },
  {
    name: 'bench',
    summary: 'measures the program against floors and peers (docs/benchmarks.md)',
    load: async () => (await import('./cli/bench.js')).bench,
  },
];

const usage = (): string =>
  [
    'playledger COMMAND [OPTION]...',
    '',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(18)} ${summary}`),
    '',
    '`playledger COMMAND --help` explains one, `playledger --version` tells the release.',
    'Exit code: 0 fine, 1 a violation was found, 2 usage or unavailable.',
  ].join('\n');

const main = async ([name, ...args]: readonly string[]): Promise<ExitCode> => {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    print(usage());
    return name === undefined ? 2 : 0;
  }
  if (name === '--version') {
    print(version());
    return 0;
  }
  const word = COMMANDS.find((c) => c.name === name);
  if (!word) {
    say(`There is no command "${name}".\n\n${usage()}`);
    return 2;
  }
  const command = await word.load();
  if (args.includes('--help') || args.includes('-h')) {
    print(`playledger ${name} ${command.usage}`);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    if (error instanceof UsageError) {
      say(`${error.message}\n\nplayledger ${name} ${command.usage}`);
      return 2;
    }
    if (error instanceof ReaderGone) return 2;
    if (EXPECTED.some((kind) => error instanceof kind) || isOfTheSystem(error)) {
      say((error as Error).message);
      return 2;
    }
    throw error;
  }
};

/** What a person can put right; anything else is a bug and shows its stack. */
const EXPECTED = [
  BadConfig,
  DataFolderUnusable,
  LogEndLost,
  StoreBusy,
  StoreFull,
  StoreStopped,
  StoreUnavailable,
  ReadModelsUnavailable,
];

/** A call of the operating system that failed, on a file mostly: its message names both. */
const isOfTheSystem = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && typeof error.syscall === 'string';

const version = (): string => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
};

watchReader();
process.exitCode = await main(process.argv.slice(2));
