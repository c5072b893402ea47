import { once } from 'node:events';
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

/** Whoever read the standard output has had enough, as `| head` does: there is nothing more to do, and no mistake. */
export class ReaderGone extends Error {
  override readonly name = 'ReaderGone';
}

let isReaderGone = false;

/** To be called once, at the start: what is written to a reader who has gone is then no crash. */
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
 * For much of it: waits while the reader is slower.
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

/** For people: progress, explanations. Never mixed with what a machine reads. */
export const say = (line = ''): void => void process.stderr.write(`${line}\n`);
