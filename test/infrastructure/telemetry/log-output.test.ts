import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const OUTPUT = new URL('../../../src/infrastructure/telemetry/log-output.js', import.meta.url).href;

/** The standard error of a process that runs `code` with `output` in scope. */
const written = async (code: string): Promise<string> => {
  const script = `import { logOutput } from '${OUTPUT}'; const output = logOutput(); ${code}`;
  const { stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
  return stderr;
};

test('all log lines are written, in order', async () => {
  const lines = Array.from({ length: 2_000 }, (_, n) => `line ${n}\n`).join('');
  expect(
    await written(
      'for (let n = 0; n < 2000; n++) { output.write(`line ${n}\\n`); if (n % 400 === 0) await new Promise((next) => setTimeout(next, 12)); }',
    ),
  ).toBe(lines);
});

test('the last lines of a process that exits immediately are written too', async () => {
  expect(await written("output.write('a\\n'); output.write('the last\\n'); process.exit()")).toBe(
    'a\nthe last\n',
  );
});

test('the last lines may overtake pending ones, and nothing is lost', async () => {
  const stderr = await written(
    "output.write('a\\n'); await new Promise((next) => setTimeout(next, 12)); output.write('the last\\n'); process.exit()",
  );
  expect(stderr.split('\n').toSorted()).toEqual(['', 'a', 'the last']);
});
