import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { USER_CENTRIC } from '../../src/domain/royalty/rulesets/defaults.js';
import { playledger, serving } from '../support/cli/program.js';
import { eventually } from '../support/time/eventually.js';

const FILE = fileURLToPath(new URL('../../../sample/ada/StreamingHistory0.json', import.meta.url));

let env: Readonly<Record<string, string>>;
/** A closed month with the plays of the sample. */
let period: readonly string[];
let userCentric: string;

beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'playledger-cli-replay-'));
  env = { PLAYLEDGER_DATA_DIR: dataDir };
  expect(await playledger(['import', 'spotify', FILE], env)).toMatchObject({ code: 0 });
  const dump = await playledger(['export-log'], env);
  const stopped = dump.out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { type: string; data: Record<string, never> })
    .find(({ type }) => type === 'PlayStopped');
  const { offering = '', territory = '', startedAt = 0 } = stopped?.data ?? {};
  const month = new Date(startedAt).toISOString().slice(0, 7);
  period = ['--period', month, '--territory', territory, '--offering', offering];

  const service = await serving(env);
  const token = await playledger(['token', '--role', 'finance', '--subject', 'fay'], env);
  const post = async (path: string, body: object): Promise<{ id: string; code?: string }> => {
    const response = await fetch(`${service.url}/v1/royalties/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token.out.trim()}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as { id: string; code?: string };
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer;
  };
  const path = `periods/${offering}/${territory}/${month}`;
  const revenue = { reportId: 'r', amount: '10.00', currency: 'EUR', kind: 'subscription' };
  await post(`${path}/revenue`, revenue);
  ({ id: userCentric } = await post('rulesets', USER_CENTRIC));
  await eventually(() => post(`${path}/close`, { early: 'a test' }));
  await service.terminate();
});
afterAll(() => rmSync(env['PLAYLEDGER_DATA_DIR'] ?? '', { recursive: true, force: true }));

describe('playledger replay of a period', () => {
  test('equals the books', async () => {
    const { code, out } = await playledger(['replay', ...period], env);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('equal to the books') });
  });

  test('with another ruleset prints both results and changes nothing', async () => {
    const { code, out } = await playledger(['replay', ...period, '--ruleset', userCentric], env);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('by the books         what if') });
    expect(await playledger(['replay', ...period, '--json'], env)).toMatchObject({
      code: 0,
      out: expect.stringContaining('"verdict":"equal"'),
    });
  });

  test('with --closed replays every closed period and equals the books', async () => {
    const { code, out } = await playledger(['replay', '--closed'], env);
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(/^1 closed period, recomputed .* each is equal to the books/),
    });
    const json = await playledger(['replay', '--closed', '--json'], env);
    expect(JSON.parse(json.out)).toMatchObject({ verdict: 'equal', period: { month: period[1] } });
  });

  test('as of a time before the first event finds nothing to settle', async () => {
    const { code, err } = await playledger(['replay', ...period, '--as-of', '2001-01-01T00:00:00Z'], env);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('has no recorded money') });
  });

  test.each([
    ['no territory', ['--period', '2025-01', '--offering', 'premium']],
    ['no month', ['--period', 'January', '--territory', 'DE', '--offering', 'premium']],
    ['a time without a zone', ['--as-of', '2025-01-01T00:00:00']],
    ['part of a hash', ['--ruleset', 'abc']],
    ['a projection name as well', ['play-counts']],
    ['--closed as well', ['--closed']],
  ])('with %s exits with 2 and prints the usage', async (what, args) => {
    const all = what.startsWith('no ') ? args : [...period, ...args];
    const { code, err } = await playledger(['replay', ...all], env);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('--period YYYY-MM') });
  });
});
