import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { EmbeddedReadModels } from '../../src/infrastructure/readmodels/embedded/embedded-read-models.js';
import { artists } from '../../src/projections/catalogue/artists.js';
import { cutShort, playledger } from '../support/cli/program.js';

const SAMPLE = fileURLToPath(new URL('../../../sample/', import.meta.url));
const FILES = ['ada/StreamingHistory0.json', 'cleo/Streaming_History_Audio_2025_0.json.gz'].map(
  (file) => SAMPLE + file,
);

let dataDir: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'playledger-cli-'));
  env = { PLAYLEDGER_DATA_DIR: dataDir };
  const imported = await playledger(['import', 'spotify', ...FILES, '--json'], env);
  expect(imported).toMatchObject({ code: 0 });
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const logLines = async (...args: string[]) => {
  const { out } = await playledger(['export-log', ...args], env);
  return out.split('\n').filter(Boolean);
};

describe('playledger', () => {
  test('lists its commands, and explains each', async () => {
    expect(await playledger(['--help'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('export-log'),
    });
    expect(await playledger(['replay', '--help'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('Exit code 1 when a document differs'),
    });
  });

  test.each([
    ['an unknown command', ['rewind']],
    ['no command', []],
    ['an unknown option', ['replay', '--fast']],
    ['an unknown projection', ['replay', 'everything']],
    ['a dump that is not canonical', ['dump-read-models']],
    ['an import without a format', ['import', 'history.json']],
    ['an import without a listener name', ['import', 'spotify', '--listener', '', 'history.json']],
    ['an unknown role', ['token', '--role', 'king', '--subject', 'me']],
    ['an unknown event type', ['export-log', '--type', 'PlayRewound']],
    ['an unknown category', ['export-log', '--category', 'plays']],
  ])('ends with 2 and the usage for %s', async (_what, args) => {
    expect(await playledger(args, env)).toMatchObject({ code: 2 });
  });

  test('names an unknown setting', async () => {
    const { code, err } = await playledger(['replay'], { ...env, PLAYLEDGER_DATADIR: 'x' });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('PLAYLEDGER_DATADIR') });
  });

  test.each(['export-log', 'replay', 'rebuild'])(
    'names the folder where %s finds no log',
    async (command) => {
      const folder = join(dataDir, 'nothing', 'here');
      expect(await playledger([command], { PLAYLEDGER_DATA_DIR: folder })).toEqual({
        code: 2,
        out: '',
        err: `There is no log in ${folder}.\n`,
      });
      expect(existsSync(folder)).toBe(false);
    },
  );

  test.each(['serve', 'token --role admin --subject me', 'import spotify history.json'])(
    'prints one line when `%s` cannot use its data folder',
    async (command) => {
      const file = join(dataDir, 'log.db');
      const { code, err } = await playledger(command.split(' '), { PLAYLEDGER_DATA_DIR: file, PORT: '0' });
      expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(`^.*${file}.*\n$`) });
    },
  );

  test('exits when its port is taken, and releases its data folder', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, err } = await playledger(['serve'], { ...env, PORT: String(port) });
    other.close();
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('PORT is already in use') });
  });

  test.each([['export-log'], ['dump-read-models', '--canonical'], ['replay']])(
    'ends %s without a message when its reader closes the output',
    async (...args) => expect(await cutShort(args, env)).toEqual({ code: 2, err: '' }),
  );

  test('prints its version', async () => {
    expect(await playledger(['--version'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^\d+\.\d+/),
    });
  });
});

describe('an import', () => {
  test('records nothing when repeated', async () => {
    const before = await logLines();
    const { code, out } = await playledger(['import', 'spotify', ...FILES, '--json'], env);
    expect({ code, report: JSON.parse(out) as object }).toMatchObject({ code: 0, report: { recorded: 0 } });
    expect(await logLines()).toEqual(before);
  });

  test('names the file, the row and the reason of an invalid row, and exits with 1', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'playledger-broken-'));
    const file = join(folder, 'StreamingHistory0.json');
    writeFileSync(file, '[{"endTime":"2026-01-01 10:00","artistName":"A","trackName":"T","msPlayed":-5}]');
    const { code, out } = await playledger(['import', 'spotify', file], { PLAYLEDGER_DATA_DIR: folder });
    rmSync(folder, { recursive: true });
    expect(code).toBe(1);
    expect(out).toContain(`${file}, row 1: `);
  });
});

describe('read models', () => {
  test('equal their replay', async () => {
    const { code, out } = await playledger(['replay', '--json'], env);
    const outcomes = JSON.parse(out) as { model: string; verdict: string; documents: number }[];
    expect(code).toBe(0);
    expect(outcomes.filter(({ verdict }) => verdict !== 'equal')).toEqual([]);
    expect(outcomes.find(({ model }) => model === 'listening-history')?.documents).toBeGreaterThan(300);
  });

  test('are rebuilt to the same bytes', async () => {
    const before = await playledger(['dump-read-models', '--canonical'], env);
    expect(await playledger(['rebuild'], env)).toMatchObject({ code: 0 });
    expect(await playledger(['dump-read-models', '--canonical'], env)).toEqual(before);
  });

  test('are reported as different after a manual change to a document', async () => {
    const { DatabaseSync } = await import('node:sqlite');
    const file = new DatabaseSync(join(dataDir, 'read-models.db'));
    const { id } = file.prepare("SELECT id FROM builds WHERE model = 'play-counts'").get() as { id: number };
    const [table] = file
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '%' || ?")
      .all(String(id));
    file.exec(
      `UPDATE "${String(table?.['name'])}" SET document = replace(document, '"plays":', '"plays":1')`,
    );
    file.close();
    expect(await playledger(['replay', 'play-counts'], env)).toMatchObject({
      code: 1,
      out: expect.stringContaining('play-counts: DIFFERENT'),
    });
    expect(await playledger(['rebuild', 'play-counts'], env)).toMatchObject({ code: 0 });
  });

  test('of another release are not compared', async () => {
    const models = EmbeddedReadModels.writer(dataDir);
    await models.swap(await models.begin({ ...artists, version: artists.version + 1 }));
    await models.close();
    expect(await playledger(['replay', 'artists'], env)).toMatchObject({
      code: 2,
      err: expect.stringContaining(`this release builds version ${artists.version}`),
    });
    expect(await playledger(['rebuild', 'artists'], env)).toMatchObject({ code: 0 });
    expect(await playledger(['replay', 'artists'], env)).toMatchObject({ code: 0 });
  });
});

describe('an export of the log', () => {
  test('selects by category and from a position', async () => {
    const all = await logLines();
    const plays = await logLines('--category', 'play');
    const rest = await logLines('--after', '10');
    expect(plays.length).toBeGreaterThan(0);
    expect(plays).toEqual(all.filter((line) => line.includes('"stream":"play-')));
    expect(rest).toEqual(all.slice(10));
  });
});

describe('a token', () => {
  test('is printed alone, as three parts of base64url', async () => {
    const { out } = await playledger(['token', '--role', 'finance', '--subject', 'me'], env);
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  test('is signed with a key that is generated in the data folder', () => {
    expect(readFileSync(join(dataDir, 'keys', 'token.pem'), 'utf8')).toContain('PRIVATE KEY');
  });
});
