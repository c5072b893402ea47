import { Injectable } from '@nestjs/common';
import { reject } from '../../../domain/decider.js';
import type { Period } from '../../../domain/royalty/periods/period-id.js';
import type { Sha256 } from '../../../domain/shared/exact/sha256.js';
import { CommandRejected } from '../../streams/command-rejected.js';
import { Digests } from '../../ports/digests.js';
import { EventSchemas } from '../../ports/event-schemas.js';
import { EventStore, StoreUnavailable } from '../../ports/event-store.js';
import { Telemetry } from '../../ports/telemetry.js';
import { NotReplayable, type ReplayRequest } from './replay-task.js';
import { replayVerdict, type ReplayVerdict } from './replay-verdict.js';

/** Parameters of a replay; see `ReplayRequest`. */
export type ReplayOrder = Pick<ReplayRequest, 'asOf' | 'rulesetHash'> & { readonly period: Period };

export type Replay = {
  readonly id: string;
  readonly order: ReplayOrder;
  readonly status: 'waiting' | 'running' | 'done' | 'failed';
  /** Decimal position up to which the log has been read. */
  readonly position: string;
  /** Number of plays read so far. */
  readonly plays: number;
  /** Present once `done`. */
  readonly verdict?: ReplayVerdict;
  /** Present once `failed`: a code and an explanation. */
  readonly failure?: { readonly code: string; readonly detail: string };
};

/** Maximum number of concurrent replays. */
const RUNNING_MAX = 2;
/** Maximum number of queued replays. */
const QUEUED_MAX = 8;
/** Maximum number of remembered replays; the oldest finished ones are dropped first. */
const KEPT_MAX = 50;

type Entry = { replay: Replay; changed: PromiseWithResolvers<void> };

/**
 * Runs replays of periods in the background, for audits. Replays write nothing and exist only in the memory of this
 * process: a restart drops them.
 */
@Injectable()
export class Replays {
  private readonly entries = new Map<string, Entry>();
  private readonly queued: string[] = [];
  private running = 0;

  constructor(
    private readonly store: EventStore,
    private readonly schemas: EventSchemas,
    private readonly digests: Digests,
    private readonly telemetry: Telemetry,
  ) {}

  /**
   * Starts or queues a replay. Idempotent by `id`.
   *
   * @throws {CommandRejected} `TooManyReplays`
   */
  start(id: string, order: ReplayOrder): Replay {
    const existing = this.get(id);
    if (existing) return existing;
    if (this.queued.length >= QUEUED_MAX) throw new CommandRejected(TOO_MANY);
    this.forget();
    const replay: Replay = { id, order, status: 'waiting', position: '0', plays: 0 };
    this.entries.set(id, { replay, changed: Promise.withResolvers() });
    this.queued.push(id);
    this.next();
    return this.get(id) ?? replay;
  }

  get(id: string): Replay | undefined {
    return this.entries.get(id)?.replay;
  }

  /** Emits the replay now and after each change, until it has finished. */
  async *watch(id: string): AsyncGenerator<Replay> {
    for (;;) {
      const entry = this.entries.get(id);
      if (!entry) return;
      const { replay, changed } = entry;
      yield replay;
      if (replay.status === 'done' || replay.status === 'failed') return;
      await changed.promise;
    }
  }

  private next(): void {
    while (this.running < RUNNING_MAX) {
      const id = this.queued.shift();
      const entry = id === undefined ? undefined : this.entries.get(id);
      if (!entry) return;
      this.running += 1;
      void this.run(entry).finally(() => {
        this.running -= 1;
        this.next();
      });
    }
  }

  private async run(entry: Entry): Promise<void> {
    const { store, schemas } = this;
    const onProgress = (position: bigint, plays: number): void =>
      change(entry, { position: position.toString(), plays });
    change(entry, { status: 'running' });
    try {
      const sha256: Sha256 = (data) => this.digests.sha256(data);
      const verdict = await replayVerdict({ ...entry.replay.order, store, schemas, sha256, onProgress });
      change(entry, { status: 'done', verdict });
    } catch (error) {
      if (error instanceof NotReplayable)
        change(entry, { status: 'failed', failure: { code: error.code, detail: error.message } });
      else {
        this.telemetry.fault(error, entry.replay.id);
        if (error instanceof StoreUnavailable)
          return change(entry, { status: 'failed', failure: UNAVAILABLE });
        const detail = 'A fault of the service. The operator finds it by the id of the replay.';
        change(entry, { status: 'failed', failure: { code: 'InternalError', detail } });
      }
    }
  }

  private forget(): void {
    for (const [id, { replay }] of this.entries) {
      if (this.entries.size < KEPT_MAX) return;
      if (replay.status === 'done' || replay.status === 'failed') this.entries.delete(id);
    }
  }
}

const TOO_MANY = reject('TooManyReplays', 'The queue of replays is full. Try again when some have finished.');

const UNAVAILABLE = {
  code: 'StoreUnavailable',
  detail: 'The event log is unavailable. Request the replay again.',
};

const change = (entry: Entry, what: Partial<Replay>): void => {
  entry.replay = { ...entry.replay, ...what };
  entry.changed.resolve();
  entry.changed = Promise.withResolvers();
};
