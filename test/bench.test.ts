import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

const MAIN = fileURLToPath(new URL('../bench/main.js', import.meta.url));
const TINY = ['--rounds', '1', '--seconds', '0.05'];
/** Dozens of processes, one for each run of each subject. */
const TIMEOUT_MS = 120_000;

jest.setTimeout(TIMEOUT_MS);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bench-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bench = (...args: readonly string[]) =>
  promisify(execFile)(process.execPath, [MAIN, ...args, '--dir', folder]);

/** Checks only that figures exist, that is, that every subject ran: figures of so small a run mean nothing. */
const measured = async (...args: readonly string[]): Promise<readonly string[]> => {
  const { stdout } = await bench(...args, ...TINY, '--json');
  const { lines } = JSON.parse(stdout) as {
    readonly lines: readonly {
      readonly what: string;
      readonly ours: number;
      readonly ratio?: { readonly median: number };
      readonly against?: { readonly name: string };
    }[];
  };
  for (const { ours, ratio } of lines) {
    expect(ours).toBeGreaterThan(0);
    if (ratio) expect(ratio.median).toBeGreaterThan(0);
  }
  return lines.map(({ what, against }) => (against ? `${what} / ${against.name}` : what));
};

describe('Each bench measures ours beside its floors and controls', () => {
  test('append', async () => {
    const lines = await measured('append', '--events', '500', '--scale', '2');
    for (const inFlight of [1, 64, 512]) expect(lines).toContain(`${inFlight} in flight / file + fdatasync`);
    expect(lines).toContain('64 in flight / one commit each');
    expect(lines).toContain('time for 1000 events / for 500');
  });

  test('replay', async () => {
    const lines = await measured('replay', '--events', '2000', '--scale', '2');
    expect(lines).toEqual(
      expect.arrayContaining([
        'whole log / file + JSON.parse',
        'bytes on disk / file',
        'two workers / one worker',
        'time for 4000 events / for 2000',
      ]),
    );
  });

  test('project', async () => {
    const lines = await measured('project', '--events', '400', '--scale', '1');
    expect(lines).toEqual(
      expect.arrayContaining([
        'four projections / replay of the log',
        'all on one document / spread',
        'GET p99 in a rebuild / idle',
      ]),
    );
  });

  test('http', async () => {
    const lines = await measured('http', '--events', '400', '--scale', '1');
    expect(lines).toEqual(
      expect.arrayContaining(['p50 / no store', 'CPU / bare node:http', 'commands / one commit each']),
    );
  });

  test('import', async () => {
    const lines = await measured('import', '--events', '300', '--scale', '1');
    expect(lines).toEqual(expect.arrayContaining(['300 rows / gunzip + JSON.parse', 'peak memory']));
  });

  test('close', async () => {
    const lines = await measured('close', '--plays', '300', '--scale', '1');
    const ours = 'settle 300 plays, user-centric / reading the documents';
    expect(lines).toEqual(expect.arrayContaining([ours, 'CPU', 'peak memory']));
  });

  test('replay-period', async () => {
    const lines = await measured('replay-period', '--plays', '300', '--scale', '1');
    const ours = 'month of 300 plays, user-centric / reading the log';
    expect(lines).toEqual(expect.arrayContaining([ours, 'CPU', 'peak memory']));
  });
});

describe('The table', () => {
  test('shows each figure with the ratio, the goal and whether it was reached', async () => {
    const { stdout } = await bench('replay', ...TINY, '--events', '1000', '--scale', '1');
    expect(stdout).toMatch(/^measured +ours +beside +theirs +ratio +of rounds +goal +reached$/m);
    expect(stdout).toMatch(/^whole log +[\d,.]+ events\/s +file \+ JSON\.parse .+ ≥ 0\.85 +(?:yes|NO)$/m);
  });
});

describe('A mistake in the arguments ends with the usage and exit code 2', () => {
  test.each([
    { args: [], says: 'Name a bench.' },
    { args: ['swim'], says: 'There is no bench named "swim".' },
    { args: ['append', '--rounds', '0'], says: '--rounds must be a whole number above 0, not "0".' },
    { args: ['append', '--speed'], says: "Unknown option '--speed'" },
  ])('$args', async ({ args, says }) => {
    await expect(bench(...args)).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
  });
});
