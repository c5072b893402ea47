import {
  type EventData,
  NO_STREAM as EXPECT_NO_STREAM,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import {
  type Appended,
  type NewEvent,
  NO_STREAM,
  RevisionConflict,
  START,
  StoreBusy,
  StoreUnavailable,
} from '../../../application/ports/event-store.js';
import type { Calls, TimeLeft } from './calls.js';
import { failure } from './failures.js';
import type { LogReader } from './log-reader.js';
import { positionOf, type StoredEvent, toWire } from './recorded.js';
import { within } from './within.js';

const IN_FLIGHT_MAX = 1_000;
/** Number of appends whose ids are kept, so that a repeat is looked up. */
const TRIED_MAX = 10_000;

/** Appends, and gives a repeated append the result of the first. */
export class Appends {
  /** The highest position that an append has returned. */
  newest = START;
  private inFlight = 0;
  /** Id of the last event of each append that was sent, except those that were certainly not written. */
  private readonly tried = new Set<string>();

  constructor(
    private readonly calls: Calls,
    private readonly log: LogReader,
  ) {}

  /** See EventStore.append. */
  async append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    const wire = toWire(stream, expected, events);
    const id = wire.at(-1)?.id ?? '';
    if (this.inFlight >= IN_FLIGHT_MAX)
      throw new StoreBusy(`${IN_FLIGHT_MAX} appends wait for EventStoreDB.`);
    const repeated = this.tried.has(id);
    this.remember(id);
    this.inFlight++;
    try {
      const appended = await this.write(stream, expected, wire, repeated);
      if (appended.position > this.newest) this.newest = appended.position;
      return appended;
    } catch (error) {
      if (error instanceof RevisionConflict) this.tried.delete(id);
      throw failure(error, true);
    } finally {
      this.inFlight--;
    }
  }

  private async write(
    stream: string,
    expected: number,
    events: readonly EventData[],
    repeated: boolean,
  ): Promise<Appended> {
    const before = this.newest;
    const left = this.calls.deadline();
    try {
      const { nextExpectedRevision, position } = await this.send(stream, expected, events, left);
      const revision = expected + events.length;
      // A server may return no position, or a wrong one, for a repeat; for new events it returns a new one.
      const trusted = !repeated && position !== undefined && position.commit > before;
      if (trusted && Number(nextExpectedRevision) === revision)
        return { revision, position: position.commit };
    } catch (error) {
      if (!(error instanceof WrongExpectedVersionError)) throw error;
      return this.repeatOrConflict(stream, expected, events, error.actualVersion, left);
    }
    const recorded = await this.lookUp(stream, expected, events, left);
    if (recorded) return recorded;
    throw new StoreUnavailable(`EventStoreDB took an append to ${stream} but does not show it.`, true);
  }

  private send(stream: string, expected: number, events: readonly EventData[], left: TimeLeft) {
    const { client } = this.calls;
    const expectedRevision = expected === NO_STREAM ? EXPECT_NO_STREAM : BigInt(expected);
    return this.calls.make(left, (ms) =>
      within(
        ms,
        client.appendToStream(stream, [...events], {
          expectedRevision,
          requiresLeader: true,
          deadline: ms,
        }),
        () => {
          throw new StoreUnavailable('EventStoreDB did not answer an append in time.', true);
        },
      ),
    );
  }

  /** The stream is at another revision: because of another writer, or because this append was written before. */
  private async repeatOrConflict(
    stream: string,
    expected: number,
    events: readonly EventData[],
    actualVersion: WrongExpectedVersionError['actualVersion'],
    left: TimeLeft,
  ): Promise<Appended> {
    const actual = typeof actualVersion === 'bigint' ? Number(actualVersion) : NO_STREAM;
    const mayBeOurs = actual >= expected + events.length;
    const recorded = mayBeOurs ? await this.lookUp(stream, expected, events, left) : undefined;
    if (recorded) return recorded;
    throw new RevisionConflict(stream, expected, actual);
  }

  /** The place of `events` in the log if exactly these follow `expected`. */
  private async lookUp(
    stream: string,
    expected: number,
    events: readonly EventData[],
    left: TimeLeft,
  ): Promise<Appended | undefined> {
    const found: StoredEvent[] = [];
    while (found.length < events.length) {
      const from = expected + 1 + found.length;
      const page = await this.log
        .revisions(stream, from, events.length - found.length, left)
        .catch(asAmbiguous);
      if (page.events.length === 0) return undefined;
      found.push(...page.events);
    }
    // Revisions are compared too: a truncated stream begins at a later one.
    const same = found.every(
      ({ id, revision }, index) =>
        id.toLowerCase() === events[index]?.id.toLowerCase() && Number(revision) === expected + 1 + index,
    );
    const last = found.at(-1);
    return same && last ? { revision: Number(last.revision), position: positionOf(last) } : undefined;
  }

  private remember(id: string): void {
    const oldest = this.tried.values().next();
    if (this.tried.size >= TRIED_MAX && !oldest.done) this.tried.delete(oldest.value);
    this.tried.add(id);
  }
}

/** The append may be in the log, although this read failed. */
const asAmbiguous = (error: unknown): never => {
  if (!(error instanceof StoreUnavailable)) throw error;
  throw new StoreUnavailable(error.message, true, { cause: error });
};
