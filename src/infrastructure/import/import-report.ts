import type { CommandRejected } from '../../application/streams/command-rejected.js';
import type { HistoryRow, SkipReason } from '../../application/playback/import/listen.js';
import { addTallies, countRow, NO_ROWS, type Tally } from '../../application/playback/import/tally.js';

/** Most problems listed in a report. All are counted. */
export const PROBLEMS_MAX = 100;

/** A file that was not imported, or a row of it. Rows are numbered from 1. */
export type ImportProblem = { readonly file: string; readonly row?: number; readonly reason: string };

/** The tally of one listener's files. */
export type ListenerTally = Tally & { readonly listenerId: string; readonly files: number };

/** The result of an import. Times are UTC, epoch milliseconds; lengths are milliseconds. */
export type ImportReport = Tally & {
  /** Files that were read. */
  readonly files: number;
  /** Files skipped because another file of the same listener has the same content. */
  readonly repeatedFiles: number;
  /** Files that could not be read. */
  readonly brokenFiles: number;
  /** Plays that are new in the log, and plays that it had already. */
  readonly recorded: number;
  readonly known: number;
  /** Rows without a play in the log, by reason. */
  readonly skipped: Readonly<Record<SkipReason | 'broken-row' | 'refused', number>>;
  readonly artistsRegistered: number;
  readonly tracksRegistered: number;
  /** By the listener's name. */
  readonly listeners: Readonly<Record<string, ListenerTally>>;
  /** The first 100 problems, and the number of all. */
  readonly problems: readonly ImportProblem[];
  readonly problemCount: number;
  /** False when `strict` or the signal stopped the import early. */
  readonly complete: boolean;
  readonly elapsedMs: number;
};

const IMPORTED_DIFFERENTLY = 'was imported before with another --offering or --territory';

/** Collects the report during the import. */
export class ReportInProgress {
  readonly skipped = { 'no-track': 0, 'broken-row': 0, refused: 0 };
  readonly problems: ImportProblem[] = [];
  problemCount = 0;
  files = 0;
  repeatedFiles = 0;
  brokenFiles = 0;
  /** Plays that the log accepted, new or known. */
  plays = 0;
  complete = true;
  private readonly listeners = new Map<string, { listenerId: string; files: number; tally: Tally }>();

  /** Starts a file and returns the function that counts its rows. */
  file(listener: string, listenerId: string): (row: HistoryRow) => void {
    this.files++;
    let entry = this.listeners.get(listener);
    if (!entry) this.listeners.set(listener, (entry = { listenerId, files: 0, tally: { ...NO_ROWS } }));
    entry.files++;
    const { tally } = entry;
    return (row) => countRow(tally, row);
  }

  skip(row: Exclude<HistoryRow, { readonly kind: 'play' }>, file: string, number: number): void {
    if (row.kind === 'skipped') {
      this.skipped[row.reason]++;
    } else {
      this.skipped['broken-row']++;
      this.problem({ file, row: number, reason: row.reason });
    }
  }

  refuse({ rejection: { rejected, detail } }: CommandRejected, file: string, row: number): void {
    this.skipped.refused++;
    const isDifferent = rejected === 'IdempotencyKeyReused';
    this.problem({ file, row, reason: isDifferent ? IMPORTED_DIFFERENTLY : `${rejected}: ${detail}` });
  }

  problem(problem: ImportProblem): void {
    this.problemCount++;
    if (this.problems.length < PROBLEMS_MAX) this.problems.push(problem);
  }

  finish(added: { artists: number; tracks: number; plays: number }, elapsedMs: number): ImportReport {
    const listeners = [...this.listeners].map(
      ([name, { tally, ...rest }]) => [name, { ...rest, ...tally }] as const,
    );
    return {
      ...listeners.reduce<Tally>((all, [, tally]) => addTallies(all, tally), NO_ROWS),
      files: this.files,
      repeatedFiles: this.repeatedFiles,
      brokenFiles: this.brokenFiles,
      recorded: added.plays,
      known: this.plays - added.plays,
      skipped: this.skipped,
      artistsRegistered: added.artists,
      tracksRegistered: added.tracks,
      listeners: Object.fromEntries(listeners),
      problems: this.problems,
      problemCount: this.problemCount,
      complete: this.complete,
      elapsedMs,
    };
  }
}
