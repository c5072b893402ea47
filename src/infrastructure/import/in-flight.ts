/**
 * A bounded number of jobs under way. When it is full, the next one waits until half of them are done: they end in
 * groups, as the store commits them, and so they begin in groups as well.
 */
export class InFlight {
  private count = 0;
  private failure: { readonly error: unknown } | undefined;
  private wake: (() => void) | undefined;
  private wakeAt = 0;

  constructor(private readonly capacity: number) {}

  get isFull(): boolean {
    return this.count >= this.capacity;
  }

  /** Takes a job on; what it throws, `room` and `done` throw. */
  add(job: Promise<void>): void {
    this.count++;
    job.then(this.settled, (error: unknown) => {
      this.failure ??= { error };
      this.settled();
    });
  }

  /** Fulfils when there is room for half of the capacity. */
  room(): Promise<void> {
    return this.below(this.capacity / 2);
  }

  /** Fulfils when no job is left. */
  done(): Promise<void> {
    return this.below(0);
  }

  private async below(count: number): Promise<void> {
    if (this.count > count) {
      this.wakeAt = count;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
    if (this.failure) throw this.failure.error;
  }

  private readonly settled = (): void => {
    this.count--;
    if (this.count <= this.wakeAt) this.wake?.();
  };
}
