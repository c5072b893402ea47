/** Where a stream stands: its number in the log and the revision of its last event. */
export type StreamHead = { readonly id: number; revision: number };

/** Streams in one generation: with two of them, some 2 MiB. A stream that is forgotten costs two look-ups in the file. */
const GENERATION_MAX = 10_000;

/**
 * The heads of the streams that were written lately. Streams are without number, so it forgets: a head that is not used
 * while a whole generation of others comes in is dropped.
 */
export class StreamHeads {
  private young = new Map<string, StreamHead>();
  private old = new Map<string, StreamHead>();

  get(stream: string): StreamHead | undefined {
    const head = this.young.get(stream);
    if (head) return head;
    const aged = this.old.get(stream);
    if (aged) this.set(stream, aged);
    return aged;
  }

  set(stream: string, head: StreamHead): void {
    if (this.young.size >= GENERATION_MAX) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(stream, head);
  }

  clear(): void {
    this.young.clear();
    this.old.clear();
  }
}
