import { writeSync } from 'node:fs';
import { destination, type DestinationStream } from 'pino';

const STANDARD_ERROR = 2;

/** How long lines are collected before a write. */
const GATHERED_MS = 10;

let opened: DestinationStream | undefined;

/**
 * Standard error, one for the process; standard output is for results. Lines are collected into one write: a write for each
 * would cost more than making the line.
 */
export const logOutput = (): DestinationStream => (opened ??= open());

const open = (): DestinationStream => {
  const output = destination({ fd: STANDARD_ERROR, sync: false });
  let lines = '';
  const leave = () => {
    const gathered = lines;
    lines = '';
    output.write(gathered);
  };
  // Runs after pino's own exit handler, which was registered first.
  process.once('exit', () => {
    try {
      if (lines !== '') writeSync(STANDARD_ERROR, lines);
    } catch {
      // The reader is gone.
    }
  });
  return {
    write: (line) => {
      if (lines === '') setTimeout(leave, GATHERED_MS).unref();
      lines += line;
    },
  };
};
