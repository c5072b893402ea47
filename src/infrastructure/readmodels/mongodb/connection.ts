import {
  type Collection,
  type Db,
  type Document,
  MongoBulkWriteError,
  MongoClient,
  MongoError,
  MongoInvalidArgumentError,
  MongoNotConnectedError,
  MongoServerError,
  MongoTopologyClosedError,
  ReadConcern,
} from 'mongodb';
import { ReadModelsUnavailable } from '../../../application/ports/read-models.js';

const SERVER_SELECTION_MS = 1_500;
const CONNECT_MS = 1_000;
const SOCKET_IDLE_MS = 10_000;
const BACK_OFF_MS_MIN = 100;
const BACK_OFF_MS_MAX = 5_000;
const DATABASE = 'playledger';

/** BadValue, FailedToParse, TypeMismatch, BSONObjectTooLarge: what we asked for is wrong; to ask again is no use. */
const BUG_CODES: readonly unknown[] = [2, 9, 14, 10_334];

/**
 * A client of one server, replica set or cluster that comes back by itself.
 *
 * The driver heals a connection that once stood. A first one that failed it gives up for ever, until `connect` is called
 * again: that is done here at the next use, after a growing pause in which uses fail at once.
 */
export class Connection {
  private readonly client: MongoClient;
  private readonly databaseName: string;
  private readonly inFlight = new Set<Promise<unknown>>();
  private database: Db | undefined;
  private connecting: Promise<Db> | undefined;
  private failures = 0;
  private retryAt = 0;
  private lastFailure: unknown;
  private closed = false;

  constructor(url: string) {
    this.databaseName = /^[^:]+:\/\/[^/]+\/([^?]+)/u.exec(url)?.[1] ?? DATABASE;
    this.client = new MongoClient(url, {
      appName: 'playledger',
      serverSelectionTimeoutMS: SERVER_SELECTION_MS,
      connectTimeoutMS: CONNECT_MS,
      socketTimeoutMS: SOCKET_IDLE_MS,
      retryReads: true,
      retryWrites: true,
      writeConcern: { w: 'majority', journal: true },
      // Positions are 64-bit; a number of a document is never written as one, so it stays a number.
      useBigInt64: true,
      ignoreUndefined: true,
    });
  }

  /** Ends within `deadlineMs`, whatever the server does. @throws {ReadModelsUnavailable} */
  async use<T>(deadlineMs: number, work: (database: Db) => Promise<T>): Promise<T> {
    if (this.closed) throw new ReadModelsUnavailable('The read models are closed.');
    const done = within(
      deadlineMs,
      this.connected().then((database) => work(database)),
    );
    this.inFlight.add(done);
    try {
      return await done;
    } catch (error) {
      if (error instanceof MongoTopologyClosedError || error instanceof MongoNotConnectedError) {
        this.database = undefined;
      }
      throw asUnavailable(error);
    } finally {
      this.inFlight.delete(done);
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await Promise.allSettled(this.inFlight);
    await this.client.close();
  }

  private connected(): Promise<Db> {
    if (this.database) return Promise.resolve(this.database);
    this.connecting ??= this.connect().finally(() => {
      this.connecting = undefined;
    });
    return this.connecting;
  }

  private async connect(): Promise<Db> {
    if (performance.now() < this.retryAt) {
      throw new ReadModelsUnavailable('MongoDB did not answer a moment ago.', { cause: this.lastFailure });
    }
    try {
      await this.client.connect();
      const hello = await this.client.db('admin').command({ hello: 1 });
      // A server that stands alone has no majority to read from.
      const replicates = hello['setName'] !== undefined || hello['msg'] === 'isdbgrid';
      this.database = this.client.db(this.databaseName, {
        readConcern: new ReadConcern(replicates ? 'majority' : 'local'),
      });
      this.failures = 0;
      return this.database;
    } catch (error) {
      this.retryAt = performance.now() + Math.min(BACK_OFF_MS_MIN * 2 ** this.failures, BACK_OFF_MS_MAX);
      this.failures += 1;
      this.lastFailure = error;
      throw error;
    }
  }
}

const asUnavailable = (error: unknown): unknown => {
  if (!(error instanceof MongoError) || error instanceof MongoInvalidArgumentError) return error;
  if (error instanceof MongoServerError && BUG_CODES.includes(error.code)) return error;
  return new ReadModelsUnavailable(`MongoDB: ${error.message}`, { cause: error });
};

const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new ReadModelsUnavailable(`MongoDB did not answer within ${ms} ms.`));
    }, ms);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
};

const NAMESPACE_NOT_FOUND = 26;
const CURSOR_NOT_FOUND = 43;
const QUERY_PLAN_KILLED = 175;

/** The collection was dropped under a reader's hands. */
export const isDropped = (error: unknown): boolean =>
  error instanceof MongoServerError &&
  [NAMESPACE_NOT_FOUND, CURSOR_NOT_FOUND, QUERY_PLAN_KILLED].includes(Number(error.code));

const DUPLICATE_KEY = 11_000;

/** Nothing went wrong but that a document of the same key was there. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof MongoBulkWriteError &&
  error.result.getWriteConcernError() === undefined &&
  error.result.getWriteErrors().every(({ code }) => code === DUPLICATE_KEY);

/** Dropping what is not there is no error, on any server. */
export const dropCollection = async (collection: Collection<never> | Collection<Document>): Promise<void> => {
  try {
    await collection.drop();
  } catch (error) {
    if (!isDropped(error)) throw error;
  }
};
