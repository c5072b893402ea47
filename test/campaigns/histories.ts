import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MINUTE_MS = 60_000;
const YEAR = 2015;

/** Month `n` of the generated histories, from 0, as `2015-01`. */
export const monthNumber = (n: number): string =>
  new Date(Date.UTC(YEAR, n)).toISOString().slice(0, 'YYYY-MM'.length);

type HistoryShape = {
  readonly plays: number;
  /** Plays are distributed over the months in turn, five minutes apart in each. */
  readonly months?: number;
  /** Number of the first play. A number identifies a play. */
  readonly first?: number;
};

/**
 * Writes a generated history of 40 artists and 200 tracks in the basic export format.
 *
 * @returns the path of the file, in a folder named after the listener
 */
export const writeHistory = (
  folder: string,
  listener: string,
  { plays, months = 1, first = 0 }: HistoryShape,
): string => {
  const rows = Array.from({ length: plays }, (_, index) => {
    const number = first + index;
    const inMonth = Math.floor(number / months);
    const minutes = 1_000 + inMonth * 5;
    const track = (number + inMonth * 7) % 200;
    const end = new Date(Date.UTC(YEAR, number % months) + minutes * MINUTE_MS);
    return {
      endTime: end.toISOString().slice(0, 'YYYY-MM-DD HH:MM'.length).replace('T', ' '),
      artistName: `Artist ${track % 40}`,
      trackName: `Track ${track}`,
      msPlayed: 20_000 + ((number * 977) % 200_000),
    };
  });
  const own = join(folder, listener);
  mkdirSync(own, { recursive: true });
  const path = join(own, `StreamingHistory${first}.json`);
  writeFileSync(path, JSON.stringify(rows));
  return path;
};
