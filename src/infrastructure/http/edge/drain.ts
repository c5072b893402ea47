/** The drain state of the process: once it begins, requests under way are completed and no new ones are accepted. */
export class Drain {
  private readonly stopping = new AbortController();

  /** Aborts when the drain begins, for responses that would not end by themselves. */
  readonly signal: AbortSignal = this.stopping.signal;

  get begun(): boolean {
    return this.signal.aborted;
  }

  begin(): void {
    this.stopping.abort();
  }
}
