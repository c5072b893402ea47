/** Whether the process has begun to stop: it then answers what is under way and takes nothing new. */
export class Drain {
  private readonly stopping = new AbortController();

  /** Aborts when the process begins to stop: for answers that would not end by themselves. */
  readonly signal: AbortSignal = this.stopping.signal;

  get begun(): boolean {
    return this.signal.aborted;
  }

  begin(): void {
    this.stopping.abort();
  }
}
