import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { type RecordedEvent, START } from '../../src/application/ports/event-store.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import type { Acknowledged } from '../support/log-appender.js';
import { eventually } from '../support/eventually.js';
import { eventsOf } from '../support/log-events.js';
import { logFolders } from '../support/log-folder.js';
import { faultsOf } from '../support/log-soundness.js';

/** How often the writer is killed; a campaign sets more. */
const CYCLES = Number(process.env['PLAYLEDGER_KILL_CYCLES'] ?? 8);
const CLIENTS = 32;

/** The writer is killed at a random time in its first milliseconds of work. */
const LIFE_MAX_MS = 150;

const APPENDER = fileURLToPath(new URL('../support/log-appender.js', import.meta.url));

const appender = (folder: string) => {
  const child: ChildProcess = spawn(process.execPath, [APPENDER, folder, String(CLIENTS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const acknowledged: Acknowledged[] = [];
  if (!child.stdout) throw new Error('The appender has no output.');
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => acknowledged.push(JSON.parse(line) as Acknowledged));
  const ended = Promise.all([
    new Promise((resolve) => child.once('exit', resolve)),
    new Promise((resolve) => lines.once('close', resolve)),
  ]);
  return { child, acknowledged, ended };
};

describe('a writer that is killed while appends are in flight', () => {
  const { newFolder } = logFolders();

  test(
    `loses nothing that it acknowledged and doubles nothing, ${CYCLES} times`,
    async () => {
      const folder = newFolder();
      const acknowledged: Acknowledged[] = [];
      for (let cycle = 0; cycle < CYCLES; cycle++) {
        const writer = appender(folder);
        await eventually(() => expect(writer.acknowledged.length).toBeGreaterThan(0), 20_000);
        await new Promise((resolve) => setTimeout(resolve, Math.random() * LIFE_MAX_MS));
        writer.child.kill('SIGKILL');
        await writer.ended;
        expect(writer.child.signalCode).toBe('SIGKILL');
        acknowledged.push(...writer.acknowledged);

        const store = new EmbeddedEventStore(folder);
        const events = eventsOf(await Array.fromAsync(store.readAll(START)));
        expect(faultsOf(events, acknowledged)).toEqual([]);
        const last = writer.acknowledged.at(-1);
        if (!last) throw new Error('Nothing was acknowledged.');
        const again = await store.append(last.stream, last.expected, last.events);
        expect(String(again.position)).toBe(last.position);
        await store.close();
      }
    },
    60_000 + CYCLES * 10_000,
  );

  test('is found out by this test when it loses or doubles something', () => {
    const event = (position: bigint, revision: number, id: string, key: string): RecordedEvent => ({
      position,
      revision,
      id,
      stream: 'play-1',
      type: 'Happened',
      data: { key, index: 0, of: 1 },
      metadata: { commandId: 'c', commandHash: 'h', actor: 'a', at: 0, schema: 1 },
    });
    const [a, b] = [event(1n, 0, 'a', 'k'), event(2n, 1, 'b', 'l')];
    const acks = [a, b].map((event): Acknowledged => ({
      stream: event.stream,
      expected: event.revision - 1,
      position: String(event.position),
      events: [event],
    }));
    expect(faultsOf([a, b], acks)).toEqual([]);
    expect(faultsOf([a], acks)).toEqual(['event b lost']);
    expect(faultsOf([a, { ...b, stream: 'play-2', revision: 0 }], acks)).toEqual(['event b lost']);
    expect(faultsOf([a, { ...b, id: 'a' }], [])).toEqual(['event a twice']);
    expect(faultsOf([a, event(2n, 2, 'b', 'l')], [])).toEqual(['gap before revision 2']);
    expect(faultsOf([a, event(3n, 1, 'b', 'l')], [])).toEqual(['gap before position 3']);
    expect(faultsOf([a, { ...b, data: { key: 'l', index: 0, of: 2 } }], [])).toEqual(['append l in part']);
  });
});
