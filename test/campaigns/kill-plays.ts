import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { START } from '../../src/application/ports/event-store.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { playledger, type ServingProcess, serving } from '../support/cli/program.js';
import { eventsOf } from '../support/log/events.js';
import { unsoundIn } from '../support/log/soundness.js';
import type { Campaign } from './campaign.js';
import { caughtUp, type Requester, requester } from './service-client.js';

const CLIENTS = 8;
/** Every second cycle stops the service with SIGTERM instead of killing it. */
const STOP_EVERY = 2;
/** Average of acknowledged plays in each cycle below which the run proves nothing. */
const PLAYS_MIN = 5;
/** Time from start to end of the service, which varies from cycle to cycle. */
const lifeMs = (cycle: number): number => 300 + ((cycle * 379) % 1_700);

/**
 * Clients start and stop plays over HTTP without a pause and send each command twice, concurrently. The service is killed
 * or stopped, and restarted. The clients continue and repeat unanswered commands under the same idempotency keys.
 */
export const killPlays: Campaign = {
  name: 'kill-plays',
  summary:
    'kill -9 or SIGTERM of the service under load: every acknowledged command is recorded exactly once',

  run: async ({ cycles, folder, tell }) => {
    const data = join(folder, 'data');
    const env = { PLAYLEDGER_DATA_DIR: data };
    const label = await requester(env, 'label', 'label');
    const listener = await requester(env, 'listener', randomUUID());
    const faults: string[] = [];
    const acknowledged = new Set<string>();
    const unanswered = new Set<string>();

    const prepare = async ({ url }: ServingProcess): Promise<void> => {
      await label(url, 'artist', '/v1/artists', { artistId: 'four', name: 'The Four' });
      const song = { trackId: 'song', artistId: 'four', title: 'Song', durationMs: 1_000 };
      await label(url, 'track', '/v1/tracks', song);
    };
    const twice: Requester = async (...request) => {
      const [one, other] = await Promise.all([listener(...request), listener(...request)]);
      if (one && other && JSON.stringify(one) !== JSON.stringify(other))
        faults.push(`concurrent repeats got ${JSON.stringify(one)} and ${JSON.stringify(other)}`);
      return one ?? other;
    };
    /** @returns whether both commands were answered */
    const play = async ({ url }: ServingProcess, playId: string): Promise<boolean> => {
      const start = { playId, trackId: 'song', territory: 'DE', offering: 'premium', deviceId: 'd' };
      const started = await twice(url, `start:${playId}`, '/v1/plays', start);
      const stopped =
        started && (await twice(url, `stop:${playId}`, `/v1/plays/${playId}/stop`, { positionMs: 0 }));
      if (!started || !stopped) return false;
      if (started.status !== 201) faults.push(`a start was answered by ${started.status}`);
      if (stopped.status !== 200) faults.push(`a stop was answered by ${stopped.status}`);
      acknowledged.add(playId);
      return true;
    };

    for (let cycle = 0; cycle < cycles; cycle++) {
      const service = await serving(env);
      await prepare(service);
      const repeats = [...unanswered];
      unanswered.clear();
      const up = new AbortController();
      const client = async (): Promise<void> => {
        while (!up.signal.aborted) {
          const playId = repeats.pop() ?? randomUUID();
          if (!(await play(service, playId))) unanswered.add(playId);
        }
      };
      const clients = Array.from({ length: CLIENTS }, client);
      await sleep(lifeMs(cycle));
      if (cycle % STOP_EVERY !== STOP_EVERY - 1) await service.kill();
      else if ((await service.terminate()) !== 0)
        faults.push('The service failed to stop cleanly under load.');
      up.abort();
      await Promise.all(clients);
      for (const playId of repeats) unanswered.add(playId);

      faults.push(...(await lostOf(data, acknowledged)));
      if (faults.length > 0) return { did: `${cycle + 1} cycles`, faults };
      tell(`${cycle + 1} of ${cycles} cycles, ${acknowledged.size} plays`);
    }

    const last = await serving(env);
    for (const playId of unanswered)
      if (!(await play(last, playId))) faults.push(`${playId} is not answered`);
    await caughtUp(last.url);
    if ((await last.terminate()) !== 0) faults.push('The service failed to stop cleanly.');
    faults.push(...(await lostOf(data, acknowledged)));
    if (acknowledged.size <= cycles * PLAYS_MIN) faults.push('There was too little load.');
    const { code, out, err } = await playledger(['replay'], env);
    if (code !== 0) faults.push(out, err);
    return {
      did: `${cycles} cycles, every other one a kill, ${acknowledged.size} plays, each command sent twice at once`,
      faults,
    };
  },
};

/** Faults of the log, and acknowledged plays that it does not hold as one start and one stop. */
const lostOf = async (data: string, acknowledged: ReadonlySet<string>): Promise<readonly string[]> => {
  const store = new EmbeddedEventStore(data);
  const events = eventsOf(await Array.fromAsync(store.readAll(START)));
  await store.close();
  const plays = new Map<string, string>();
  for (const { stream, type } of events) plays.set(stream, `${plays.get(stream) ?? ''} ${type}`);
  const lost = [...acknowledged].filter((id) => plays.get(`play-${id}`) !== ' PlayStarted PlayStopped');
  return [...unsoundIn(events), ...lost.map((id) => `play ${id} is lost`)];
};
