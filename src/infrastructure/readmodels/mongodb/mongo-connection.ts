import {
  type Collection,
  type Db,
  type DbOptions,
  MongoBulkWriteError,
  MongoClient,
  type MongoClientOptions,
  MongoError,
  MongoInvalidArgumentError,
  MongoNotConnectedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  ReadConcern,
} from 'mongodb';
import { ReadModelsUnavailable } from '../../../application/ports/read-models.js';
import { Backoff } from '../../../application/projecting/backoff.js';

const BACKOFF_MS_MIN = 100;
const BACKOFF_MS_MAX = 5_000;
const DATABASE = 'playledger';

const OPTIONS: MongoClientOptions = {
  appName: 'playledger',
  serverSelectionTimeoutMS: 1_500,
  connectTimeoutMS: 1_000,
  socketTimeoutMS: 10_000,
  // A server that fell silent is found out after this and `connectTimeoutMS`.
  heartbeatFrequencyMS: 2_000,
  // Positions are 64-bit; a number of a document is never written as one, so it stays a number.
  useBigInt64: true,
  ignoreUndefined: true,
};

/**
 * Held to whatever the URL says. Together they let a projector read what it has written: with reads from another member
 * it could fold a batch onto documents of an earlier time.
 */
const PROMISES: DbOptions = {
  writeConcern: { w: 'majority', journal: true },
  readPreference: 'primary',
};

/** BadValue, FailedToParse, TypeMismatch, BSONObjectTooLarge: the request is wrong, so a retry is useless. */
const BUG_CODES: readonly unknown[] = [2, 9, 14, 10_334];

type Session = { readonly client: MongoClient; readonly database: Db };

/**
 * A client of one server, replica set or cluster that comes back by itself.
 *
 * The driver restores most connections. If it finds no server, it may stop trying (always for the first connection; later
 * when its monitor hangs), so that client is replaced at the next use, after a pause that grows with every failure. During
 * the pause uses fail at once.
 */
export class MongoConnection {
  private readonly databaseName: string;
  private readonly inFlight = new Set<Promise<unknown>>();
  private session: Session | undefined;
  private connecting: Promise<Session> | undefined;
  private readonly backoff = new Backoff(BACKOFF_MS_MIN, BACKOFF_MS_MAX);
  private retryAt = 0;
  private lastFailure: unknown;
  private closed = false;

  /** @throws for an invalid URL */
  constructor(private readonly url: string) {
    const { dbName } = new MongoClient(url).options;
    // The driver says `test` where the URL names none.
    this.databaseName = /^[^:]+:\/\/[^/]+\/[^?]/u.test(url) ? dbName : DATABASE;
  }

  /** Ends within `deadlineMs`, whatever the server does. @throws {ReadModelsUnavailable} */
  async use<T>(deadlineMs: number, work: (database: Db) => Promise<T>): Promise<T> {
    if (this.closed) throw new ReadModelsUnavailable('The read models are closed.');
    const done = within(deadlineMs, this.useSession(work));
    this.inFlight.add(done);
    try {
      return await done;
    } catch (error) {
      throw asUnavailable(error);
    } finally {
      this.inFlight.delete(done);
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await Promise.allSettled(this.inFlight);
    await this.session?.client.close();
  }

  private async useSession<T>(work: (database: Db) => Promise<T>): Promise<T> {
    const session = this.session ?? (await this.connected());
    try {
      return await work(session.database);
    } catch (error) {
      if (isGivenUp(error) && this.session === session) {
        this.session = undefined;
        letGo(session.client);
      }
      throw error;
    }
  }

  private connected(): Promise<Session> {
    this.connecting ??= this.connect().finally(() => {
      this.connecting = undefined;
    });
    return this.connecting;
  }

  private async connect(): Promise<Session> {
    if (performance.now() < this.retryAt) {
      throw new ReadModelsUnavailable('MongoDB did not answer a moment ago.', { cause: this.lastFailure });
    }
    const client = new MongoClient(this.url, OPTIONS);
    try {
      await client.connect();
      const hello = await client.db('admin').command({ hello: 1 });
      // A server that stands alone has no majority to read from.
      const replicates = hello['setName'] !== undefined || hello['msg'] === 'isdbgrid';
      const readConcern = new ReadConcern(replicates ? 'majority' : 'local');
      this.session = { client, database: client.db(this.databaseName, { ...PROMISES, readConcern }) };
      this.backoff.reset();
      return this.session;
    } catch (error) {
      letGo(client);
      this.retryAt = performance.now() + this.backoff.next();
      this.lastFailure = error;
      throw error;
    }
  }
}

/** Closes a client without waiting, and ignores errors of that. */
const letGo = (client: MongoClient): void => {
  client.close().catch(() => {});
};

const isGivenUp = (error: unknown): boolean =>
  error instanceof MongoServerSelectionError ||
  error instanceof MongoTopologyClosedError ||
  error instanceof MongoNotConnectedError;

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

/** Whether the collection was dropped during a read. */
export const isDropped = (error: unknown): boolean =>
  error instanceof MongoServerError &&
  [NAMESPACE_NOT_FOUND, CURSOR_NOT_FOUND, QUERY_PLAN_KILLED].includes(Number(error.code));

const DUPLICATE_KEY = 11_000;

/** Whether the only failures are documents whose key exists already. */
export const isDuplicate = (error: unknown): boolean =>
  error instanceof MongoBulkWriteError &&
  error.result.getWriteConcernError() === undefined &&
  error.result.getWriteErrors().every(({ code }) => code === DUPLICATE_KEY);

/** Dropping what is not there is no error, on any server. */
export const dropCollection = async (collection: Collection): Promise<void> => {
  try {
    await collection.drop();
  } catch (error) {
    if (!isDropped(error)) throw error;
  }
};
