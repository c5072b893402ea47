import type { ModelName } from '../workload/month.js';
import type { Line } from './report.js';

/** Size of the measurement; each bench has its own defaults. */
export type Size = {
  readonly rounds: number;
  /** Length of one timed run, without its warm-up. */
  readonly seconds: number;
  readonly events: number;
  /** Plays of the month that is closed or replayed; 0 in other benches. */
  readonly plays: number;
};

export type Options = Size & {
  /** Length of the long log as a multiple of the short one; 1 measures no growth. */
  readonly scale: number;
  readonly peers: boolean;
  readonly memory: boolean;
  /** Sharing model of the month. */
  readonly model: ModelName;
  /** Input files, for benches that accept files. */
  readonly files: readonly string[];
  /** An empty folder on a real disk, removed afterwards. */
  readonly folder: string;
  /** Adds a warning about the validity of the figures below the table. */
  readonly warn: (text: string) => void;
  readonly progress: (text: string) => void;
};

/** A prerequisite of the bench is missing; the message says how to install it. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

export type Bench = {
  readonly name: string;
  /** One line of the usage text. */
  readonly summary: string;
  readonly defaults: Omit<Size, 'plays'> & Partial<Size>;
  readonly run: (options: Options) => Promise<readonly Line[]>;
};
