import type { EventStore, StoreStopped } from '../application/ports/event-store.js';
import type { ReadModels } from '../application/ports/read-models.js';
import type { Config } from '../infrastructure/config.js';
import { EmbeddedEventStore } from '../infrastructure/eventstore/embedded/embedded-event-store.js';
import { EmbeddedLogReader } from '../infrastructure/eventstore/embedded/embedded-log-reader.js';
import { EmbeddedReadModels } from '../infrastructure/readmodels/embedded/embedded-read-models.js';

/** The settings that select the engine of each port. Nothing above a port depends on the engine. */
export type EngineConfig = Pick<Config, 'dataDir'> & Partial<Pick<Config, 'eventStoreUrl' | 'mongoDbUrl'>>;

/** The head of the embedded log in shared memory, which notifies readers in other threads of new events. */
export type HeadSignal = SharedArrayBuffer;

/**
 * @param onStopped called once when a write to the disk of the embedded log failed: the process must end
 * @throws {DataFolderUnusable}
 */
export const openLog = async (
  config: EngineConfig,
  onStopped: (error: StoreStopped) => void,
): Promise<EventStore & { readonly headSignal?: HeadSignal }> =>
  config.eventStoreUrl === undefined
    ? new EmbeddedEventStore(config.dataDir, { onStopped })
    : openEventStoreDb(config.eventStoreUrl);

/**
 * Opens the log for reading only, beside a writer in another thread or process.
 *
 * @throws {DataFolderUnusable}
 */
export const openLogForReading = async (config: EngineConfig, head?: HeadSignal): Promise<EventStore> =>
  config.eventStoreUrl === undefined
    ? new EmbeddedLogReader(config.dataDir, head)
    : openEventStoreDb(config.eventStoreUrl);

/**
 * Opens the read models for the projector, the only writer.
 *
 * @throws {DataFolderUnusable}
 */
export const openReadModels = async (config: EngineConfig): Promise<ReadModels> =>
  config.mongoDbUrl === undefined ? EmbeddedReadModels.writer(config.dataDir) : openMongo(config.mongoDbUrl);

/** Opens the read models for queries. */
export const openReadModelsForReading = async (config: EngineConfig): Promise<ReadModels> =>
  config.mongoDbUrl === undefined ? EmbeddedReadModels.reader(config.dataDir) : openMongo(config.mongoDbUrl);

// The clients of the servers are large: they are loaded only if the configuration names a server.

const openEventStoreDb = async (url: string): Promise<EventStore> => {
  const { EventStoreDbEventStore } =
    await import('../infrastructure/eventstore/eventstoredb/eventstoredb-event-store.js');
  return new EventStoreDbEventStore(url);
};

const openMongo = async (url: string): Promise<ReadModels> => {
  const { MongoReadModels } = await import('../infrastructure/readmodels/mongodb/mongo-read-models.js');
  return new MongoReadModels(url);
};
