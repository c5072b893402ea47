import { expect, test } from '@jest/globals';
import { START } from '../../src/application/ports/event-store.js';
import { BookWriter } from '../../src/application/settlement/book-writer.js';
import { ZodEventSchemas } from '../../src/infrastructure/events/zod-event-schemas.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { UuidIds } from '../../src/infrastructure/identity/uuid-ids.js';
import { eventsOf } from '../support/log-events.js';
import { logFolders } from '../support/log-folder.js';

const { newFolder, closing } = logFolders();

/** A line of a track that belongs to very many, all with the longest of names. */
const wideLine = (track: number, parties: number) => ({
  trackId: `track-${String(track).padStart(6, '0')}`,
  plays: 1,
  creditPpm: 1_000_000,
  amount: BigInt(parties),
  splits: Array.from({ length: parties }, (_, party) => ({
    account: `payee:${String(party).padStart(128, 'x')}`,
    amount: 1n,
  })),
});

test('statements of any width are written, each append within what every engine takes', async () => {
  const store = closing(new EmbeddedEventStore(newFolder()));
  const lines = [1, 500, 4_000, 2, 3_000, 1].flatMap((parties, group) =>
    Array.from({ length: parties > 1_000 ? 2 : 300 }, (_, track) => wideLine(group * 1_000 + track, parties)),
  );
  const books = {
    periodId: 'premium.DE.2026-10',
    number: 0,
    lines,
    journals: [],
    linesRoot: 'a'.repeat(64),
    at: 0,
  };
  const writer = new BookWriter(store, new ZodEventSchemas(), new UuidIds());
  await writer.write(books);
  const head = await store.head();
  await writer.write(books);
  expect(await store.head()).toBe(head);

  const events = eventsOf(await Array.fromAsync(store.readAll(START)));
  const written = events.map(({ data }) => data as { seq: number; lines: readonly { trackId: string }[] });
  expect(written.map(({ seq }) => seq)).toEqual(written.map((_, index) => index));
  expect(written.flatMap(({ lines }) => lines.map(({ trackId }) => trackId))).toEqual(
    lines.map(({ trackId }) => trackId),
  );
});
