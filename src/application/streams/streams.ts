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

/** Who asked for a command, when, and under which id it may be repeated. */
export type CommandMeta = {
  readonly commandId: string;
  readonly commandHash: string;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly actor: string;
  /** UTC, epoch milliseconds. */
  readonly at: number;
};

/** The answer to every command. A query with `position` as its `Min-Position` sees what the command did. */
export type Receipt = {
  readonly id: string;
  readonly position: bigint;
  /** Events that this call added: 0 for a repeat, or when nothing had to change. */
  readonly appended: number;
};

export type Loaded<S> = { readonly state: S; readonly revision: number; readonly position: bigint };

type Fact = { readonly type: string; readonly data: object };

/** How a command meets its stream. */
export type Expectation = {
  /** The stream is first taken to be new, which saves reading it. */
  readonly fresh?: boolean;
  /** More will soon be asked of the stream: its state stays in memory. */
  readonly hot?: boolean;
};

/** A stream as far as it was read, with the ids of the commands that it came from. */
type Folded<S> = Loaded<S> & { readonly commands: Set<string> };

/** Only writers in other processes come first: within this one, those who write to a stream take locks. */
const ATTEMPTS_MAX = 16;

/** Hot streams in memory, at least; twice as many at most. */
const REMEMBERED = 10_000;

/**
 * A stream of more commands than these is read each time: what a repeat is recognised by must not fill the memory. While
 * others wait for it it is handed on all the same.
 */
const COMMANDS_REMEMBERED = 100;

/** The imperative shell around every decider: read, fold, decide, append; again when another writer came first. */
@Injectable()
export class Streams {
  private readonly locks = new StreamLocks((stream) => this.tidy(stream));
  /** The log only grows: of a stream that was folded before, what came since is all that need be read. */
  private readonly remembered = new RecentlyUsedMap<Folded<unknown>>(REMEMBERED);

  constructor(
    private readonly store: EventStore,
    private readonly schemas: EventSchemas,
    private readonly ids: Ids,
  ) {}

  /**
   * Carries out `command` on the aggregate `id`. The same `meta.commandId` again changes nothing and answers like the
   * first time.
   *
   * @throws {CommandRejected} when the decider refuses, or when the command id was used with other content
   * @throws {RevisionConflict} when writers in other processes came first again and again
   * @throws {StoreBusy} {StoreFull} {StoreUnavailable} {StoreStopped} see EventStore
   */
  transact<C, E extends Fact, S, R extends Rejection>(
    decider: Decider<C, E, S, R>,
    id: string,
    command: C,
    meta: CommandMeta,
    expectation: Expectation = {},
  ): Promise<Receipt> {
    const stream = `${decider.category}-${id}`;
    return this.locks.hold(stream, () => this.inTurn(decider, { id, stream }, command, meta, expectation));
  }

  /**
   * As `transact`, for a stream that is new but for a repeat and of which nothing more will soon be asked: it takes no turn
   * and is not remembered.
   *
   * @throws as `transact`
   */
  async open<C, E extends Fact, S, R extends Rejection>(
    decider: Decider<C, E, S, R>,
    id: string,
    command: C,
    meta: CommandMeta,
  ): Promise<Receipt> {
    const outcome = decider.decide(command, decider.initial);
    if (isRejection(outcome) || outcome.length === 0) return this.transact(decider, id, command, meta);
    const stream = `${decider.category}-${id}`;
    try {
      const { position } = await appendUntilKnown(
        this.store,
        stream,
        NO_STREAM,
        this.recordable(outcome, stream, meta),
      );
      return { id, position, appended: outcome.length };
    } catch (error) {
      if (!(error instanceof RevisionConflict)) throw error;
      return this.transact(decider, id, command, meta);
    }
  }

