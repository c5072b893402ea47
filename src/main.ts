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
  printError,
  UsageError,
  watchReader,
} from './cli/command.js';
import { BadConfig } from './infrastructure/config.js';

type Entry = { readonly name: string; readonly summary: string; readonly load: () => Promise<CliCommand> };

/** Each loads its code when it runs: most commands need only a part of the program. */
const COMMANDS: readonly Entry[] = [
  {
    name: 'serve',
    summary: 'Runs the service until it is stopped',
    load: async () => (await import('./cli/serve.js')).serve,
  },
  {
    name: 'demo',
    summary: 'Shows everything once on sample data: import, play, close, replay, compare',
    load: async () => (await import('./cli/demo/demo.js')).demo,
  },
  {
    name: 'import',
    summary: 'Imports listening histories exported from another service',
    load: async () => (await import('./cli/import.js')).importHistory,
  },
  {
    name: 'replay',
    summary: 'Recomputes read models or statements from the log and compares them',
    load: async () => (await import('./cli/replay.js')).replay,
  },
  {
    name: 'rebuild',
    summary: 'Rebuilds read models from the log beside the live ones, then swaps them',
    load: async () => (await import('./cli/rebuild.js')).rebuild,
  },
  {
    name: 'dump-read-models',
    summary: 'Prints every document of the read models as a line of canonical JSON',
    load: async () => (await import('./cli/dump-read-models.js')).dumpReadModels,
  },
  {
    name: 'export-log',
    summary: 'Prints every event of the log as a line of canonical JSON',
    load: async () => (await import('./cli/export-log.js')).exportLog,
  },
  {
    name: 'token',
    summary: 'Issues an access token',
    load: async () => (await import('./cli/token.js')).token,
  },
  {
    name: 'vectors',
    summary: 'Checks the royalty rules against files of test vectors',
    load: async () => (await import('./cli/vectors/command.js')).vectors,
  },
  {
    name: 'bench',
    summary: 'Runs the benchmarks (docs/benchmarks.md)',
    load: async () => (await import('./cli/bench.js')).bench,
  },
];

const usage = (): string =>
  [
    'playledger COMMAND [OPTION]...',
    '',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(18)} ${summary}`),
    '',
    'Run "playledger COMMAND --help" for the options of a command, "playledger --version" for the version.',
    'Exit codes: 0 success, 1 a violation was found, 2 wrong usage or something is unavailable.',
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
  const entry = COMMANDS.find((command) => command.name === name);
  if (!entry) {
    printError(`Unknown command "${name}". Use one of these:\n\n${usage()}`);
    return 2;
  }
  const command = await entry.load();
  if (args.includes('--help') || args.includes('-h')) {
    print(`playledger ${name} ${command.usage}`);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    if (error instanceof UsageError) {
      printError(`${error.message}\n\nplayledger ${name} ${command.usage}`);
      return 2;
    }
    if (error instanceof ReaderGone) return 2;
    if (EXPECTED.some((kind) => error instanceof kind) || isSystemError(error)) {
      printError((error as Error).message);
      return 2;
    }
    throw error;
  }
};

/** Errors that the user can resolve: only the message is printed. Any other error is a bug and prints its stack. */
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

/** A failed system call, usually on a file: its message names the call and the file. */
const isSystemError = (error: unknown): boolean =>
  error instanceof Error && 'syscall' in error && typeof error.syscall === 'string';

const version = (): string => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
};

watchReader();
process.exitCode = await main(process.argv.slice(2));
