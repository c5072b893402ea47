import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  CorrectTrack,
  CorrectTrackHandler,
  RegisterArtist,
  RegisterArtistHandler,
  RegisterTrack,
  RegisterTrackHandler,
} from '../../src/application/catalogue/commands.js';
import {
  CloseSilentPlay,
  CloseSilentPlayHandler,
  PausePlay,
  PausePlayHandler,
  RecordPlay,
  RecordPlayHandler,
  ReportProgress,
  ReportProgressHandler,
  ResumePlay,
  ResumePlayHandler,
  SeekPlay,
  SeekPlayHandler,
  StartPlay,
  StartPlayHandler,
  StopPlay,
  StopPlayHandler,
} from '../../src/application/playback/commands.js';
import { type CommandMeta, Streams } from '../../src/application/streams/streams.js';
import { ZodEventSchemas } from '../../src/infrastructure/events/zod-event-schemas.js';
import { EventStoreDbEventStore } from '../../src/infrastructure/eventstore/eventstoredb/eventstoredb-event-store.js';
import { UuidIds } from '../../src/infrastructure/identity/uuid-ids.js';
import { EventStoreDbServer } from '../support/servers/eventstoredb-server/eventstoredb-server.js';
import { DAY_MS } from '../../src/domain/shared/civil-date.js';

/* Commands become events in the log: the handlers with the real shell, schemas and store adapter. */

const NOW = 1_790_812_800_000;
const ids = new UuidIds();

let server: EventStoreDbServer;
let store: EventStoreDbEventStore;
let streams: Streams;
let commands = 0;
beforeEach(async () => {
  server = await EventStoreDbServer.start();
  store = new EventStoreDbEventStore(server.url);
  streams = new Streams(store, new ZodEventSchemas(), ids);
});
afterEach(async () => {
  await store.close();
  await server.stop();
});

/** A command of its own, received at `at`. */
const meta = (at = NOW): CommandMeta => {
  commands += 1;
  return { commandId: ids.derived('command', commands), commandHash: 'hash', actor: 'listener:ada', at };
};

const factsOf = async (stream: string) =>
  (await Array.fromAsync(store.readStream(stream))).flat().map(({ type, data }) => ({ type, data }));

const registerArtist = (name = 'Clara') =>
  new RegisterArtistHandler(streams).execute(new RegisterArtist('a1', { name }, meta()));
const registerTrack = (over: { durationMs?: number | null; artistId?: string; isrc?: string } = {}) =>
  new RegisterTrackHandler(streams).execute(
    new RegisterTrack('t1', { title: 'Nocturne', artistId: 'a1', durationMs: 200_000, ...over }, meta()),
  );

const place = { trackId: 't1', territory: 'DE', offering: 'premium', deviceId: 'phone' };
const start = (over: { at?: number; sentAt?: number; trackId?: string } = {}, receivedAt = NOW) =>
  new StartPlayHandler(streams).execute(
    new StartPlay('p1', 'ada', { ...place, positionMs: 0, ...over }, meta(receivedAt)),
  );

describe('the catalogue', () => {
  test('registers an artist and a track by them', async () => {
    await registerArtist();
    const { id, appended } = await registerTrack({ isrc: 'DE-A12-34-56789' });
    expect({ id, appended }).toEqual({ id: 't1', appended: 1 });
    expect(await factsOf('track-t1')).toEqual([
      {
        type: 'TrackRegistered',
        data: {
          title: 'Nocturne',
          artistId: 'a1',
          durationMs: 200_000,
          isrc: 'DEA123456789',
          kind: 'music',
          at: NOW,
        },
      },
    ]);
  });
  test('rejects a track of an unknown artist', async () => {
    await expect(registerTrack()).rejects.toMatchObject({ rejection: { rejected: 'ArtistNotFound' } });
    expect(await factsOf('track-t1')).toEqual([]);
  });
});

