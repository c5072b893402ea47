import {
  type Appended,
  RevisionConflict,
  StoreBusy,
  StoreFull,
  StoreStopped,
  StoreUnavailable,
} from '../../../application/ports/event-store.js';
import type { PreparedAppend } from './log-writer.js';
import { messageOf, SQLITE, sqliteCode } from '../../shared/sqlite-failure.js';

/** Most appends that may wait. */
const WAITING_MAX = 10_000;

/** Most JSON that may wait, in characters. */
const WAITING_CHARACTERS_MAX = 64 * 1024 * 1024;

/** A run takes no more appends once it has this many events, so that it does not block the event loop for long. */
const RUN_EVENTS_MAX = 2_000;

/** Writes a run of appends durably, in one transaction; see LogWriter.write. */
export type WriteRun = (appends: readonly PreparedAppend[]) => readonly (Appended | RevisionConflict)[];

type Waiting = {
  readonly append: PreparedAppend;
  readonly characters: number;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: Error) => void;
};

/**
 * Collects the appends of one turn of the event loop into one transaction with one sync to disk. There is no timer: the
 * next run collects during a sync, so its size follows the load, and a single append does not wait for others.
 */
export class GroupCommit {
  private waiting: Waiting[] = [];
  private characters = 0;
  private scheduled = false;
  private closing = false;
  private stopped: StoreStopped | undefined;
  private drained: (() => void) | undefined;

  constructor(
    private readonly write: WriteRun,
    private readonly onCommit: () => void,
    private readonly onStopped: (error: StoreStopped) => void,
  ) {}

  add(append: PreparedAppend): Promise<Appended> {
    const characters = append.events.reduce(
      (sum, { data, metadata }) => sum + data.length + metadata.length,
      0,
    );
    return new Promise((resolve, reject) => {
      const refusal = this.refusal(characters);
      if (refusal) return reject(refusal);
      this.waiting.push({ append, characters, resolve, reject });
      this.characters += characters;
      this.schedule();
    });
  }

  /** Accepts no more appends; resolves once all waiting ones are settled. */
  async close(): Promise<void> {
    this.closing = true;
    if (this.waiting.length > 0) await new Promise<void>((resolve) => (this.drained = resolve));
  }

  private refusal(characters: number): Error | undefined {
    if (this.stopped) return this.stopped;
    if (this.closing) return new StoreUnavailable('The log is closed.', false);
    const full = this.waiting.length >= WAITING_MAX || this.characters + characters > WAITING_CHARACTERS_MAX;
    return full ? new StoreBusy(`${this.waiting.length} appends wait for the disk.`) : undefined;
  }

  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => this.flush());
  }

  private flush(): void {
    this.scheduled = false;
    const run = this.nextRun();
    let answers: readonly (Appended | RevisionConflict)[];
    try {
      answers = this.write(run.map(({ append }) => append));
    } catch (error) {
      this.fail(run, error);
      return;
    }
    this.onCommit();
    run.forEach(({ resolve, reject }, index) => {
      const answer = answers[index];
      if (answer instanceof RevisionConflict) reject(answer);
      else if (answer) resolve(answer);
    });
    this.goOn();
  }

  private nextRun(): readonly Waiting[] {
    let events = 0;
    let end = 0;
    while (end < this.waiting.length && events < RUN_EVENTS_MAX) {
      const next = this.waiting[end++];
      events += next?.append.events.length ?? 0;
      this.characters -= next?.characters ?? 0;
    }
    const run = this.waiting.slice(0, end);
    this.waiting = this.waiting.slice(end);
    return run;
  }

  /** After a full disk, later appends may succeed. After any other failure the state of the disk is unknown: writes stop. */
  private fail(run: readonly Waiting[], error: unknown): void {
    if (sqliteCode(error) === SQLITE.FULL) {
      const full = new StoreFull('The disk of the log is full.', { cause: error });
      for (const { reject } of run) reject(full);
      this.goOn();
      return;
    }
    this.stopped = new StoreStopped(`The log could not be written: ${messageOf(error)}`, { cause: error });
    for (const { reject } of [...run, ...this.waiting]) reject(this.stopped);
    this.waiting = [];
    this.characters = 0;
    this.goOn();
    this.onStopped(this.stopped);
  }

  private goOn(): void {
    if (this.waiting.length > 0) this.schedule();
    else this.drained?.();
  }
}
