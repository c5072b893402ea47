import 'reflect-metadata';
import { DataFolderUnusable, StoreUnavailable } from './application/ports/event-store.js';
import { ReadModelsUnavailable } from './application/ports/read-models.js';
import { bench } from './cli/bench.js';
import { type CliCommand, type ExitCode, print, say, UsageError } from './cli/command.js';
import { demo } from './cli/demo.js';
import { dumpReadModels } from './cli/dump-read-models.js';
import { exportLog } from './cli/export-log.js';
import { importHistory } from './cli/import.js';
import { rebuild } from './cli/rebuild.js';
import { replay } from './cli/replay.js';
import { serve } from './cli/serve.js';
import { token } from './cli/token.js';
import { vectors } from './cli/vectors.js';
import { BadConfig } from './infrastructure/config.js';

const COMMANDS: readonly CliCommand[] = [
  serve,
  demo,
  importHistory,
  replay,
  rebuild,
  dumpReadModels,
  exportLog,
  token,
  vectors,
  bench,
];

const usage = (): string =>
  [
    'playledger COMMAND [OPTION]...',
    '',
    ...COMMANDS.map(({ name, summary }) => `  ${name.padEnd(18)} ${summary}`),
    '',
    '`playledger COMMAND --help` explains one. Exit code: 0 fine, 1 a violation was found, 2 usage or unavailable.',
  ].join('\n');

const main = async ([name, ...args]: readonly string[]): Promise<ExitCode> => {
  if (name === undefined || name === '--help' || name === 'help') {
    print(usage());
    return name === undefined ? 2 : 0;
  }
  const command = COMMANDS.find((c) => c.name === name);
  if (!command) {
    say(`There is no command "${name}".\n\n${usage()}`);
    return 2;
  }
  if (args.includes('--help')) {
    print(`playledger ${command.name} ${command.usage}`);
    return 0;
  }
  try {
    return await command.run(args);
  } catch (error) {
    if (error instanceof UsageError) {
      say(`${error.message}\n\nplayledger ${command.name} ${command.usage}`);
      return 2;
    }
    if (EXPECTED.some((kind) => error instanceof kind)) {
      say((error as Error).message);
      return 2;
    }
    throw error;
  }
};

/** What a person can put right; anything else is a bug and shows its stack. */
const EXPECTED = [BadConfig, DataFolderUnusable, StoreUnavailable, ReadModelsUnavailable];

process.exitCode = await main(process.argv.slice(2));
