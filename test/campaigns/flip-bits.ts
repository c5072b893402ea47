import { randomUUID } from 'node:crypto';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { assertLogReaches, LogEndLost } from '../../src/application/projecting/log-reach.js';
import { DataFolderUnusable, START } from '../../src/application/ports/event-store.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { EmbeddedReadModels } from '../../src/infrastructure/readmodels/embedded/embedded-read-models.js';
import { projections } from '../../src/projections/all.js';
import { serving } from '../support/cli/program.js';
import { eventsOf } from '../support/log/events.js';
import type { Campaign } from './campaign.js';
import { caughtUp, requester } from './service-client.js';

const PLAYS = 60;
/** Every sixth cycle truncates the file instead of flipping a bit. */
const CUT_EVERY = 6;

/**
 * Kills a service whose read models have caught up, and damages the log's write-ahead file. SQLite silently ignores
 * everything after the damage; the checkpoints of the read models reveal the loss.
 */
export const flipBits: Campaign = {
  name: 'flip-bits',
  summary:
    "a flipped bit in the log's write-ahead file, or a truncated file: lost events are detected at start",

  run: async ({ cycles, folder, tell }) => {
    const whole = join(folder, 'whole');
    await serveSome(whole);
    const sound = join(folder, 'sound');
    cpSync(whole, sound, { recursive: true });
    const expected = await logOf(sound);
    if (typeof expected !== 'string') return { did: 'nothing', faults: [expected.noticed] };

    const wal = readFileSync(join(whole, 'log.db-wal'));
    const faults: string[] = [];
    let noticed = 0;
    for (let cycle = 1; cycle <= cycles; cycle++) {
      const damaged = join(folder, 'damaged');
      rmSync(damaged, { recursive: true, force: true });
      cpSync(whole, damaged, { recursive: true });
      const at = Math.floor(Math.random() * wal.length);
      const isCut = cycle % CUT_EVERY === 0;
      writeFileSync(join(damaged, 'log.db-wal'), isCut ? wal.subarray(0, at) : flipped(wal, at));
      const found = await logOf(damaged);
      if (typeof found !== 'string') noticed++;
      else if (found !== expected)
        faults.push(`${isCut ? 'truncation' : 'flip'} at byte ${at}: events were lost without an error`);
      tell(`${cycle} of ${cycles}, ${noticed} detected, ${faults.length} silent`);
    }
    return {
      did: `${cycles} flips and truncations, ${noticed} detected, ${cycles - noticed - faults.length} harmless`,
      faults,
    };
  },
};

const serveSome = async (data: string): Promise<void> => {
  const env = { PLAYLEDGER_DATA_DIR: data };
  const label = await requester(env, 'label', 'label');
  const listener = await requester(env, 'listener', randomUUID());
  const service = await serving(env);
  await label(service.url, 'artist', '/v1/artists', { artistId: 'four', name: 'The Four' });
  const song = { trackId: 'song', artistId: 'four', title: 'Song', durationMs: 1_000 };
  await label(service.url, 'track', '/v1/tracks', song);
  for (let play = 0; play < PLAYS; play++) {
    const start = {
      playId: randomUUID(),
      trackId: 'song',
      territory: 'DE',
      offering: 'premium',
      deviceId: 'd',
    };
    await listener(service.url, start.playId, '/v1/plays', start);
  }
  await caughtUp(service.url);
  await service.kill();
};

/** All events as text, or the error by which the start detects a loss. */
const logOf = async (data: string): Promise<string | { readonly noticed: string }> => {
  try {
    const store = new EmbeddedEventStore(data);
    const models = EmbeddedReadModels.reader(data);
    try {
      await assertLogReaches(store, models, projections);
      const events = eventsOf(await Array.fromAsync(store.readAll(START)));
      return JSON.stringify(events.map(({ position, ...event }) => [String(position), event]));
    } finally {
      await models.close();
      await store.close();
    }
  } catch (error) {
    if (error instanceof LogEndLost || error instanceof DataFolderUnusable) return { noticed: error.message };
    throw error;
  }
};

const flipped = (content: Buffer, at: number): Buffer => {
  const copy = Buffer.from(content);
  copy[at] = (copy[at] ?? 0) ^ (1 << Math.floor(Math.random() * 8));
  return copy;
};
