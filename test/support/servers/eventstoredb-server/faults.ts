/** Client calls into which faults can be injected. `readBackwards` is a read of `$all` from its end. */
export type Call = 'append' | 'readStream' | 'readAll' | 'readBackwards' | 'subscribe';

export type Fault =
  /** Answers that it is not the leader, and names the leader if it knows one. */
  | { readonly kind: 'not-leader'; readonly leader?: { readonly host: string; readonly port: number } }
  | { readonly kind: 'busy' }
  | { readonly kind: 'not-ready' }
  /** Accepts the call and never responds. An append is not written. */
  | { readonly kind: 'silence' }
  /** Writes the append, then resets the connection. */
  | { readonly kind: 'answer-lost' }
  /** Writes the append and never responds. */
  | { readonly kind: 'answer-withheld' }
  /** Resets the connection after `after` events. */
  | { readonly kind: 'cut'; readonly after: number }
  /** Aborts the call after `after` events. */
  | { readonly kind: 'drop'; readonly after: number }
  /** Ends the call after `after` events as if it were complete. */
  | { readonly kind: 'end'; readonly after: number }
  /** Confirms the subscription and keeps it open, but delivers nothing. */
  | { readonly kind: 'mute' }
  /** Waits `ms` milliseconds before each response or event. */
  | { readonly kind: 'slow'; readonly ms: number };

/** A queue of faults for each kind of call. */
export class Faults {
  private readonly waiting = new Map<Call, Fault[]>();

  /** Queues `fault` for `times` calls of this kind, after the faults already queued. */
  next(call: Call, fault: Fault, times = 1): void {
    const queue = this.waiting.get(call) ?? [];
    this.waiting.set(call, [...queue, ...Array.from({ length: times }, () => fault)]);
  }

  /** Whether a fault is queued for this kind of call. */
  waits(call: Call): boolean {
    return (this.waiting.get(call)?.length ?? 0) > 0;
  }

  /** Removes all queued faults. */
  clear(): void {
    this.waiting.clear();
  }

  /** Whether every queued fault was injected. */
  get spent(): boolean {
    return [...this.waiting.values()].every((queue) => queue.length === 0);
  }

  take(call: Call): Fault | undefined {
    return this.waiting.get(call)?.shift();
  }
}
