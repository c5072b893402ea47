import type { EventStore, RecordedEvent } from '../../../src/application/ports/event-store.js';
import { Streams } from '../../../src/application/streams/streams.js';
import { ZodEventSchemas } from '../../../src/infrastructure/events/zod-event-schemas.js';
import { SystemClock } from '../../../src/infrastructure/identity/system-clock.js';
import { SystemTimer } from '../../../src/infrastructure/identity/system-timer.js';
import { UuidIds } from '../../../src/infrastructure/identity/uuid-ids.js';
import {
  IMPORT_DEFAULTS,
  importHistories,
  type ImportInput,
  type ImportOptions,
} from '../../../src/infrastructure/import/import-histories.js';
import type { ImportReport } from '../../../src/infrastructure/import/import-report.js';

/** Imports `files` into `store` with the settings of the command line. */
export const importInto = (
  store: EventStore,
  files: readonly string[],
  options: Partial<ImportOptions> = {},
  more: Partial<ImportInput> = {},
): Promise<ImportReport> => {
  const ids = new UuidIds();
  return importHistories({
    files,
    options: { ...IMPORT_DEFAULTS, ...options },
    actor: 'admin:import',
    store,
    streams: new Streams(store, new ZodEventSchemas(), ids),
    ids,
    clock: new SystemClock(),
    timer: new SystemTimer(),
    ...more,
  });
};

/** An event without the fields that differ from run to run: position and time of import. */
export type Fact = Pick<RecordedEvent, 'stream' | 'revision' | 'id' | 'type'> & {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: object;
};

/** All events of the log, in order. */
export const factsOf = async (store: EventStore): Promise<readonly Fact[]> => {
  const facts: Fact[] = [];
  for await (const { events } of store.readAll(0n)) facts.push(...events.map(factOf));
  return facts;
};

/** Like `factsOf`, with each event as JSON, for fast comparison. */
export const logOf = async (store: EventStore): Promise<readonly string[]> =>
  (await factsOf(store)).map((fact) => JSON.stringify(fact));

const factOf = ({ stream, revision, id, type, data, metadata }: RecordedEvent): Fact => {
  const { at: _at, ...cause } = metadata;
  // For an artist or a track, `at` is the time of registration.
  const { receivedAt: _receivedAt, ...played } = data as Record<string, unknown>;
  const { at: _registeredAt, ...registered } = played;
  const isPlay = stream.startsWith('play-');
  return { stream, revision, id, type, data: isPlay ? played : registered, metadata: cause };
};
