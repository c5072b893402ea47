export type ImportProgress = {
  /** `checking` is the first reading, which tells files apart; `importing` the second one. */
  readonly phase: 'checking' | 'importing';
  readonly rows: number;
  /** Of the unpacked content that was read in this phase. */
  readonly bytes: number;
  /** All there is to read; 0 while that is not known yet. */
  readonly totalBytes: number;
  readonly elapsedMs: number;
};

const PROGRESS_EVERY_MS = 100;

/** Tells how far an import is, not too often. */
export class ProgressMeter {
  rows = 0;
  private phase: ImportProgress['phase'] = 'checking';
  private bytes = 0;
  private totalBytes = 0;
  private began = performance.now();
  private toldAt = this.began;

  constructor(private readonly tell: ((progress: ImportProgress) => void) | undefined) {}

  /** The second phase, in which `totalBytes` are to be read. */
  begin(totalBytes: number): void {
    this.phase = 'importing';
    this.bytes = 0;
    this.totalBytes = totalBytes;
    this.began = performance.now();
  }

  read(bytes: number): void {
    this.bytes += bytes;
    const now = performance.now();
    if (!this.tell || now - this.toldAt < PROGRESS_EVERY_MS) return;
    this.toldAt = now;
    const { phase, rows, totalBytes } = this;
    this.tell({ phase, rows, bytes: this.bytes, totalBytes, elapsedMs: Math.round(now - this.began) });
  }
}

const CARRIAGE_RETURN_AND_CLEAR = '\r\u001B[K';

/** The line that a terminal shows. */
export const progressLine = ({ phase, rows, bytes, totalBytes, elapsedMs }: ImportProgress): string => {
  if (phase === 'checking') return `checking   ${megabytes(bytes)} MB`;
  const share = totalBytes === 0 ? 1 : Math.min(1, bytes / totalBytes);
  const left = share > 0 ? Math.ceil((elapsedMs * (1 - share)) / share / 1_000) : 0;
  const rate = elapsedMs > 0 ? Math.round((rows * 1_000) / elapsedMs) : 0;
  return `importing  ${Math.floor(share * 100)} %  ${grouped(rows)} rows  ${grouped(rate)} rows/s  ${left} s left`;
};

/** Shows progress on one line of a terminal that renews itself; says nothing elsewhere. `close` wipes the line. */
export const progressOn = (
  stream: Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean },
): { readonly show: (progress: ImportProgress) => void; readonly close: () => void } => {
  if (!stream.isTTY) return { show: () => {}, close: () => {} };
  return {
    show: (progress) => void stream.write(CARRIAGE_RETURN_AND_CLEAR + progressLine(progress)),
    close: () => void stream.write(CARRIAGE_RETURN_AND_CLEAR),
  };
};

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);

const grouped = (count: number): string => count.toLocaleString('en');
