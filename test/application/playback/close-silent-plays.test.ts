import { Test, type TestingModule } from '@nestjs/testing';
import { CqrsModule } from '@nestjs/cqrs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { playbackProviders } from '../../../src/application/playback/providers.js';
import { Clock } from '../../../src/application/ports/clock.js';
import { EventSchemas } from '../../../src/application/ports/event-schemas.js';
import { EventStore, NO_STREAM } from '../../../src/application/ports/event-store.js';
import { Digests } from '../../../src/application/ports/digests.js';
import { Ids } from '../../../src/application/ports/ids.js';
import { ReadModels } from '../../../src/application/ports/read-models.js';
import {
  CloseSilentPlays,
  SILENCE_MS,
  SILENCE_PAUSED_MS,
} from '../../../src/application/playback/close-silent-plays.js';
import { Timer } from '../../../src/application/ports/timer.js';
import { ReadYourWrites } from '../../../src/application/projecting/read-your-writes.js';
import { Streams } from '../../../src/application/streams/streams.js';
import { ZodEventSchemas } from '../../../src/infrastructure/events/zod-event-schemas.js';
import { EventStoreDbEventStore } from '../../../src/infrastructure/eventstore/eventstoredb/eventstoredb-event-store.js';
import { NodeDigests } from '../../../src/infrastructure/identity/node-digests.js';
import { SystemTimer } from '../../../src/infrastructure/identity/system-timer.js';
import { UuidIds } from '../../../src/infrastructure/identity/uuid-ids.js';
import { nowPlaying } from '../../../src/projections/playback/now-playing.js';
import { EventStoreDbServer } from '../../support/servers/eventstoredb-server/eventstoredb-server.js';
import { type FilledModels, filledModels } from '../../support/specs/filled-models.js';
import { OCTOBER, playStarted } from '../../support/playback/plays.js';
import type { Placed } from '../../support/specs/projection-spec.js';
import { DAY_MS } from '../../../src/domain/shared/civil-date.js';

/* The process on the bus, the shell and the stores that it has in the product; only the clock is the test's. */

class HandClock extends Clock {
  time = OCTOBER;
  now(): number {
    return this.time;
  }
}

const ids = new UuidIds();

let server: EventStoreDbServer;
let store: EventStoreDbEventStore;
let filled: FilledModels;
let clock: HandClock;
let app: TestingModule;
let process: CloseSilentPlays;
beforeEach(async () => {
  server = await EventStoreDbServer.start();
  store = new EventStoreDbEventStore(server.url);
  filled = filledModels();
  clock = new HandClock();
  app = await Test.createTestingModule({
    imports: [CqrsModule.forRoot()],
    providers: [
      Streams,
      ReadYourWrites,
      ...playbackProviders,
      { provide: EventStore, useValue: store },
      { provide: EventSchemas, useValue: new ZodEventSchemas() },
      { provide: ReadModels, useValue: filled.models },
      { provide: Clock, useValue: clock },
      { provide: Timer, useValue: new SystemTimer() },
      { provide: Ids, useValue: ids },
      { provide: Digests, useClass: NodeDigests },
    ],
  }).compile();
  await app.init();
  process = app.get(CloseSilentPlays);
});
afterEach(async () => {
  await app.close();
  await filled.close();
  await store.close();
  await server.stop();
});

const happened = async (...facts: readonly Placed[]): Promise<void> => {
  const revisions = new Map<string, number>();
  for (const [index, { stream, type, data }] of facts.entries()) {
    const metadata = { commandId: 'c', commandHash: 'h', actor: 'listener:ada', at: OCTOBER, schema: 2 };
    const event = { id: ids.derived('fact', index), type, data, metadata };
    const { revision } = await store.append(stream, revisions.get(stream) ?? NO_STREAM, [event]);
    revisions.set(stream, revision);
  }
};

const lastOf = async (playId: string) => {
  const events = (await Array.fromAsync(store.readStream(`play-${playId}`))).flat();
  const { type, data } = events.at(-1) ?? {};
  return { type, data };
};

const paused: Placed = {
  stream: 'play-p1',
  type: 'PlayPaused',
  data: {
    positionMs: 60_000,
    at: OCTOBER + 60_000,
    receivedAt: OCTOBER + 60_000,
    clockOffsetMs: 0,
  },
};

describe('a play without reports', () => {
  test('stays live for half an hour', async () => {
    await happened(playStarted('p1'));
    await filled.fill(nowPlaying, [playStarted('p1')]);
    clock.time = OCTOBER + SILENCE_MS;
    expect(await process.pass()).toBe(0);
  });
  test('is then closed at its last report', async () => {
    await happened(playStarted('p1'));
    await filled.fill(nowPlaying, [playStarted('p1')]);
    clock.time = OCTOBER + SILENCE_MS + 1;
    expect(await process.pass()).toBe(1);
    expect(await lastOf('p1')).toMatchObject({
      type: 'PlayStopped',
      data: { reason: 'silence', at: OCTOBER },
    });
  });
  test('is closed once, by any number of schedulers', async () => {
    await happened(playStarted('p1'));
    await filled.fill(nowPlaying, [playStarted('p1')]);
    clock.time = OCTOBER + SILENCE_MS + 1;
    await Promise.all([process.pass(), process.pass(), process.pass()]);
    await process.pass();
    expect((await Array.fromAsync(store.readStream('play-p1'))).flat()).toHaveLength(2);
  });
  test('stays live while late reports arrive: the time of arrival counts', async () => {
    const old = playStarted('p1', { startedAt: OCTOBER - 30 * DAY_MS, receivedAt: OCTOBER });
    await happened(old);
    await filled.fill(nowPlaying, [old]);
    clock.time = OCTOBER + SILENCE_MS;
    expect(await process.pass()).toBe(0);
  });
  test('is closed although its clock was far ahead', async () => {
    const ahead = playStarted('p1', { startedAt: OCTOBER + 365 * DAY_MS, receivedAt: OCTOBER });
    await happened(ahead);
    await filled.fill(nowPlaying, [ahead]);
    clock.time = OCTOBER + SILENCE_MS + 1;
    expect(await process.pass()).toBe(1);
    expect(await lastOf('p1')).toMatchObject({ data: { reason: 'silence', receivedAt: OCTOBER } });
  });
  test('stays live for a day while it is paused', async () => {
    await happened(playStarted('p1'), paused);
    await filled.fill(nowPlaying, [playStarted('p1'), paused]);
    clock.time = OCTOBER + 60_000 + SILENCE_PAUSED_MS;
    expect(await process.pass()).toBe(0);
    clock.time += 1;
    expect(await process.pass()).toBe(1);
    expect(await lastOf('p1')).toMatchObject({ type: 'PlayStopped', data: { playedMs: 60_000 } });
  });
  test('stays live when a report has arrived that the read model has not folded yet', async () => {
    const progressed = { ...paused, type: 'PlayProgressed' };
    await happened(playStarted('p1'), progressed);
    await filled.fill(nowPlaying, [playStarted('p1')]);
    clock.time = OCTOBER + SILENCE_MS + 1;
    await process.pass();
    expect(await lastOf('p1')).toMatchObject({ type: 'PlayProgressed' });
  });
});
