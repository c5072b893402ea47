import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { START } from '../../src/application/ports/event-store.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { eventually } from '../support/time/eventually.js';
import type { Acknowledged } from '../support/log/appender-child.js';
import { eventsOf } from '../support/log/events.js';
import { faultsOf } from '../support/log/soundness.js';
import { type Campaign, must } from './campaign.js';

const CLIENTS = 32;
/** The writer is killed at a random time within this many milliseconds of its first append. */
const LIFE_MAX_MS = 150;
const START_MAX_MS = 20_000;

const APPENDER = fileURLToPath(new URL('../support/log/appender-child.js', import.meta.url));

/** Kills a process whose 32 clients append to one log, and checks the log. */
export const killAppends: Campaign = {
  name: 'kill-appends',
  summary: 'kill -9 of a process that appends: no acknowledged append is lost, no event twice, no gap',

  run: async ({ cycles, folder, tell }) => {
    const acknowledged: Acknowledged[] = [];
    for (let cycle = 1; cycle <= cycles; cycle++) {
      const writer = appender(folder);
      await eventually(() => must(writer.acknowledged.length > 0, 'Nothing was appended.'), START_MAX_MS);
      await sleep(Math.random() * LIFE_MAX_MS);
      writer.child.kill('SIGKILL');
      await writer.ended;
      must(writer.child.signalCode === 'SIGKILL', `The writer ended by itself: ${writer.child.exitCode}`);
      acknowledged.push(...writer.acknowledged);

      const store = new EmbeddedEventStore(folder);
      const events = eventsOf(await Array.fromAsync(store.readAll(START)));
      const faults = [...faultsOf(events, acknowledged)];
      const last = writer.acknowledged.at(-1);
      if (last) {
        const again = await store.append(last.stream, last.expected, last.events);
        if (String(again.position) !== last.position)
          faults.push(`the repeat of ${last.position} was written again`);
      }
      await store.close();
      if (faults.length > 0) return { did: `killed ${cycle} times`, faults };
      tell(`${cycle} of ${cycles} kills, ${acknowledged.length} acknowledged appends`);
    }
    return { did: `${cycles} kills, ${acknowledged.length} acknowledged appends`, faults: [] };
  },
};

const appender = (folder: string) => {
  const child: ChildProcess = spawn(process.execPath, [APPENDER, folder, String(CLIENTS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!child.stdout) throw new Error('The appender has no output.');
  const acknowledged: Acknowledged[] = [];
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => acknowledged.push(JSON.parse(line) as Acknowledged));
  const ended = Promise.all([
    new Promise((resolve) => child.once('exit', resolve)),
    new Promise((resolve) => lines.once('close', resolve)),
  ]);
  return { child, acknowledged, ended };
};
