import type { ModelName } from '../workload/month.js';
import type { Line } from './report.js';

/** How much is measured; each bench has its own defaults. */
export type Size = {
  readonly rounds: number;
  /** Length of one timed run; warm-up comes on top. */
  readonly seconds: number;
  readonly events: number;
  /** Of the month that is closed or replayed; 0 where there is none. */
  readonly plays: number;
};

export type Options = Size & {
  /** How many times longer the log is where growth is measured; 1 measures no growth. */
  readonly scale: number;
  readonly peers: boolean;
  readonly memory: boolean;
  /** How a month's money is shared out. */
  readonly model: ModelName;
  /** Input files, for the benches that take any. */
  readonly files: readonly string[];
  /** An empty folder on a real disk, dropped afterwards. */
  readonly folder: string;
  /** Says below the table what makes its figures less than they seem. */
  readonly warn: (text: string) => void;
  readonly progress: (text: string) => void;
};

/** Something that the bench needs is not there: the message says what to do. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

export type Bench = {
  readonly name: string;
  /** One line for the usage. */
  readonly summary: string;
  readonly defaults: Omit<Size, 'plays'> & Partial<Size>;
  readonly run: (options: Options) => Promise<readonly Line[]>;
};
