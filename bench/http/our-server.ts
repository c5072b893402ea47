import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommandBus } from '@nestjs/cqrs';
import { AppModule } from '../../src/app.module.js';
import { RegisterArtist, RegisterTrack } from '../../src/application/catalogue/commands.js';
import type { CommandMeta } from '../../src/application/streams/streams.js';
import { readConfig } from '../../src/infrastructure/config.js';
import { createHttpApp, startHttp } from '../../src/infrastructure/http/server.js';
import { openService } from '../../src/composition/service.js';
import { OneCommitEach } from '../harness/one-commit-each.js';
import { PROJECTIONS } from '../workload/projections.js';
import type { Target } from './requests.js';

/** Requests of the bench: wait until every model is live and caught up, or report whether a rebuild is in progress. */
export type Ask = 'at rest' | 'rebuilding';

/**
 * `api`: the service in its role `api`. `no store`: the same routes with the same guards, pipes and filters, but with an
 * immediate response to every command. `projecting too`: with the projections in the same process. `one commit each`:
 * no two appends share a commit.
 */
export type Variant = 'api' | 'no store' | 'projecting too' | 'one commit each';

const DAY_SECONDS = 86_400;
const LOOK_EVERY_MS = 20;

export const serve = async (input: {
  readonly folder: string;
  readonly variant: Variant;
  readonly listeners: number;
}): Promise<{ readonly info: Target; readonly ask: (request: Ask) => Promise<unknown> }> => {
  const config = readConfig({
    PORT: '0',
    PLAYLEDGER_DATA_DIR: input.folder,
    PLAYLEDGER_ROLES: input.variant === 'projecting too' ? 'api,projector' : 'api',
    PLAYLEDGER_RATE_PER_SECOND: '0',
    PLAYLEDGER_PLAYS_PER_MINUTE: '0',
    PLAYLEDGER_SOCKETS_PER_ADDRESS: '1000',
  });
  const service = await openService(config);
  const { dependencies } = service;
  const store =
    input.variant === 'one commit each' ? new OneCommitEach(dependencies.store) : dependencies.store;
  const app = await createHttpApp(AppModule.with({ ...dependencies, store }), config);

  const bus = app.get(CommandBus);
  const trackId = await registerTrack(bus);
  if (input.variant === 'no store') {
    const receipt = { id: trackId, position: 1n, appended: 1 };
    bus.execute = () => Promise.resolve(receipt as never);
  }
  const { url } = await startHttp(app, config);
  const issue = () =>
    dependencies.tokens.issueToken({ role: 'listener', subject: randomUUID(), ttl: DAY_SECONDS });
  const tokens = await Promise.all(Array.from({ length: input.listeners }, issue));

  const isRebuilding = async (): Promise<boolean> => {
    const builds = await Promise.all(PROJECTIONS.map((projection) => dependencies.models.builds(projection)));
    return builds.some(({ building }) => building !== undefined);
  };

  return {
    info: { port: Number(new URL(url).port), tokens, trackId },
    ask: async (request) => {
      if (request === 'rebuilding') return isRebuilding();
      await service.caughtUp();
      while (await isRebuilding()) await sleep(LOOK_EVERY_MS);
      return undefined;
    },
  };
};

const registerTrack = async (bus: CommandBus): Promise<string> => {
  const [artistId, trackId] = [randomUUID(), randomUUID()];
  await bus.execute(new RegisterArtist(artistId, { name: 'Bench' }, meta()));
  await bus.execute(new RegisterTrack(trackId, { title: 'Bench', artistId, durationMs: 200_000 }, meta()));
  return trackId;
};

const meta = (): CommandMeta => ({
  commandId: randomUUID(),
  commandHash: '0'.repeat(64),
  actor: 'admin:bench',
  at: Date.now(),
});
