import { once } from 'node:events';
import { parseArgs, type ParseArgsConfig } from 'node:util';

/** 0: success. 1: a violation was found. 2: wrong usage, or something is unavailable. */
export type ExitCode = 0 | 1 | 2;

/** A command of the command line. */
export type CliCommand = {
  /** Help text: the arguments after the command's name, then a description of the command and its options. */
  readonly usage: string;
  readonly run: (args: readonly string[]) => Promise<ExitCode>;
};

/** Wrong arguments: the message and the usage are printed, exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** As node:util's parseArgs. @throws {UsageError} when the arguments are wrong */
export const parse = <T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> => {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

/** The reader of standard output has closed it, as `| head` does. The command ends; this is not an error. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

let isReaderGone = false;

/** Prevents a crash when the reader of standard output has closed it. Call it once, at the start. */
export const watchReader = (): void => {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    isReaderGone = true;
  });
};

/** @throws {ReaderGone} */
export const print = (line = ''): void => {
  if (isReaderGone) throw new ReaderGone();
  process.stdout.write(`${line}\n`);
};

/**
 * Prints many lines and waits for a slow reader.
 *
 * @throws {ReaderGone}
 */
export const printAll = async (lines: readonly string[]): Promise<void> => {
  if (isReaderGone) throw new ReaderGone();
  if (lines.length === 0 || process.stdout.write(`${lines.join('\n')}\n`)) return;
  await once(process.stdout, 'drain').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EPIPE' ? new ReaderGone() : error;
  });
};

/** Prints a message for people, such as progress, to standard error. Standard output is for machines. */
export const printError = (line = ''): void => void process.stderr.write(`${line}\n`);
