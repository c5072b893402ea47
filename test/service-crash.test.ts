import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { playledger, serving } from './support/cli.js';
import { eventually } from './support/eventually.js';

/*
 * Goal: what a client was told is done stays done, once, when the process dies at any moment; and what it folded
 * meanwhile equals a fold of the log from its start.
 * Method: clients start and stop plays over HTTP without a pause; the process is killed after a while that differs from
 * cycle to cycle, started again, and the clients go on, repeating what they got no answer for under the same keys.
 */
const CYCLES = Math.ceil(Number(process.env['PLAYLEDGER_KILL_CYCLES'] ?? 2));
const CLIENTS = 8;
const CYCLE_MS = (cycle: number): number => 300 + ((cycle * 379) % 1_700);

let dataDir: string;
let env: Readonly<Record<string, string>>;

beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'playledger-crash-'));
  env = { PLAYLEDGER_DATA_DIR: dataDir };
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const tokenFor = async (role: string, subject: string): Promise<string> =>
  (await playledger(['token', '--role', role, '--subject', subject], env)).out.trim();

/** Waits until every projection has seen the whole log. */
const caughtUp = (url: string): Promise<void> =>
  eventually(async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const lags = [...metrics.matchAll(/^playledger_projection_lag\{.*\} (\d+)$/gm)].map(([, lag]) => lag);
    expect(lags.length).toBeGreaterThan(0);
    expect(lags.filter((lag) => lag !== '0')).toEqual([]);
  }, 30_000);

const post = async (url: string, token: string, key: string, body: object): Promise<number | undefined> => {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify(body),
    });
    await response.text();
    return response.status;
  } catch {
    return undefined; // The process died: nobody knows what it did.
  }
};

test(
  `nothing that was acknowledged over HTTP is lost or doubled by ${CYCLES} kills`,
  async () => {
    const label = await tokenFor('label', 'label');
    const listener = await tokenFor('listener', randomUUID());
    const acknowledged = new Set<string>();
    const refused: number[] = [];

    const play = async (url: string, playId: string): Promise<boolean> => {
      const body = { playId, trackId: 'song', territory: 'DE', offering: 'premium', deviceId: 'd' };
      const started = await post(`${url}/v1/plays`, listener, `start:${playId}`, body);
      if (started === undefined) return false;
      if (started !== 201) refused.push(started);
      const stop = { positionMs: 0 };
      const stopped = await post(`${url}/v1/plays/${playId}/stop`, listener, `stop:${playId}`, stop);
      if (stopped === undefined) return false;
      if (stopped !== 200) refused.push(stopped);
      acknowledged.add(playId);
      return true;
    };

    const unanswered = new Set<string>();
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const server = await serving(env);
      await post(`${server.url}/v1/artists`, label, 'artist', { artistId: 'four', name: 'The Four' });
      const song = { trackId: 'song', artistId: 'four', title: 'Song', durationMs: 1_000 };
      await post(`${server.url}/v1/tracks`, label, 'track', song);

      const repeats = [...unanswered];
      unanswered.clear();
      const up = new AbortController();
      const client = async (): Promise<void> => {
        while (!up.signal.aborted) {
          const playId = repeats.pop() ?? randomUUID();
          if (!(await play(server.url, playId))) unanswered.add(playId);
        }
      };
      const clients = Array.from({ length: CLIENTS }, client);
      await sleep(CYCLE_MS(cycle));
      await server.kill();
      up.abort();
      await Promise.all(clients);
    }

    const last = await serving(env);
    for (const playId of unanswered) expect(await play(last.url, playId)).toBe(true);
    await eventually(async () => expect((await fetch(`${last.url}/readyz`)).status).toBe(200));
    await caughtUp(last.url);
    expect(await last.terminate()).toBe(0);

    expect(refused).toEqual([]);
    expect(acknowledged.size).toBeGreaterThan(CYCLES * 10);
    const { out } = await playledger(['export-log', '--category', 'play'], env);
    const facts = out
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { stream: string; type: string });
    const seen = new Map<string, string[]>();
    for (const { stream, type } of facts) {
      const playId = stream.slice('play-'.length);
      seen.set(playId, [...(seen.get(playId) ?? []), type]);
    }
    expect([...acknowledged].filter((id) => String(seen.get(id)) !== 'PlayStarted,PlayStopped')).toEqual([]);
    expect([...seen.keys()].filter((id) => !acknowledged.has(id))).toEqual([]);

    expect(await playledger(['replay'], env)).toMatchObject({ code: 0 });
  },
  60_000 + CYCLES * 20_000,
);
