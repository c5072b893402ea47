import { parseArgs, type ParseArgsConfig } from 'node:util';

/** 0: fine. 1: a violation was found. 2: wrong usage, or something needed is not available. */
export type ExitCode = 0 | 1 | 2;

/** One word of the command line. */
export type CliCommand = {
  /** What follows the command's name, and what each option means. */
  readonly usage: string;
  readonly run: (args: readonly string[]) => Promise<ExitCode>;
};

/** A mistake of the caller: the message and the usage are shown, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** As node:util's parseArgs, but a mistake is a UsageError. */
export const parse = <T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> => {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

export const print = (line = ''): void => void process.stdout.write(`${line}\n`);

/** For people: progress, explanations. Never mixed with what a machine reads. */
export const say = (line = ''): void => void process.stderr.write(`${line}\n`);
