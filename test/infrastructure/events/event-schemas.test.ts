import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { UnknownEvent } from '../../../src/application/ports/event-schemas.js';
import type { EventMetadata, RecordedEvent } from '../../../src/application/ports/event-store.js';
import { artist } from '../../../src/domain/catalogue/artist.js';
import { track } from '../../../src/domain/catalogue/track.js';
import { isRejection } from '../../../src/domain/decider.js';
import { play } from '../../../src/domain/playback/play.js';
import { type EventShape, versionOf } from '../../../src/infrastructure/events/event-shape.js';
import { eventsDocument } from '../../../src/infrastructure/events/events-document.js';
import { EVENTS_BY_CATEGORY } from '../../../src/infrastructure/events/registry.js';
import { ZodEventSchemas } from '../../../src/infrastructure/events/zod-event-schemas.js';

const PROJECT = new URL('../../../../', import.meta.url);
const GOLDEN = new URL('test/golden/events/', PROJECT);

const metadata = (schema: number): EventMetadata => ({
  commandId: 'c',
  commandHash: 'h',
  actor: 'listener:ada',
  at: 0,
  schema,
});

const recorded = (type: string, data: object, schema = 1): RecordedEvent => ({
  id: 'e',
  type,
  data,
  metadata: metadata(schema),
  stream: 'thing-1',
  revision: 3,
  position: 7n,
  schema,
});

const schemas = new ZodEventSchemas();

describe('an event that is written', () => {
  test('gets the version of its type', () => {
    expect(schemas.versionFor('ArtistRegistered', { name: 'Clara', at: 0 })).toBe(1);
  });
  test.each([
    ['misses a field', { name: 'Clara' }],
    ['has a field too many', { name: 'Clara', at: 0, label: 'x' }],
    ['has a field of the wrong type', { name: 'Clara', at: '0' }],
    ['has a fraction for an instant', { name: 'Clara', at: 0.5 }],
    ['has an instant beyond all calendars', { name: 'Clara', at: 8_640_000_000_000_001 }],
    ['has an empty name', { name: '', at: 0 }],
  ])('is rejected as a bug when it %s', (_what, data) => {
    expect(() => schemas.versionFor('ArtistRegistered', data)).toThrow(/ArtistRegistered does not fit/);
  });
  test('is rejected when its type is unknown', () => {
    expect(() => schemas.versionFor('SongSung', {})).toThrow(UnknownEvent);
  });
});

describe('an event that is read', () => {
  test('is returned unchanged when its type never changed', () => {
    const event = recorded('ArtistRegistered', { name: 'Clara', at: 0 });
    expect(schemas.upcast(event)).toBe(event);
  });
  test('keeps its metadata unread when its type never changed', () => {
    const event = {
      ...recorded('ArtistRegistered', { name: 'Clara', at: 0 }),
      get metadata(): EventMetadata {
        throw new Error('decoded');
      },
    };
    expect(schemas.upcast(event)).toBe(event);
  });
  test('is rejected when its type is unknown', () => {
    expect(() => schemas.upcast(recorded('SongSung', {}))).toThrow(UnknownEvent);
  });
});

describe('a type that has changed twice', () => {
  const changed = new ZodEventSchemas([
    {
      SongSung: {
        summary: 'A song was sung.',
        schema: z.strictObject({ title: z.string(), lengthMs: z.int(), singers: z.array(z.string()) }),
        upcasters: [
          ({ seconds, ...rest }) => ({ ...rest, lengthMs: Number(seconds) * 1_000 }),
          ({ singer, ...rest }) => ({ ...rest, singers: [singer] }),
        ],
      },
    },
  ]);
  const upcast = { title: 'Lied', lengthMs: 90_000, singers: ['Clara'] };

  test('is written in its third version', () => {
    expect(changed.versionFor('SongSung', upcast)).toBe(3);
  });
  test.each([
    [1, { title: 'Lied', seconds: 90, singer: 'Clara' }],
    [2, { title: 'Lied', lengthMs: 90_000, singer: 'Clara' }],
    [3, upcast],
  ])('is upcast when read in version %d', (version, data) => {
    expect(changed.upcast(recorded('SongSung', data, version))).toEqual(recorded('SongSung', upcast, 3));
  });
  test('is upcast once', () => {
    const once = changed.upcast(recorded('SongSung', { title: 'Lied', seconds: 90, singer: 'Clara' }, 1));
    expect(changed.upcast(once)).toBe(once);
  });
  test('is read from a store whose events have accessors for fields', () => {
    class Lazy {
      readonly id = 'e';
      readonly type = 'SongSung';
      readonly stream = 'thing-1';
      readonly revision = 3;
      readonly position = 7n;
      get data(): object {
        return { title: 'Lied', seconds: 90, singer: 'Clara' };
      }
      get metadata(): EventMetadata {
        return metadata(1);
      }
    }
    expect(changed.upcast(new Lazy())).toEqual(recorded('SongSung', upcast, 3));
  });
  test.each([0, 4, Number.NaN])('is rejected in version %d', (version) => {
    expect(() => changed.upcast(recorded('SongSung', upcast, version))).toThrow(UnknownEvent);
  });
});