describe('a play', () => {
  const facts = {
    listenerId: 'ada',
    ...place,
    durationMs: 200_000,
    mode: 'online',
    source: 'unknown',
    startedAt: NOW,
  };
  beforeEach(async () => {
    await registerArtist();
    await registerTrack();
  });

  test('starts with the length of its track', async () => {
    await start();
    expect(await factsOf('play-p1')).toEqual([
      { type: 'PlayStarted', data: { ...facts, positionMs: 0, receivedAt: NOW, clockOffsetMs: 0 } },
    ]);
  });
  test('starts with the corrected length; an earlier play keeps its length', async () => {
    const correct = new CorrectTrack('t1', { durationMs: 183_000 }, meta());
    await start();
    await new CorrectTrackHandler(streams).execute(correct);
    await start();
    await new StartPlayHandler(streams).execute(
      new StartPlay('p2', 'ada', { ...place, positionMs: 0 }, meta()),
    );
    expect(await factsOf('play-p1')).toMatchObject([{ data: { durationMs: 200_000 } }]);
    expect(await factsOf('play-p2')).toMatchObject([{ data: { durationMs: 183_000 } }]);
  });
  test('starts at the time that the player reports, not at its receipt', async () => {
    await start({ at: NOW - 1_500 });
    expect(await factsOf('play-p1')).toMatchObject([{ data: { startedAt: NOW - 1_500 } }]);
  });
  test('of an unknown track does not start', async () => {
    await expect(start({ trackId: 't2' })).rejects.toMatchObject({
      rejection: { rejected: 'TrackNotFound' },
    });
  });
  test.each([NOW + DAY_MS, NOW - 365 * DAY_MS])(
    'is recorded with the reported time, even in the future or long ago: %d',
    async (at) => {
      await start({ at });
      expect(await factsOf('play-p1')).toMatchObject([{ data: { startedAt: at, receivedAt: NOW } }]);
    },
  );
  test('is corrected when the clock of the device was wrong', async () => {
    await start({ at: NOW - 3_601_000, sentAt: NOW - 3_600_000 });
    expect(await factsOf('play-p1')).toMatchObject([
      { data: { startedAt: NOW - 1_000, receivedAt: NOW, clockOffsetMs: 3_600_000 } },
    ]);
  });
  test('without a time starts now by the service clock, whatever the device clock', async () => {
    await start({ sentAt: NOW - 3_600_000 });
    expect(await factsOf('play-p1')).toMatchObject([{ data: { startedAt: NOW, clockOffsetMs: 0 } }]);
  });
  test('under a used id does not start again', async () => {
    await start();
    await expect(start({ at: NOW + 1 })).rejects.toMatchObject({ rejection: { rejected: 'PlayExists' } });
  });

  test('records seeks, pauses and its stop', async () => {
    await start();
    const at = (seconds: number) => meta(NOW + seconds * 1_000);
    await new ReportProgressHandler(streams).execute(
      new ReportProgress('p1', 'ada', { positionMs: 5_000 }, at(5)),
    );
    await new SeekPlayHandler(streams).execute(
      new SeekPlay('p1', 'ada', { fromMs: 10_000, toMs: 100_000 }, at(10)),
    );
    await new PausePlayHandler(streams).execute(new PausePlay('p1', 'ada', { positionMs: 110_000 }, at(20)));
    await new ResumePlayHandler(streams).execute(
      new ResumePlay('p1', 'ada', { positionMs: 110_000 }, at(920)),
    );
    await new StopPlayHandler(streams).execute(
      new StopPlay('p1', 'ada', { positionMs: 120_000, reason: 'ended', muted: true }, at(930)),
    );

    const log = await factsOf('play-p1');
    expect(log.map(({ type }) => type)).toEqual([
      'PlayStarted',
      'PlayProgressed',
      'PlaySeeked',
      'PlayPaused',
      'PlayResumed',
      'PlayStopped',
    ]);
    expect(log.at(-1)?.data).toEqual({
      ...facts,
      reason: 'ended',
      positionMs: 120_000,
      at: NOW + 930_000,
      receivedAt: NOW + 930_000,
      clockOffsetMs: 0,
      muted: true,
      segments: [
        { fromMs: 0, toMs: 10_000, wallMs: 10_000 },
        { fromMs: 100_000, toMs: 120_000, wallMs: 20_000 },
      ],
      playedMs: 30_000,
      uniqueMs: 30_000,
      wallMs: 30_000,
    });
  });

  test('of another listener cannot be stopped or distinguished from a missing one', async () => {
    await start();
    const stop = new StopPlayHandler(streams);
    const others = stop.execute(new StopPlay('p1', 'bob', { positionMs: 1 }, meta()));
    const nobodys = stop.execute(new StopPlay('p2', 'bob', { positionMs: 1 }, meta()));
    const [one, other] = await Promise.allSettled([others, nobodys]);
    expect(one).toMatchObject({ status: 'rejected', reason: { rejection: { rejected: 'PlayNotFound' } } });
    expect(one).toEqual(other);
  });

  const finished = () => ({
    ...place,
    mode: 'import' as const,
    source: 'unknown' as const,
    reason: 'import' as const,
    muted: false,
    segments: [{ fromMs: 0, toMs: 30_000, wallMs: 30_000 }],
    startedAt: NOW - 30_000,
    endedAt: NOW,
  });

  test('that is finished is recorded once', async () => {
    const handler = new RecordPlayHandler(streams);
    const input = finished();
    expect(await handler.execute(new RecordPlay('p1', 'ada', input, meta()))).toMatchObject({ appended: 2 });
    expect(await handler.execute(new RecordPlay('p1', 'ada', input, meta()))).toMatchObject({ appended: 0 });
    expect(await factsOf('play-p1')).toMatchObject([
      { type: 'PlayStarted', data: { durationMs: 200_000, mode: 'import' } },
      { type: 'PlayStopped', data: { durationMs: 200_000, playedMs: 30_000 } },
    ]);
  });

  test('that is finished has the reported length, even for a track not yet registered', async () => {
    const handler = new RecordPlayHandler(streams);
    const input = { ...finished(), trackId: 'unregistered' };
    const unknown = handler.execute(new RecordPlay('p1', 'ada', input, meta()));
    await expect(unknown).rejects.toMatchObject({ rejection: { rejected: 'TrackNotFound' } });
    await handler.execute(new RecordPlay('p1', 'ada', { ...input, durationMs: null }, meta()));
    expect(await factsOf('play-p1')).toMatchObject([
      { type: 'PlayStarted', data: { durationMs: null } },
      { type: 'PlayStopped', data: { durationMs: null, playedMs: 30_000 } },
    ]);
  });

  test('that fell silent is closed at its last report', async () => {
    await start();
    const handler = new CloseSilentPlayHandler(streams);
    await handler.execute(new CloseSilentPlay('p1', { lastReceivedAt: NOW }, meta(NOW + 3_600_000)));
    expect(await factsOf('play-p1')).toMatchObject([
      {},
      { data: { reason: 'silence', at: NOW, segments: [] } },
    ]);
  });
});
