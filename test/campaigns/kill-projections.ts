import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { importInto } from '../support/import/imported-log.js';
import { playledger, PROGRAM } from '../support/cli/program.js';
import type { Campaign } from './campaign.js';
import { writeHistory } from './histories.js';

const PLAYS = 6_000;

/**
 * Kills `playledger rebuild` at a random moment: during the first build, during a rebuild beside live read models, or
 * during the swap.
 */
export const killProjections: Campaign = {
  name: 'kill-projections',
  summary: 'kill -9 during builds and rebuilds: the read models then equal a fold of the log',

  run: async ({ cycles, folder, tell }) => {
    const data = join(folder, 'data');
    const store = new EmbeddedEventStore(data);
    await importInto(store, [writeHistory(folder, 'ada', { plays: PLAYS, months: 12 })]);
    await store.close();
    const env = { PLAYLEDGER_DATA_DIR: data };

    const began = performance.now();
    const whole = await playledger(['rebuild'], env);
    const lastsMs = performance.now() - began;
    if (whole.code !== 0) return { did: 'nothing', faults: [whole.err] };

    let killed = 0;
    for (let cycle = 1; cycle <= cycles; cycle++) {
      if (await rebuildKilled(env, Math.random() * lastsMs)) killed++;
      // After a kill at any moment, readers find complete read models, old or new.
      const { code, out, err } = await playledger(['replay'], env);
      if (code !== 0) return { did: `killed ${killed} times`, faults: [out, err] };
      tell(`${cycle} of ${cycles} cycles, killed ${killed} times`);
    }
    return { did: `${cycles} cycles, killed ${killed} times while ${PLAYS} plays were folded`, faults: [] };
  },
};

/** @returns false when the rebuild ended before the kill */
const rebuildKilled = async (env: Readonly<Record<string, string>>, afterMs: number): Promise<boolean> => {
  const child = spawn(process.execPath, [PROGRAM, 'rebuild'], { env: { ...env }, stdio: 'ignore' });
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  await sleep(afterMs);
  child.kill('SIGKILL');
  const [, signal] = await ended;
  return signal === 'SIGKILL';
};
