export type ImportProgress = {
  /** `checking`: the first pass, which computes fingerprints. `importing`: the second pass. */
  readonly phase: 'checking' | 'importing';
  readonly rows: number;
  /** Unpacked bytes read in this phase. */
  readonly bytes: number;
  /** Unpacked bytes to read in this phase; 0 while unknown. */
  readonly totalBytes: number;
  readonly elapsedMs: number;
};

const PROGRESS_EVERY_MS = 100;

/** Reports the progress of an import, at most ten times a second. */
export class ProgressMeter {
  rows = 0;
  private phase: ImportProgress['phase'] = 'checking';
  private bytes = 0;
  private totalBytes = 0;
  private began = performance.now();
  private reportedAt = this.began;

  constructor(private readonly report: ((progress: ImportProgress) => void) | undefined) {}

  /** Starts the second phase, which reads `totalBytes`. */
  begin(totalBytes: number): void {
    this.phase = 'importing';
    this.bytes = 0;
    this.totalBytes = totalBytes;
    this.began = performance.now();
  }

  read(bytes: number): void {
    this.bytes += bytes;
    const now = performance.now();
    if (!this.report || now - this.reportedAt < PROGRESS_EVERY_MS) return;
    this.reportedAt = now;
    const { phase, rows, totalBytes } = this;
    this.report({ phase, rows, bytes: this.bytes, totalBytes, elapsedMs: Math.round(now - this.began) });
  }
}

const CARRIAGE_RETURN_AND_CLEAR = '\r\u001B[K';

/** The progress line for a terminal. */
export const progressLine = ({ phase, rows, bytes, totalBytes, elapsedMs }: ImportProgress): string => {
  if (phase === 'checking') return `checking   ${megabytes(bytes)} MB`;
  const share = totalBytes === 0 ? 1 : Math.min(1, bytes / totalBytes);
  const left = share > 0 ? Math.ceil((elapsedMs * (1 - share)) / share / 1_000) : 0;
  const rate = elapsedMs > 0 ? Math.round((rows * 1_000) / elapsedMs) : 0;
  return `importing  ${Math.floor(share * 100)} %  ${grouped(rows)} rows  ${grouped(rate)} rows/s  ${left} s left`;
};

/** Shows progress on a line of a terminal; prints nothing to other streams. `close` clears the line. */
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
