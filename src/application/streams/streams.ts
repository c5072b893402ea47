import { Injectable } from '@nestjs/common';
import { type Decider, isRejection, type Rejection, reject } from '../../domain/decider.js';
import { appendUntilKnown } from './append-until-known.js';
import { CommandRejected } from './command-rejected.js';
import { EventSchemas } from '../ports/event-schemas.js';
import {
  EventStore,
  type NewEvent,
  NO_PAGES,
  NO_STREAM,
  type RecordedEvent,
  RevisionConflict,
  START,
} from '../ports/event-store.js';
import { Ids } from '../ports/ids.js';
import { RecentlyUsedMap } from './recently-used-map.js';
import { StreamLocks } from './stream-locks.js';

/** The sender of a command, its time, and the id under which it may be repeated. */
export type CommandMeta = {
  readonly commandId: string;
  readonly commandHash: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly actor: string;
  /** UTC, epoch milliseconds. */
  readonly at: number;
};

/** The answer to every command. A query with `position` as its `Min-Position` sees the effects of the command. */
export type Receipt = {
  readonly id: string;
  readonly position: bigint;
  /** Number of events of the command: 0 when nothing had to change, or when reading the stream showed a repeat. */
  readonly appended: number;
};

export type Loaded<S> = { readonly state: S; readonly revision: number; readonly position: bigint };

type Typed = { readonly type: string };
type Fact = Typed & { readonly data: object };

/** A command on its way into a stream. */
type Transaction<C extends Typed, E extends Fact, S, R extends Rejection> = {
  readonly decider: Decider<C, E, S, R>;
  readonly id: string;
  readonly stream: string;
  readonly command: C;
  readonly meta: CommandMeta;
  /** Whether the state after the command is kept. */
  readonly cached: boolean;
};

/** A stream folded up to `revision`, with the ids of the commands that caused its events. */
type Folded<S> = Loaded<S> & { readonly commands: Set<string> };

/** Attempts after a conflict. Only writers in other processes cause one: those in this process hold the stream's lock. */
const ATTEMPTS_MAX = 16;

/** Number of states in the cache; at most twice as many. */
const CACHED_STREAMS = 10_000;

/**
 * The state of a stream with more commands is not kept, so that the command ids, by which a repeat is recognised, do not
 * fill the memory. It is still passed on to the next writer that waits for the lock.
 */
const CACHED_COMMANDS_MAX = 100;

/** Runs deciders: reads the stream, folds it, decides and appends; repeats that after a conflict. */
@Injectable()
export class Streams {
  private readonly locks = new StreamLocks((stream) => this.evict(stream));
  /** Of a cached stream only the events after its revision are read: the log never changes before them. */
  private readonly cache = new RecentlyUsedMap<Folded<unknown>>(CACHED_STREAMS);

  constructor(
    private readonly store: EventStore,
    private readonly schemas: EventSchemas,
    private readonly ids: Ids,
  ) {}

  /**
   * Carries out `command` on the aggregate `id`. A repeat with the same `meta.commandId` changes nothing and gets the
   * receipt of the first time. Appends without an `await` before it if `command` begins its stream and its state is not
   * cached: such appends reach the store in the order of the calls.
   *
   * @throws {CommandRejected} when the decider refuses, or when the command id was used with other content
   * @throws {RevisionConflict} when writers in other processes came first again and again
   * @throws {StoreBusy} {StoreFull} {StoreUnavailable} {StoreStopped} see EventStore
   */
  transact<C extends Typed, E extends Fact, S, R extends Rejection>(
    decider: Decider<C, E, S, R>,
    id: string,
    command: NoInfer<C>,
    meta: CommandMeta,
  ): Promise<Receipt> {
    const { begunBy, cachedAfter } = decider.streamUse ?? {};
    const assumeNew = begunBy?.includes(command.type) === true;
    const cached = cachedAfter?.includes(command.type) === true;
    const transaction = { decider, id, stream: `${decider.category}-${id}`, command, meta, cached };
    return assumeNew && !cached ? this.begin(transaction) : this.transactWithLock(transaction, assumeNew);
  }

  /** Appends to a stream that is assumed to be new: takes no lock and keeps no state. */
  private async begin<C extends Typed, E extends Fact, S, R extends Rejection>(
    transaction: Transaction<C, E, S, R>,
  ): Promise<Receipt> {
    const { decider, id, stream, command, meta } = transaction;
    const outcome = decider.decide(command, decider.initial);
    // The outcome may be another one if the stream exists.
    if (isRejection(outcome) || outcome.length === 0) return this.transactWithLock(transaction);
    try {
      const events = this.recordable(outcome, stream, meta);
      const { position } = await appendUntilKnown(this.store, stream, NO_STREAM, events);
      return { id, position, appended: outcome.length };
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
      return this.transactWithLock(transaction);
    }
  }

  private transactWithLock<C extends Typed, E extends Fact, S, R extends Rejection>(
    transaction: Transaction<C, E, S, R>,
    assumeNew = false,
  ): Promise<Receipt> {
    return this.locks.hold(transaction.stream, () => this.transactLocked(transaction, assumeNew));
  }