/** An event as a release stored it, and the data after upcasting, which must never change. */
type Golden = {
  readonly type: string;
  readonly schema: number;
  readonly data: object;
  /** The data after upcasting; the samples keep this name. */
  readonly today: object;
};

const golden = (file: string): Golden => JSON.parse(readFileSync(new URL(file, GOLDEN), 'utf8')) as Golden;

const types: readonly (readonly [string, EventShape])[] = Object.values(EVENTS_BY_CATEGORY).flatMap(
  (shapes) => Object.entries(shapes),
);

describe('the golden samples', () => {
  test.each(readdirSync(GOLDEN))('%s is read with its recorded data', (file) => {
    const { type, schema, data, today } = golden(file);
    const event = schemas.upcast(recorded(type, data, schema));
    expect(event.data).toEqual(today);
    expect(schemas.versionFor(type, event.data)).toBe(event.metadata.schema);
    expect(file).toMatch(new RegExp(`^${type}\\.v${schema}(\\.[a-z-]+)?\\.json$`));
  });
  test.each(types.flatMap(([type, shape]) => range(versionOf(shape)).map((version) => [type, version])))(
    'hold %s in version %d',
    (type, version) => {
      expect(golden(`${type}.v${version}.json`)).toMatchObject({ type, schema: version });
    },
  );
});

describe('the deciders', () => {
  const version = (type: string): number => versionOf(Object.fromEntries(types)[type] as EventShape);
  const at = 1_767_225_600_000;
  const facts = {
    listenerId: '0198a3c2-0000-7000-8000-000000000001',
    trackId: 'track-1',
    durationMs: null,
    territory: 'ZZ',
    offering: 'premium',
    deviceId: 'phone',
    mode: 'import' as const,
    source: 'unknown' as const,
    startedAt: at,
    receivedAt: at,
  };
  const content = { title: 'Nocturne', artistId: 'clara', durationMs: 1, kind: 'music' as const };
  const segments = [{ fromMs: 0, toMs: 30_000, wallMs: 30_000 }];
  test.each([
    ['an artist', artist.decide({ type: 'RegisterArtist', data: { name: 'Clara', at } }, artist.initial)],
    ['a track', track.decide({ type: 'RegisterTrack', data: { ...content, at } }, track.initial)],
    [
      'a track with an ISRC',
      track.decide(
        { type: 'RegisterTrack', data: { ...content, isrc: 'DE-A12-34-56789', at } },
        track.initial,
      ),
    ],
    [
      'a play',
      play.decide(
        { type: 'RecordPlay', data: { ...facts, reason: 'import', muted: false, segments, endedAt: at } },
        play.initial,
      ),
    ],
  ])('write events that the schemas accept: %s', (_what, outcome) => {
    if (isRejection(outcome)) throw new Error(outcome.rejected);
    expect(outcome.map(({ type, data }) => schemas.versionFor(type, data))).toEqual(
      outcome.map(({ type }) => version(type)),
    );
  });
});

test('docs/events.md matches the schemas (UPDATE=1 writes it)', () => {
  const file = new URL('docs/events.md', PROJECT);
  if (process.env['UPDATE'] === '1') writeFileSync(file, eventsDocument());
  expect(readFileSync(file, 'utf8')).toBe(eventsDocument());
});

function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, n) => n + 1);
}
