/**
 * Bounds the number of concurrent jobs. At the limit the next job waits until half of them are done: the store commits jobs
 * in groups, so they start in groups too.
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

  /** Adds a job. If it fails, `room` and `done` throw its error. */
  add(job: Promise<void>): void {
    this.count++;
    job.then(this.settled, (error: unknown) => {
      this.failure ??= { error };
      this.settled();
    });
  }

  /** Resolves once half of the capacity is free. */
  room(): Promise<void> {
    return this.below(this.capacity / 2);
  }

  /** Resolves once all jobs are done. */
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
