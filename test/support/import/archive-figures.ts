import { globSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { HistoryRow } from '../../../src/application/playback/import/listen.js';
import { ArrayRows } from '../../../src/infrastructure/import/array-rows.js';
import { contentOf } from '../../../src/infrastructure/import/content.js';
import { type ImportReport, ReportInProgress } from '../../../src/infrastructure/import/import-report.js';
import { spotifyRow } from '../../../src/infrastructure/import/spotify-row.js';

// A worker thread that reads an archive as an import does and also counts distinct tracks and artists. Inside jest's
// sandbox, where each access to a global costs a look-up, 600,000 rows take four times as long.

export type Distinct = { readonly distinct_tracks: number; readonly distinct_artists: number };

export type ArchiveFigures = {
  readonly report: ImportReport;
  readonly overall: Distinct & { readonly top_50_tracks: readonly { track: string; plays_30s: number }[] };
  readonly listeners: Readonly<Record<string, Distinct>>;
};

/** The artists, and the number of plays of at least 30 s for each track, by `artist - track`. */
class Names {
  readonly tracks = new Map<string, number>();
  readonly artists = new Set<string>();

  add(key: string, artist: string, plays: number): void {
    this.tracks.set(key, (this.tracks.get(key) ?? 0) + plays);
    this.artists.add(artist);
  }

  get distinct(): Distinct {
    return { distinct_tracks: this.tracks.size, distinct_artists: this.artists.size };
  }

  get top50() {
    return [...this.tracks]
      .sort(([a, n], [b, m]) => m - n || Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .slice(0, 50)
      .map(([track, plays]) => ({ track, plays_30s: plays }));
  }
}

const eachRow = async (path: string, see: (row: HistoryRow) => void): Promise<void> => {
  const rows = new ArrayRows();
  const take = (found: ReturnType<ArrayRows['push']>) => {
    for (const row of found)
      see('broken' in row ? { kind: 'broken', reason: row.broken } : spotifyRow(row.value));
  };
  for await (const chunk of contentOf(path)) take(rows.push(chunk));
  take(rows.end());
};

const readArchive = async (folder: string): Promise<ArchiveFigures> => {
  const report = new ReportInProgress();
  const all = new Names();
  const each = new Map<string, Names>();
  for (const path of globSync(join(folder, '*/*.{json,json.gz}'))) {
    const listener = basename(dirname(path));
    const count = report.file(listener, listener);
    const own = each.get(listener) ?? new Names();
    each.set(listener, own);
    await eachRow(path, (row) => {
      count(row);
      if (row.kind === 'broken') report.skip(row, path, 0);
      if (row.kind !== 'play') return;
      const { artist, track, playedMs } = row.listen;
      const key = `${artist} - ${track}`;
      for (const names of [all, own]) names.add(key, artist, playedMs >= 30_000 ? 1 : 0);
    });
  }
  return {
    report: report.finish({ artists: 0, tracks: 0, plays: 0 }, 0),
    overall: { ...all.distinct, top_50_tracks: all.top50 },
    listeners: Object.fromEntries([...each].map(([listener, names]) => [listener, names.distinct])),
  };
};

parentPort?.postMessage(await readArchive(workerData as string));
