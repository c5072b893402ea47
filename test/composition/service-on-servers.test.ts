import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type Deployment, onServers } from '../campaigns/deployments.js';
import { persistent, requester } from '../campaigns/service-client.js';
import { playledger } from '../support/cli/program.js';
import { mongoServer } from '../support/servers/real-mongodb.js';

const mongoDb = await mongoServer();
const [runs, why] = 'missing' in mongoDb ? [test.skip, ` (skipped: ${mongoDb.missing})`] : [test, ''];

const PLAY = '0190a6c4-7b1e-7c3a-9c55-2f6b8f3f0a12';

/** `npm run campaign -- kill-on-servers` also kills both, and pays out. */
runs(
  `two processes on EventStoreDB and MongoDB serve a play, and a replay confirms its read models${why}`,
  async () => {
    if ('missing' in mongoDb) return;
    const folder = mkdtempSync(join(tmpdir(), 'playledger-on-servers-'));
    const deployment: Deployment = await onServers(mongoDb.url)(folder);
    const { env } = deployment;
    try {
      const label = persistent(await requester(env, 'label', 'label'));
      const listener = persistent(await requester(env, 'listener', '0190a6c4-7b1e-7c3a-9c55-2f6b8f3f0a11'));
      const service = await deployment.start();
      const { url } = service;
      const song = { trackId: 'song', artistId: 'four', title: 'Song', durationMs: 1_000 };
      await label(url, 'artist', '/v1/artists', { artistId: 'four', name: 'The Four' });
      await label(url, 'track', '/v1/tracks', song);
      const start = { playId: PLAY, trackId: 'song', territory: 'DE', offering: 'premium', deviceId: 'd' };
      const started = await listener(url, 'start', '/v1/plays', start);
      expect(started).toMatchObject({ status: 201, body: { id: PLAY } });
      expect(await listener(url, 'start', '/v1/plays', start)).toEqual(started);
      const stopped = await listener(url, 'stop', `/v1/plays/${PLAY}/stop`, { positionMs: 0 });
      expect(stopped).toMatchObject({ status: 200 });

      await service.caughtUp();
      expect(await listener(url, '', '/v1/plays/history')).toMatchObject({
        status: 200,
        body: { items: [{ playId: PLAY }] },
      });
      await service.stop();
      expect(await playledger(['replay'], env)).toMatchObject({ code: 0 });
      expect((await deployment.log()).faults).toEqual([]);
    } finally {
      await deployment.end();
      rmSync(folder, { recursive: true, force: true });
      await mongoDb.stop();
    }
  },
  120_000,
);
