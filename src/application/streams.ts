import { Injectable } from '@nestjs/common';
import { type Decider, isRejection, type Rejection, reject } from '../domain/decider.js';
import { CommandRejected } from './command-rejected.js';
import { EventSchemas } from './ports/event-schemas.js';
import {
  type Appended,
  EventStore,
  type NewEvent,
  NO_STREAM,
  type RecordedEvent,
  RevisionConflict,
  StoreUnavailable,
} from './ports/event-store.js';
import { Ids } from './ports/ids.js';

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

const ATTEMPTS_MAX = 5;

/** The imperative shell around every decider: read, fold, decide, append; again when another writer came first. */
@Injectable()
export class Streams {
  constructor(
    private readonly store: EventStore,
    private readonly schemas: EventSchemas,
    private readonly ids: Ids,
  ) {}

  /**
   * Carries out `command` on the aggregate `id`. The same `meta.commandId` again changes nothing and answers like the
   * first time. With `fresh` the stream is first taken to be new, which saves reading it.
   *
   * @throws {CommandRejected} when the decider refuses, or when the command id was used with other content
   * @throws {RevisionConflict} when the stream is still contended after 5 attempts
   * @throws {StoreBusy} {StoreFull} {StoreUnavailable} {StoreStopped} see EventStore
   */
  async transact<C, E extends Fact, S, R extends Rejection>(
    decider: Decider<C, E, S, R>,
    id: string,
    command: C,
    meta: CommandMeta,
    options: { readonly fresh?: boolean } = {},
  ): Promise<Receipt> {
    const stream = `${decider.category}-${id}`;

    for (let attempt = 1; ; attempt++) {
      const assumeNew = options.fresh === true && attempt === 1;
      const past = assumeNew
        ? { state: decider.initial, revision: NO_STREAM, position: 0n }
        : await this.fold(decider, stream, meta);
      if ('done' in past) return { id, position: past.done.position, appended: 0 };

      const outcome = decider.decide(command, past.state);
      if (isRejection(outcome)) {
        if (!assumeNew) throw new CommandRejected(outcome);
        continue; // The refusal may be wrong about a stream that exists.
      }
      if (outcome.length === 0) return { id, position: past.position, appended: 0 };

      try {
        const { position } = await this.append(stream, past.revision, this.recordable(outcome, stream, meta));
        return { id, position, appended: outcome.length };
      } catch (error) {
        if (!(error instanceof RevisionConflict) || attempt === ATTEMPTS_MAX) throw error;
      }
    }
  }

  /** The aggregate `id` as it is now; revision NO_STREAM when it has no events. */
  async load<C, E extends Fact, S, R extends Rejection>(
    decider: Decider<C, E, S, R>,
    id: string,
  ): Promise<Loaded<S>> {
    let state = decider.initial;
    let revision = NO_STREAM;
    let position = 0n;
    for await (const page of this.store.readStream(`${decider.category}-${id}`)) {
      for (const event of page) {
        state = decider.evolve(state, this.schemas.today(event) as unknown as E);
        ({ revision, position } = event);
      }
    }
    return { state, revision, position };
  }

  /** As `load`, but looks on its way whether `meta.commandId` has been carried out already. */
  private async fold<C, E extends Fact, S, R extends Rejection>(
    decider: Decider<C, E, S, R>,
    stream: string,
    meta: CommandMeta,
  ): Promise<Loaded<S> | { readonly done: RecordedEvent }> {
    let state = decider.initial;
    let revision = NO_STREAM;
    let position = 0n;
    let done: RecordedEvent | undefined;
    for await (const page of this.store.readStream(stream)) {
      for (const event of page) {
        if (event.metadata.commandId === meta.commandId) done = event;
        else if (done) break;
        state = decider.evolve(state, this.schemas.today(event) as unknown as E);
        ({ revision, position } = event);
      }
    }
    if (!done) return { state, revision, position };
    if (done.metadata.commandHash !== meta.commandHash) throw new CommandRejected(KEY_REUSED);
    return { done };
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

  /** Repeats an append whose outcome is unknown: the ids make that harmless. */
  private async append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.store.append(stream, expected, events);
      } catch (error) {
        const unknown = error instanceof StoreUnavailable && error.ambiguous;
        if (!unknown || attempt === ATTEMPTS_MAX) throw error;
      }
    }
  }
}

const KEY_REUSED = reject(
  'IdempotencyKeyReused',
  'This Idempotency-Key was used before with other content. Use a new key for a new command.',
);
