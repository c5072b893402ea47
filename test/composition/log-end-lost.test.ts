import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { carryOut } from '../campaigns/campaign.js';
import { flipBits } from '../campaigns/flip-bits.js';
import { writeHistory } from '../campaigns/histories.js';
import { playledger, serving } from '../support/cli/program.js';

let folder: string;
let env: Readonly<Record<string, string>>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'playledger-lost-end-'));
  env = { PLAYLEDGER_DATA_DIR: join(folder, 'data') };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const imports = (first: number) =>
  playledger(['import', 'spotify', writeHistory(folder, 'ada', { plays: 20, first })], env);

const inData = (file: string): string => join(env['PLAYLEDGER_DATA_DIR'] ?? '', file);

const head = async (): Promise<bigint> => {
  const store = new EmbeddedEventStore(inData(''));
  const position = await store.head();
  await store.close();
  return position;
};

test('a log older than its read models is not served, written, folded or compared until they are deleted', async () => {
  expect(await imports(0)).toMatchObject({ code: 0 });
  const copy = join(folder, 'older.db');
  copyFileSync(inData('log.db'), copy);
  const older = await head();
  expect(await imports(20)).toMatchObject({ code: 0 });
  copyFileSync(copy, inData('log.db'));

  const refusal = {
    code: 2,
    err: expect.stringMatching(/The log ends at position \d+, but read models have seen/),
  };
  expect(await playledger(['serve'], { ...env, PORT: '0' })).toMatchObject(refusal);
  expect(await playledger(['rebuild'], env)).toMatchObject(refusal);
  expect(await playledger(['replay'], env)).toMatchObject(refusal);
  expect(await imports(40)).toMatchObject(refusal);
  expect(await head()).toBe(older);

  for (const part of ['', '-wal', '-shm']) rmSync(inData(`read-models.db${part}`), { force: true });
  const service = await serving(env);
  expect(await service.terminate()).toBe(0);
  expect(await playledger(['replay'], env)).toMatchObject({ code: 0 });
}, 60_000);

/** `npm run campaign -- flip-bits` runs more cycles. */
test('damage to the write-ahead file of the log never loses events unnoticed', async () => {
  expect((await carryOut(flipBits, 6)).faults).toEqual([]);
}, 60_000);