  private async transactLocked<C extends Typed, E extends Fact, S, R extends Rejection>(
    { decider, id, stream, command, meta, cached }: Transaction<C, E, S, R>,
    assumeNew: boolean,
  ): Promise<Receipt> {
    for (let attempt = 1; ; attempt++) {
      const known = this.cachedState<S>(stream);
      const isAssumed = assumeNew && attempt === 1 && known === undefined;
      const folded = isAssumed ? unread(decider) : this.fold(decider, stream, meta, known);
      const past = folded instanceof Promise ? await folded : folded;
      if ('done' in past) return { id, position: past.done.position, appended: 0 };

      const outcome = decider.decide(command, past.state);
      if (isRejection(outcome)) {
        if (!isAssumed) throw new CommandRejected(outcome);
        continue; // The refusal may be wrong about a stream that exists.
      }
      if (outcome.length === 0) return { id, position: past.position, appended: 0 };

      try {
        const events = this.recordable(outcome, stream, meta);
        const appended = await appendUntilKnown(this.store, stream, past.revision, events);
        const state = outcome.reduce(decider.evolve, past.state);
        this.remember(stream, cached, { ...appended, state, commands: past.commands.add(meta.commandId) });
        return { id, position: appended.position, appended: outcome.length };
      } catch (error) {
        if (!(error instanceof RevisionConflict) || attempt === ATTEMPTS_MAX) throw error;
      }
    }
  }

  /** The present state of the aggregate `id`; revision NO_STREAM when it has no events. */
  async load<C extends Typed, E extends Fact, S, R extends Rejection>(
    decider: Decider<C, E, S, R>,
    id: string,
  ): Promise<Loaded<S>> {
    const cached = decider.streamUse?.cachedAfterLoad === true;
    const stream = `${decider.category}-${id}`;
    const { commands, ...known } = this.cachedState<S>(stream) ?? unread(decider);
    let { state, revision, position } = known;
    const pages = this.store.readStream(stream, revision + 1);
    if (pages === NO_PAGES) return { state, revision, position };
    for await (const page of pages) {
      for (const event of page) {
        if (cached) commands.add(event.metadata.commandId);
        state = decider.evolve(state, this.schemas.upcast(event) as unknown as E);
        ({ revision, position } = event);
      }
    }
    if (cached && revision !== NO_STREAM)
      this.remember(stream, cached, { state, revision, position, commands });
    return { state, revision, position };
  }

  /** As `load`, but notices a repeat of `meta.commandId`. Synchronous if there is nothing to read. */
  private fold<C extends Typed, E extends Fact, S, R extends Rejection>(
    decider: Decider<C, E, S, R>,
    stream: string,
    meta: CommandMeta,
    known: Folded<S> | undefined,
  ): Folded<S> | Promise<Folded<S> | { readonly done: RecordedEvent }> {
    const before = known?.commands.has(meta.commandId) === false ? known : unread(decider);
    const pages = this.store.readStream(stream, before.revision + 1);
    return pages === NO_PAGES ? before : this.foldOn(decider, before, pages, meta);
  }

  private async foldOn<C extends Typed, E extends Fact, S, R extends Rejection>(
    decider: Decider<C, E, S, R>,
    before: Folded<S>,
    pages: AsyncIterable<readonly RecordedEvent[]>,
    meta: CommandMeta,
  ): Promise<Folded<S> | { readonly done: RecordedEvent }> {
    const { commands } = before;
    let { state, revision, position } = before;
    let done: RecordedEvent | undefined;
    for await (const page of pages) {
      for (const event of page) {
        const { commandId } = event.metadata;
        if (commandId === meta.commandId) done = event;
        else if (done) break;
        commands.add(commandId);
        state = decider.evolve(state, this.schemas.upcast(event) as unknown as E);
        ({ revision, position } = event);
      }
    }
    if (!done) return { state, revision, position, commands };
    if (done.metadata.commandHash !== meta.commandHash) throw new CommandRejected(KEY_REUSED);
    return { done };
  }

  private cachedState<S>(stream: string): Folded<S> | undefined {
    return this.cache.find(stream) as Folded<S> | undefined;
  }

  private remember(stream: string, cached: boolean, folded: Folded<unknown>): void {
    const isSmall = folded.commands.size <= CACHED_COMMANDS_MAX;
    if ((cached && isSmall) || this.locks.isWaitedFor(stream)) this.cache.set(stream, folded);
    else this.cache.delete(stream);
  }

  /** Removes a state that was kept for waiting writers only, after the last of them. */
  private evict(stream: string): void {
    const size = this.cachedState(stream)?.commands.size ?? 0;
    if (size > CACHED_COMMANDS_MAX) this.cache.delete(stream);
  }

  private recordable(facts: readonly Fact[], stream: string, meta: CommandMeta): readonly NewEvent[] {
    const id = this.ids.derived(meta.commandId, meta.commandHash, stream);
    return facts.map(({ type, data }, index) => ({
      id: this.ids.numbered(id, index),
      type,
      data,
      metadata: { ...meta, schema: this.schemas.versionFor(type, data) },
    }));
  }
}

const unread = <C extends Typed, E, S, R extends Rejection>({ initial }: Decider<C, E, S, R>): Folded<S> => ({
  state: initial,
  revision: NO_STREAM,
  position: START,
  commands: new Set(),
});

const KEY_REUSED = reject(
  'IdempotencyKeyReused',
  'This Idempotency-Key was used before with other content. Use a new key for a new command.',
);
