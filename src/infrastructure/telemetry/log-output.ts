import { writeSync } from 'node:fs';
import { destination, type DestinationStream } from 'pino';

const STANDARD_ERROR = 2;

/** How long a line waits for others. */
const GATHERED_MS = 10;

let opened: DestinationStream | undefined;

/**
 * Standard error, standard output being for answers; one for the process. Lines are gathered and leave in one write: each
 * by itself would cost more than all else that is done for it.
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
  // After pino's own last words, since it asked first.
  process.once('exit', () => {
    try {
      if (lines !== '') writeSync(STANDARD_ERROR, lines);
    } catch {
      // Nobody listens any more.
    }
  });
  return {
    write: (line) => {
      if (lines === '') setTimeout(leave, GATHERED_MS).unref();
      lines += line;
    },
  };
};
