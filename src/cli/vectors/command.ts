import { runVectors } from './run.js';
import { type CliCommand, type ExitCode, parse, print, UsageError } from '../command.js';

export const vectors: CliCommand = {
  usage: `FILE...

  Prints a line for each vector and what differs. Exit code 1 when any does.`,

  run: async (args): Promise<ExitCode> => {
    const { positionals } = parse({ args: [...args], allowPositionals: true, options: {} });
    if (positionals.length === 0) throw new UsageError('Name at least one file.');
    return runVectors(positionals, print) as ExitCode;
  },
};
