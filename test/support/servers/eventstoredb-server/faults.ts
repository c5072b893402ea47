/** The calls of a client that can go wrong, one by one. `readBackwards` is a read of `$all` from its end. */
export type Call = 'append' | 'readStream' | 'readAll' | 'readBackwards' | 'subscribe';

export type Fault =
  /** Not the leader; it names the leader if it knows one. */
  | { readonly kind: 'not-leader'; readonly leader?: { readonly host: string; readonly port: number } }
  | { readonly kind: 'busy' }
  | { readonly kind: 'not-ready' }
  /** Takes the call and never answers. An append is not written. */
  | { readonly kind: 'silence' }
  /** Writes the append, then the connection breaks. */
  | { readonly kind: 'answer-lost' }
  /** Writes the append and never answers. */
  | { readonly kind: 'answer-withheld' }
  /** The connection breaks after so many events. */
  | { readonly kind: 'cut'; readonly after: number }
  /** The server gives the call up after so many events. */
  | { readonly kind: 'drop'; readonly after: number }
  /** The server ends the call after so many events as if it were complete. */
  | { readonly kind: 'end'; readonly after: number }
  /** The subscription is confirmed and stays open, but delivers nothing. */
  | { readonly kind: 'mute' }
  /** Waits before each answer or event, in milliseconds. */
  | { readonly kind: 'slow'; readonly ms: number };

/** Faults that wait for their calls. */
export class Faults {
  private readonly waiting = new Map<Call, Fault[]>();

  /** The next `times` calls of this kind, after those already told, go wrong. */
  next(call: Call, fault: Fault, times = 1): void {
    const queue = this.waiting.get(call) ?? [];
    this.waiting.set(call, [...queue, ...Array.from({ length: times }, () => fault)]);
  }

  /** Whether a fault waits for this kind of call. */
  waits(call: Call): boolean {
    return (this.waiting.get(call)?.length ?? 0) > 0;
  }

  /** Nothing more goes wrong. */
  clear(): void {
    this.waiting.clear();
  }

  /** Whether every fault has happened. */
  get spent(): boolean {
    return [...this.waiting.values()].every((queue) => queue.length === 0);
  }

  take(call: Call): Fault | undefined {
    return this.waiting.get(call)?.shift();
  }
}
