import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { seeded, zipf } from './zipf.js';

const ROWS_PER_FILE = 15_000;
const FILES_PER_LISTENER = 2;
const ARTISTS = 3_000;
const TRACKS_PER_ARTIST = 7;
const SEED = 7;
const FROM = Date.UTC(2024, 0, 1);

/** Writes a generated history of `rows` rows in the extended export format. @returns the files */
export const writeExport = (folder: string, rows: number): readonly string[] => {
  const random = seeded(SEED);
  const next = zipf(ARTISTS * TRACKS_PER_ARTIST, random);
  const files: string[] = [];
  let endedAt = FROM;
  for (let left = rows; left > 0; left -= ROWS_PER_FILE) {
    const listener = join(folder, `listener-${Math.floor(files.length / FILES_PER_LISTENER) + 1}`);
    mkdirSync(listener, { recursive: true });
    const content = Array.from({ length: Math.min(left, ROWS_PER_FILE) }, () => {
      const msPlayed = Math.floor(random() * 240_000);
      endedAt += msPlayed + 1_000;
      return row(next(), msPlayed, endedAt);
    });
    const file = join(listener, `Streaming_History_Audio_2024_${files.length}.json.gz`);
    writeFileSync(file, gzipSync(JSON.stringify(content)));
    files.push(file);
  }
  return files;
};

const row = (track: number, msPlayed: number, endedAt: number): object => ({
  ts: `${new Date(endedAt).toISOString().slice(0, 19)}Z`,
  platform: track % 2 === 0 ? 'ios' : 'android',
  ms_played: msPlayed,
  conn_country: 'DE',
  master_metadata_track_name: `Track ${track}`,
  master_metadata_album_artist_name: `Artist ${track % ARTISTS}`,
  master_metadata_album_album_name: `Album ${track % (ARTISTS * 2)}`,
  spotify_track_uri: `spotify:track:${String(track).padStart(22, '0')}`,
  reason_start: 'trackdone',
  reason_end: msPlayed > 30_000 ? 'trackdone' : 'fwdbtn',
  shuffle: false,
  skipped: msPlayed <= 30_000,
  offline: false,
  offline_timestamp: Math.floor((endedAt - msPlayed) / 1_000),
});
