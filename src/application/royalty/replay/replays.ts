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

/** What is asked for; see `ReplayRequest`. */
export type ReplayOrder = Pick<ReplayRequest, 'asOf' | 'rulesetHash'> & { readonly period: Period };

export type Replay = {
  readonly id: string;
  readonly order: ReplayOrder;
  readonly status: 'waiting' | 'running' | 'done' | 'failed';
  /** In the log, decimal; how far it has read. */
  readonly position: string;
  /** That it has found so far. */
  readonly plays: number;
  /** When it is done. */
  readonly verdict?: ReplayVerdict;
  /** When it failed: a code, and why in words. */
  readonly failure?: { readonly code: string; readonly detail: string };
};

/** Replays that run at once. */
const RUNNING_MAX = 2;
/** Replays that wait for them. */
const WAITING_MAX = 8;
/** Replays that are remembered, the oldest that are over being forgotten first. */
const KEPT_MAX = 50;

type Entry = { replay: Replay; changed: PromiseWithResolvers<void> };

/**
 * Replays of periods in the background, for audits. They change nothing and live in the memory of this process only: a
 * restart forgets them.
 */
@Injectable()
export class Replays {
  private readonly entries = new Map<string, Entry>();
  private readonly waiting: string[] = [];
  private running = 0;

  constructor(
    private readonly store: EventStore,
    private readonly schemas: EventSchemas,
    private readonly digests: Digests,
    private readonly telemetry: Telemetry,
  ) {}

  /**
   * Begins a replay, or puts it in line. The same id again is the same replay.
   *
   * @throws {CommandRejected} `TooManyReplays`
   */
  start(id: string, order: ReplayOrder): Replay {
    const known = this.get(id);
    if (known) return known;
    if (this.waiting.length >= WAITING_MAX) throw new CommandRejected(TOO_MANY);
    this.forget();
    const replay: Replay = { id, order, status: 'waiting', position: '0', plays: 0 };
    this.entries.set(id, { replay, changed: Promise.withResolvers() });
    this.waiting.push(id);
    this.next();
    return this.get(id) ?? replay;
  }

  get(id: string): Replay | undefined {
    return this.entries.get(id)?.replay;
  }

  /** The replay as it is now, and again whenever it has changed, until it is over. */
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
      const id = this.waiting.shift();
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

const TOO_MANY = reject('TooManyReplays', 'As many replays wait as may. Try again when some are done.');

const UNAVAILABLE = {
  code: 'StoreUnavailable',
  detail: 'The event log did not answer. Ask for the replay again.',
};

const change = (entry: Entry, what: Partial<Replay>): void => {
  entry.replay = { ...entry.replay, ...what };
  entry.changed.resolve();
  entry.changed = Promise.withResolvers();
};
