import type { CommandRejected } from '../../application/streams/command-rejected.js';
import type { HistoryRow, SkipReason } from '../../application/playback/import/listen.js';
import { count, NO_ROWS, sum, type Tally } from '../../application/playback/import/tally.js';

/** Most problems that a report spells out. All are counted. */
export const PROBLEMS_MAX = 100;

/** Something that could not be imported: a file, or one row of it by its number, counted from 1. */
export type Problem = { readonly file: string; readonly row?: number; readonly reason: string };

/** A tally of the files of one listener. */
export type ListenerTally = Tally & { readonly listenerId: string; readonly files: number };

/** What an import came to. Times are UTC, epoch milliseconds; lengths are milliseconds. */
export type ImportReport = Tally & {
  /** Files that were read. */
  readonly files: number;
  /** Files with the content of one read before, for the same listener: not read again. */
  readonly repeatedFiles: number;
  /** Files of which nothing could be read. */
  readonly brokenFiles: number;
  /** Plays new to the log, and plays that it held already. */
  readonly recorded: number;
  readonly known: number;
  /** Rows that are no plays in the log, by reason. */
  readonly skipped: Readonly<Record<SkipReason | 'broken-row' | 'refused', number>>;
  readonly artistsRegistered: number;
  readonly tracksRegistered: number;
  /** By the listener's name. */
  readonly listeners: Readonly<Record<string, ListenerTally>>;
  /** The first 100, and how many there are in all. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
  /** False when the import was stopped before its end: by `strict`, or by its signal. */
  readonly complete: boolean;
  readonly elapsedMs: number;
};

const IMPORTED_OTHERWISE = 'was imported before with another offering or territory';

/** Gathers a report while the rows go by. */
export class ReportInProgress {
  readonly skipped = { 'no-track': 0, 'broken-row': 0, refused: 0 };
  readonly problems: Problem[] = [];
  problemCount = 0;
  files = 0;
  repeatedFiles = 0;
  brokenFiles = 0;
  /** Plays that were handed to the log and not refused. */
  plays = 0;
  complete = true;
  private readonly listeners = new Map<string, { listenerId: string; files: number; tally: Tally }>();

  /** Begins a file; what it returns counts the file's rows. */
  file(listener: string, listenerId: string): (row: HistoryRow) => void {
    this.files++;
    let entry = this.listeners.get(listener);
    if (!entry) this.listeners.set(listener, (entry = { listenerId, files: 0, tally: { ...NO_ROWS } }));
    entry.files++;
    const { tally } = entry;
    return (row) => count(tally, row);
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
    const isOtherwise = rejected === 'IdempotencyKeyReused';
    this.problem({ file, row, reason: isOtherwise ? IMPORTED_OTHERWISE : `${rejected}: ${detail}` });
  }

  problem(problem: Problem): void {
    this.problemCount++;
    if (this.problems.length < PROBLEMS_MAX) this.problems.push(problem);
  }

  finish(added: { artists: number; tracks: number; plays: number }, elapsedMs: number): ImportReport {
    const listeners = [...this.listeners].map(
      ([name, { tally, ...rest }]) => [name, { ...rest, ...tally }] as const,
    );
    return {
      ...listeners.reduce<Tally>((all, [, tally]) => sum(all, tally), NO_ROWS),
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
