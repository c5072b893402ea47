import { randomUUID } from 'node:crypto';

/** An event as the server stores it. */
export type Stored = {
  /** Position of the commit. */
  readonly position: bigint;
  /** Position of the event itself. Differs from the commit only in a transaction of the old TCP protocol. */
  readonly prepare: bigint;
  readonly stream: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
};

export type Proposed = Omit<Stored, 'position' | 'prepare' | 'stream' | 'revision'>;

type Outcome =
  | { readonly written: Stored; readonly repeated: boolean }
  /** The stream's last revision, -1n when there is no stream. */
  | { readonly wrongRevision: bigint };

/** Bytes that the server adds to each record. */
const RECORD_OVERHEAD = 61;
/** The server writes its statistics after this many events of clients. */
const EVENTS_PER_STATISTICS = 3;

/** The server's transaction log: system events are interleaved with client events, and positions are file offsets. */
export class MemoryLog {
  readonly records: Stored[] = [];
  private readonly streams = new Map<string, Stored[]>();
  private readonly watchers = new Set<() => void>();
  private end = 0n;
  private written = 0;

  constructor() {
    this.add('$users', systemEvent('$UserCreated'));
    this.add('$settings', systemEvent('PasswordRules')); // A system stream with an event of a common type.
  }

  stream(name: string): readonly Stored[] {
    return this.streams.get(name) ?? [];
  }

  /** Events of clients. */
  get ofClients(): readonly Stored[] {
    return this.records.filter(({ stream, type }) => !stream.startsWith('$') && !type.startsWith('$'));
  }

  /** Appends with EventStoreDB's idempotency: detects a repeat of the same ids at the same expected revision. */
  append(stream: string, expected: bigint, events: readonly Proposed[]): Outcome {
    const past = this.stream(stream);
    const current = BigInt(past.length) - 1n;
    if (expected !== current) {
      const first = Number(expected) + 1;
      const same = past.slice(first, first + events.length);
      const repeated = same.length === events.length && same.every(({ id }, i) => id === events[i]?.id);
      return repeated ? { written: same.at(-1)!, repeated } : { wrongRevision: current };
    }
    for (const event of events) this.add(stream, event);
    const written = this.stream(stream).at(-1)!;
    this.written += events.length;
    if (this.written % EVENTS_PER_STATISTICS < events.length) this.addSystemEvents(1);
    for (const watcher of this.watchers) watcher();
    return { written, repeated: false };
  }

  /** Adds statistics and links that a projection of the server writes into a non-system stream. */
  addSystemEvents(count: number): void {
    for (let n = 0; n < count; n++) {
      this.add('$stats-127.0.0.1:2113', systemEvent('$statsCollected'));
      this.add('links-all', systemEvent('$>'));
    }
  }

  /** Removes the first `count` events of a stream, as a truncation and a scavenge do. */
  truncate(stream: string, count: number): void {
    const gone = new Set(this.stream(stream).slice(0, count));
    const kept = this.stream(stream).filter((stored) => !gone.has(stored));
    this.streams.set(stream, kept);
    this.records.splice(0, this.records.length, ...this.records.filter((stored) => !gone.has(stored)));
  }

  /** Adds events in one transaction of the old TCP protocol: all have the position of its commit. */
  addTransaction(stream: string, events: readonly Proposed[]): void {
    for (const event of events) this.add(stream, event);
    const position = this.end;
    this.end += BigInt(RECORD_OVERHEAD);
    for (const stored of this.stream(stream).slice(-events.length)) Object.assign(stored, { position });
  }

  /** Resolves at the next append, or when `signal` aborts. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.watchers.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.watchers.add(done);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }

  private add(stream: string, event: Proposed): void {
    const past = this.streams.get(stream) ?? [];
    this.streams.set(stream, past);
    const position = this.end + 17n;
    const stored = { ...event, stream, revision: BigInt(past.length), position, prepare: position };
    this.end = stored.position + BigInt(RECORD_OVERHEAD + event.data.length + event.metadata.length);
    past.push(stored);
    this.records.push(stored);
  }
}

const systemEvent = (type: string): Proposed => ({
  id: randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(JSON.stringify({ 'proc-mem': 4096 })),
  metadata: new Uint8Array(),
});
