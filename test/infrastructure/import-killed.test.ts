import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { importInto, logOf } from '../support/import-fixture.js';

const CHILD = fileURLToPath(new URL('../support/import-child.js', import.meta.url));

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'import-killed-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const newFolder = (name: string): string => {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
};

/** Two histories of 1,000 plays each, of 40 artists and 200 tracks. */
const histories = (): readonly string[] => {
  const folder = newFolder('ada');
  return [0, 1].map((file) => {
    const rows = Array.from({ length: 1_000 }, (_, index) => ({
      endTime: `2025-03-01 10:${String(index % 60).padStart(2, '0')}`,
      artistName: `Artist ${index % 40}`,
      trackName: `Track ${(index * 7) % 200}`,
      msPlayed: index * 10 + file,
    }));
    const path = join(folder, `${file}.json`);
    writeFileSync(path, JSON.stringify(rows));
    return path;
  });
};

/** Kills an import without warning once it has acknowledged about `hundreds` × 100 appends. */
const killedAfter = async (
  hundreds: number,
  data: string,
  files: readonly string[],
): Promise<NodeJS.Signals | null> => {
  const child = spawn(process.execPath, [CHILD, data, ...files], { stdio: ['ignore', 'pipe', 'inherit'] });
  let dots = 0;
  child.stdout.on('data', (some: Buffer) => {
    dots += some.length;
    if (dots >= hundreds) child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal;
};

test('an import that is killed again and again, then run to its end, leaves the log of one that was not', async () => {
  const files = histories();
  const killed = newFolder('killed');
  // A run acknowledges what is there already as well: each one gets farther than the one before.
  for (const hundreds of [1, 4, 9, 15]) expect(await killedAfter(hundreds, killed, files)).toBe('SIGKILL');

  const store = new EmbeddedEventStore(killed);
  const { known, recorded } = await importInto(store, files);
  expect(known + recorded).toBe(2_000);
  expect(known).toBeGreaterThan(1_000);

  const undisturbed = new EmbeddedEventStore(newFolder('undisturbed'));
  await importInto(undisturbed, files);
  const log = await logOf(store);
  expect(log).toHaveLength(40 + 200 + 2 * 2_000);
  expect(log).toEqual(await logOf(undisturbed));
  await store.close();
  await undisturbed.close();
}, 120_000);