  private async inTurn<C, E extends Fact, S, R extends Rejection>(
    decider: Decider<C, E, S, R>,
    { id, stream }: { readonly id: string; readonly stream: string },
    command: C,
    meta: CommandMeta,
    { fresh = false, hot = false }: Expectation,
  ): Promise<Receipt> {
    for (let attempt = 1; ; attempt++) {
      const known = this.known<S>(stream);
      const assumeNew = fresh && attempt === 1 && known === undefined;
      const folded = assumeNew ? unread(decider) : this.fold(decider, stream, meta, known);
      const past = folded instanceof Promise ? await folded : folded;
      if ('done' in past) return { id, position: past.done.position, appended: 0 };

      const outcome = decider.decide(command, past.state);
      if (isRejection(outcome)) {
        if (!assumeNew) throw new CommandRejected(outcome);
        continue; // The refusal may be wrong about a stream that exists.
      }
      if (outcome.length === 0) return { id, position: past.position, appended: 0 };

      try {
        const appended = await appendUntilKnown(
          this.store,
          stream,
          past.revision,
          this.recordable(outcome, stream, meta),
        );
        const state = outcome.reduce(decider.evolve, past.state);
        this.remember(stream, hot, { ...appended, state, commands: past.commands.add(meta.commandId) });
        return { id, position: appended.position, appended: outcome.length };
      } catch (error) {
        if (!(error instanceof RevisionConflict) || attempt === ATTEMPTS_MAX) throw error;
      }
    }
  }

  /** The aggregate `id` as it is now; revision NO_STREAM when it has no events. */
  async load<C, E extends Fact, S, R extends Rejection>(
    decider: Decider<C, E, S, R>,
    id: string,
    { hot = false }: Pick<Expectation, 'hot'> = {},
  ): Promise<Loaded<S>> {
    const stream = `${decider.category}-${id}`;
    const { commands, ...known } = this.known<S>(stream) ?? unread(decider);
    let { state, revision, position } = known;
    const pages = this.store.readStream(stream, revision + 1);
    if (pages === NO_PAGES) return { state, revision, position };
    for await (const page of pages) {
      for (const event of page) {
        if (hot) commands.add(event.metadata.commandId);
        state = decider.evolve(state, this.schemas.upcast(event) as unknown as E);
        ({ revision, position } = event);
      }
    }
    if (hot && revision !== NO_STREAM) this.remember(stream, hot, { state, revision, position, commands });
    return { state, revision, position };
  }

  /** As `load`, but looks whether `meta.commandId` has been carried out already. At once where nothing must be read. */
  private fold<C, E extends Fact, S, R extends Rejection>(
    decider: Decider<C, E, S, R>,
    stream: string,
    meta: CommandMeta,
    known: Folded<S> | undefined,
  ): Folded<S> | Promise<Folded<S> | { readonly done: RecordedEvent }> {
    const before = known?.commands.has(meta.commandId) === false ? known : unread(decider);
    const pages = this.store.readStream(stream, before.revision + 1);
    return pages === NO_PAGES ? before : this.foldOn(decider, before, pages, meta);
  }

  private async foldOn<C, E extends Fact, S, R extends Rejection>(
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

  private known<S>(stream: string): Folded<S> | undefined {
    return this.remembered.find(stream) as Folded<S> | undefined;
  }

  private remember(stream: string, hot: boolean, folded: Folded<unknown>): void {
    const isSmall = folded.commands.size <= COMMANDS_REMEMBERED;
    if ((hot && isSmall) || this.locks.isWaitedFor(stream)) this.remembered.set(stream, folded);
    else this.remembered.delete(stream);
  }

  /** What was kept for those who waited goes with the last of them. */
  private tidy(stream: string): void {
    const size = this.known(stream)?.commands.size ?? 0;
    if (size > COMMANDS_REMEMBERED) this.remembered.delete(stream);
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

const unread = <C, E, S, R extends Rejection>({ initial }: Decider<C, E, S, R>): Folded<S> => ({
  state: initial,
  revision: NO_STREAM,
  position: START,
  commands: new Set(),
});

const KEY_REUSED = reject(
  'IdempotencyKeyReused',
  'This Idempotency-Key was used before with other content. Use a new key for a new command.',
);
