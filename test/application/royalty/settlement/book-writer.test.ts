import { expect, test } from '@jest/globals';
import { isDeepStrictEqual } from 'node:util';
import { START } from '../../../../src/application/ports/event-store.js';
import type { StatementLinesRecorded } from '../../../../src/domain/royalty/statements/ledger-events.js';
import { joinedParts } from '../../../../src/domain/royalty/statements/line-parts.js';
import { lineOf } from '../../../../src/application/royalty/settlement/period-log.js';
import { BookWriter } from '../../../../src/application/royalty/settlement/book-writer.js';
import { ZodEventSchemas } from '../../../../src/infrastructure/events/zod-event-schemas.js';
import { EmbeddedEventStore } from '../../../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { UuidIds } from '../../../../src/infrastructure/identity/uuid-ids.js';
import { eventsOf } from '../../../support/log/events.js';
import { logFolders } from '../../../support/log/log-folders.js';

const { newFolder, closing } = logFolders();

/** A name of maximal length. */
const payee = (party: number): string => `payee:${String(party).padStart(160, '0')}`;

/** A line of a track with very many payees, all with names of maximal length. */
const wideLine = (track: number, parties: number) => ({
  trackId: `track-${String(track).padStart(6, '0')}`,
  plays: 1,
  creditPpm: 1_000_000,
  amount: BigInt(parties),
  splits: Array.from({ length: parties }, (_, party) => ({
    account: payee(party),
    amount: 1n,
  })),
  // The charges of R18.
  ...(parties > 10_000 && {
    penalty: {
      artificial: 3,
      charges: Array.from({ length: parties }, (_, party) => ({
        account: payee(party),
        amount: -(10n ** 25n),
      })),
    },
  }),
});

test('statements of any width are written, each append within the limits of every engine', async () => {
  const store = closing(new EmbeddedEventStore(newFolder()));
  const lines = [1, 500, 4_000, 2, 12_000, 1].flatMap((parties, group) =>
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
  const written = events.map(({ data }) => data as StatementLinesRecorded['data']);
  expect(written.map(({ seq }) => seq)).toEqual(written.map((_, index) => index));
  const read = joinedParts(written.flatMap((event) => event.lines)).map(lineOf);
  expect(isDeepStrictEqual(read, lines)).toBe(true);
});
