import { repeatUntilDone } from './backoff.js';
import type { EventSchemas } from '../ports/event-schemas.js';
import type { EventStore, RecordedEvent, Selection } from '../ports/event-store.js';
import type { Build, Model, ReadModels } from '../ports/read-models.js';
import type { Timer } from '../ports/timer.js';

/** A process manager: sends the commands that follow from events. */
export type Process = {
  /** Kebab-case, unique, never changed: the checkpoint is stored under it. */
  readonly name: string;
  /** A higher version reads the whole log again, which is harmless: repeated commands change nothing. */
  readonly version: number;
  readonly select: Selection;
  /**
   * Sends the commands that follow from the event, in order, under ids derived from it: an event is delivered again after a
   * crash. When it throws, the same event is retried until it succeeds.
   */
  readonly react: (event: RecordedEvent) => Promise<void>;
};

/** The progress of a process, for readiness and metrics. */
export type ProcessState = {
  readonly name: string;
  /** It has reacted to every event at or before it. Absent until its checkpoint was read. */
  readonly position?: bigint;
  /** The failure that is being retried. */
  readonly error?: string;
};

/** Runs one process over the log, one event at a time, from a checkpoint that is stored with the read models. */
export class ProcessRunner {
  private reached: bigint | undefined;
  private failure: string | undefined;

  constructor(
    private readonly process: Process,
    private readonly store: EventStore,
    private readonly models: ReadModels,
    private readonly schemas: EventSchemas,
    private readonly timer: Timer,
  ) {}

  get status(): ProcessState {
    const { name } = this.process;
    return {
      name,
      ...(this.reached === undefined ? {} : { position: this.reached }),
      ...(this.failure === undefined ? {} : { error: this.failure }),
    };
  }

  /**
   * Until `signal` aborts; with `toHead`, until the head of the log as it is met. Never throws: a failure shows
   * in `status`, and the event is retried.
   */
  async run(signal: AbortSignal, toHead = false): Promise<void> {
    const attempt = async () => {
      await this.follow(signal, toHead);
      return 'done' as const;
    };
    await repeatUntilDone(attempt, {
      timer: this.timer,
      signal,
      position: () => this.reached,
      onFailure: (message) => (this.failure = message),
    });
  }

  private async follow(signal: AbortSignal, toHead: boolean): Promise<void> {
    const build = await this.checkpointBuild();
    this.reached = await this.models.checkpoint(build);
    for await (const page of this.store.subscribe(this.reached, { select: this.process.select, signal })) {
      for (const event of page.events) {
        if (signal.aborted) return;
        try {
          await this.process.react(this.schemas.upcast(event));
        } catch (thrown) {
          // The events before it are not delivered again.
          await this.commit(build, event.position - 1n);
          throw thrown;
        }
      }
      await this.commit(build, page.upTo);
      this.failure = undefined;
      if (toHead && page.atHead) return;
    }
  }

  private async commit(build: Build, position: bigint): Promise<void> {
    if (this.reached !== undefined && position <= this.reached) return;
    await this.models.commit(build, [], position);
    this.reached = position;
  }

  /** A model without documents, only with a checkpoint. */
  private async checkpointBuild(): Promise<Build> {
    const { name, version } = this.process;
    const model: Model = { name: `process-${name}`, version, fields: {}, indexes: [] };
    const { live } = await this.models.builds(model);
    if (live?.model.version === version) return live;
    const build = await this.models.begin(model);
    await this.models.swap(build);
    return build;
  }
}
