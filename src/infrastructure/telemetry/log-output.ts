import { writeSync } from 'node:fs';
import { destination, type DestinationStream } from 'pino';

const STANDARD_ERROR = 2;

/**
 * Standard error, standard output being for answers. The lines of one turn of the event loop leave in one write: each by
 * itself would cost more than all else that is done for it.
 */
export const logOutput = (): DestinationStream => {
  const output = destination({ fd: STANDARD_ERROR, sync: false });
  let lines = '';
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
      if (lines === '')
        setImmediate(() => {
          const turn = lines;
          lines = '';
          output.write(turn);
        });
      lines += line;
    },
  };
};
