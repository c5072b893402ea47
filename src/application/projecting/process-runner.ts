import type { EventSchemas } from '../ports/event-schemas.js';
import type { EventStore, RecordedEvent, Selection } from '../ports/event-store.js';
import type { Build, Model, ReadModels } from '../ports/read-models.js';
import type { Timer } from '../ports/timer.js';

/** What happens because something has happened: commands that follow from events. */
export type Process = {
  /** Kebab-case, unique, for ever. */
  readonly name: string;
  /** Counted up, the process hears the whole log again: its commands must bear that, as all do. */
  readonly version: number;
  readonly select: Selection;
  /**
   * Sends what follows from the event, in order, under ids derived from it: an event may come again after a crash.
   * What it throws is tried again, with this event, until it succeeds.
   */
  readonly react: (event: RecordedEvent) => Promise<void>;
};

/** How far a process has come, for readiness and metrics. */
export type ProcessState = {
  readonly name: string;
  /** It has reacted to every event at or before it. Absent until its checkpoint was read. */
  readonly position?: bigint;
  /** What it is being held up by. */
  readonly error?: string;
};

const PAUSE_MS_MIN = 50;
const PAUSE_MS_MAX = 5_000;

/** Runs one process along the log, one event at a time, from a checkpoint that is kept among the read models. */
export class ProcessRunner {
  private at: bigint | undefined;
  private trouble: string | undefined;

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
      ...(this.at === undefined ? {} : { position: this.at }),
      ...(this.trouble === undefined ? {} : { error: this.trouble }),
    };
  }

  /**
   * Until `signal` aborts; with `toHead`, until the head of the log as it is met. Never throws: trouble shows in
   * `status` and is tried again.
   */
  async run(signal: AbortSignal, toHead = false): Promise<void> {
    let pauseMs = PAUSE_MS_MIN;
    while (!signal.aborted) {
      const before = this.at;
      try {
        await this.follow(signal, toHead);
        return;
      } catch (thrown) {
        this.trouble = thrown instanceof Error ? thrown.message : String(thrown);
        if (this.at !== before) pauseMs = PAUSE_MS_MIN;
        await this.timer.after(pauseMs, signal);
        pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX);
      }
    }
  }

  private async follow(signal: AbortSignal, toHead: boolean): Promise<void> {
    const build = await this.checkpointBuild();
    this.at = await this.models.checkpoint(build);
    for await (const page of this.store.subscribe(this.at, { select: this.process.select, signal })) {
      for (const event of page.events) {
        if (signal.aborted) return;
        try {
          await this.process.react(this.schemas.upcast(event));
        } catch (thrown) {
          // What came before it need not be heard again.
          await this.reach(build, event.position - 1n);
          throw thrown;
        }
      }
      await this.reach(build, page.upTo);
      this.trouble = undefined;
      if (toHead && page.atHead) return;
    }
  }

  private async reach(build: Build, position: bigint): Promise<void> {
    if (this.at !== undefined && position <= this.at) return;
    await this.models.commit(build, [], position);
    this.at = position;
  }

  /** A model without documents: all that is kept of it is its checkpoint. */
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
