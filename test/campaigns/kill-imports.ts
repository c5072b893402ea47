import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { importInto, logOf } from '../support/import/imported-log.js';
import type { Campaign } from './campaign.js';
import { writeHistory } from './histories.js';

const CHILD = fileURLToPath(new URL('../support/import/import-child.js', import.meta.url));

const PLAYS = 1_000;
/** Kills of one import, each after more acknowledged appends than the last. A complete import makes 2,240 appends. */
const KILLS = 4;
const HUNDREDS = [1, 5, 10, 15] as const;

/** Kills an import of two files four times, completes it, and compares its log with that of an uninterrupted import. */
export const killImports: Campaign = {
  name: 'kill-imports',
  summary: 'kill -9 of an import: a repeat that completes writes the same log as an uninterrupted import',

  run: async ({ cycles, folder, tell }) => {
    const files = [0, PLAYS].map((first) => writeHistory(folder, 'ada', { plays: PLAYS, first }));
    const expected = await imported(join(folder, 'undisturbed'), files);
    let kills = 0;
    for (let round = 1; kills < cycles; round++) {
      const data = join(folder, `killed-${round}`);
      for (let turn = 0; turn < KILLS && kills < cycles; turn++) {
        const hundreds = (HUNDREDS[turn] ?? 1) + Math.floor(Math.random() * 4);
        if (!(await killedAfter(hundreds, data, files)))
          return { did: `${kills} kills`, faults: [`An import ended before ${hundreds}00 appends.`] };
        kills++;
      }
      const log = await imported(data, files);
      const different = log.findIndex((fact, index) => fact !== expected[index]);
      if (different >= 0 || log.length !== expected.length) {
        const where = different >= 0 ? different : Math.min(log.length, expected.length);
        return { did: `${kills} kills`, faults: [`The logs differ at ${where}: ${log[where]}`] };
      }
      rmSync(data, { recursive: true });
      tell(`${kills} of ${cycles} kills`);
    }
    return { did: `${kills} kills, ${expected.length} events each time`, faults: [] };
  },
};

/** The log after a complete import. */
const imported = async (data: string, files: readonly string[]): Promise<readonly string[]> => {
  const store = new EmbeddedEventStore(data);
  await importInto(store, files);
  const log = await logOf(store);
  await store.close();
  return log;
};

/** Kills an import after about `hundreds` × 100 acknowledged appends. @returns false when it ended before that */
const killedAfter = async (hundreds: number, data: string, files: readonly string[]): Promise<boolean> => {
  const child = spawn(process.execPath, [CHILD, data, ...files], { stdio: ['ignore', 'pipe', 'inherit'] });
  let dots = 0;
  child.stdout.on('data', (some: Buffer) => {
    dots += some.length;
    if (dots >= hundreds) child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return signal === 'SIGKILL';
};
