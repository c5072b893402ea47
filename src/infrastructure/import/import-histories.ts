import { createHash } from 'node:crypto';
import { basename, dirname, resolve } from 'node:path';
import { CommandRejected } from '../../application/streams/command-rejected.js';
import type { Listen } from '../../application/playback/import/listen.js';
import { type History, ListenRecorder } from '../../application/playback/import/listen-recorder.js';
import type { Clock } from '../../application/ports/clock.js';
import type { EventStore } from '../../application/ports/event-store.js';
import type { Ids } from '../../application/ports/ids.js';
import type { Timer } from '../../application/ports/timer.js';
import type { Streams } from '../../application/streams/streams.js';
import { UNKNOWN_TERRITORY } from '../../domain/shared/territory.js';
import { type ArrayRow, ArrayRows } from './array-rows.js';
import { contentOf, type Fingerprint, fingerprintOf, UnreadableFile } from './content.js';
import { type ImportReport, ReportInProgress } from './import-report.js';
import { InFlight } from './in-flight.js';
import { type ImportProgress, ProgressMeter } from './import-progress.js';
import { spotifyRow } from './spotify-row.js';

export type ImportOptions = {
  /** Name of the listener. Absent: for each file the name of its folder. */
  readonly listener?: string | undefined;
  /** The listener's subscription: a slug. */
  readonly offering: string;
  /** ISO 3166-1 alpha-2, for plays without a country. */
  readonly territory: string;
  /** Whether to stop at the first file or row that cannot be imported. */
  readonly strict: boolean;
};

export const IMPORT_DEFAULTS: ImportOptions = {
  offering: 'premium',
  territory: UNKNOWN_TERRITORY,
  strict: false,
};

export type ImportInput = {
  readonly files: readonly string[];
  readonly options: ImportOptions;
  /** `role:subject` of the importer. */
  readonly actor: string;
  readonly streams: Streams;
  readonly store: EventStore;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly timer: Timer;
  /** Stops the import; plays under way are finished and reported. */
  readonly signal?: Pick<AbortSignal, 'aborted'>;
  /** Called after a chunk was read, at most ten times a second. */
  readonly onProgress?: (progress: ImportProgress) => void;
};

/**
 * Most concurrent plays: enough to share the cost of a commit. With twice as many, their objects outlive V8's young
 * generation, and collecting them costs more than fewer commits save.
 */
const IN_FLIGHT_MAX = 128;

/**
 * Imports listening histories: records each row with a track as a play with its original times.
 *
 * Listener, content of the file and row number identify a play. Importing a file again adds nothing, whatever its name and
 * packing, and running an interrupted import again completes it. Equal rows are different plays: the counting rules decide
 * about duplicates and overlaps.
 *
 * @throws as Streams.transact when the store cannot accept the plays; run the import again later
 */
export const importHistories = async (input: ImportInput): Promise<ImportReport> =>
  new HistoryImport(input, await input.store.head()).run();

type CheckedFile = Fingerprint & { readonly path: string; readonly listener: string };

class HistoryImport {
  private readonly report = new ReportInProgress();
  private readonly began = performance.now();
  private readonly progress: ProgressMeter;
  private readonly recorder: ListenRecorder;
  private readonly inFlight = new InFlight(IN_FLIGHT_MAX);

  constructor(
    private readonly input: ImportInput,
    head: bigint,
  ) {
    const { streams, ids, timer, onProgress } = input;
    this.recorder = new ListenRecorder(streams, ids, timer, sha256, head);
    this.progress = new ProgressMeter(onProgress);
  }

  async run(): Promise<ImportReport> {
    const files = await this.check();
    this.progress.begin(files.reduce((total, { bytes }) => total + bytes, 0));
    for (const file of files) {
      if (this.isOver()) break;
      await this.importFile(file);
    }
    this.report.complete = !this.isOver();
    return this.report.finish(this.recorder.added, Math.round(performance.now() - this.began));
  }

  /** Reads each file once, to skip unreadable files and files with equal content. */
  private async check(): Promise<readonly CheckedFile[]> {
    const files = new Map<string, CheckedFile>();
    for (const path of this.input.files) {
      if (this.isOver()) break;
      try {
        const fingerprint = await fingerprintOf(path, (bytes) => this.progress.read(bytes));
        const listener = this.input.options.listener ?? basename(dirname(resolve(path)));
        const key = JSON.stringify([listener, fingerprint.sha256]);
        if (files.has(key)) this.report.repeatedFiles++;
        else files.set(key, { ...fingerprint, path, listener });
      } catch (error) {
        this.report.brokenFiles++;
        this.unreadable(error, path);
      }
    }
    return [...files.values()];
  }

  private async importFile(file: CheckedFile): Promise<void> {
    const history = this.historyOf(file);
    const count = this.report.file(file.listener, history.listenerId);

    const take = async (rows: Iterable<ArrayRow>): Promise<void> => {
      for (const found of rows) {
        if (this.isOver()) return;
        this.progress.rows++;
        const row =
          'broken' in found ? ({ kind: 'broken', reason: found.broken } as const) : spotifyRow(found.value);
        count(row);
        if (row.kind === 'play') {
          this.inFlight.add(this.record(row.listen, found.number, file.path, history));
          if (this.inFlight.isFull) await this.inFlight.room();
        } else {
          this.report.skip(row, file.path, found.number);
        }
      }
    };

    try {
      const rows = new ArrayRows();
      let bytes = 0;
      for await (const chunk of contentOf(file.path)) {
        bytes += chunk.length;
        await take(rows.push(chunk));
        this.progress.read(chunk.length);
        if (this.isOver()) return;
      }
      await take(rows.end());
      if (bytes !== file.bytes) throw new UnreadableFile('was changed while it was being imported');
    } catch (error) {
      this.unreadable(error, file.path);
    } finally {
      await this.inFlight.done();
    }
  }

  private async record(listen: Listen, row: number, path: string, history: History): Promise<void> {
    try {
      await this.recorder.record(listen, row, history);
      this.report.plays++;
    } catch (error) {
      if (!(error instanceof CommandRejected)) throw error;
      this.report.refuse(error, path, row);
    }
  }

  private historyOf({ listener, sha256: content }: CheckedFile): History {
    const { actor, ids, clock, options } = this.input;
    const { offering, territory } = options;
    const listenerId = ids.derived('listener', listener);
    const commandHash = sha256(JSON.stringify([listenerId, content, offering, territory]));
    const id = ids.derived('history', listenerId, content);
    return { listenerId, id, commandHash, offering, territory, actor, at: clock.now() };
  }

  private unreadable(error: unknown, file: string): void {
    if (!(error instanceof UnreadableFile)) throw error;
    this.report.problem({ file, reason: error.message });
  }

  private isOver(): boolean {
    const isStopped = this.input.signal?.aborted === true;
    return isStopped || (this.input.options.strict && this.report.problemCount > 0);
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
