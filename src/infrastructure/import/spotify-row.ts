import { z } from 'zod';
import { isName, NAME_LENGTH_MAX } from '../../domain/shared/name.js';
import { isTerritory, UNKNOWN_TERRITORY } from '../../domain/shared/territory.js';
import { DAY_MS } from '../../domain/shared/civil-date.js';
import type { HistoryRow } from '../../application/playback/import/listen.js';

/** Longest accepted play. The longest in real histories lasted three hours. */
const PLAYED_MS_MAX = DAY_MS;

/** A device's start time is accepted up to this long before the report: the limit for late offline plays (R14). */
const REPORT_DELAY_MS_MAX = 37 * DAY_MS;

/** `offline_timestamp` is in seconds up to this value and in milliseconds above. Both occur, even in one file. */
const OFFLINE_SECONDS_MAX = 100_000_000_000;

/** Null, or in rare rows empty, when there is none. */
const name = z
  .string()
  .refine(
    (text) => text === '' || isName(text),
    `is not 1 to ${NAME_LENGTH_MAX} characters of well-formed Unicode`,
  )
  .nullable();
const played = z.int().min(0).max(PLAYED_MS_MAX);

/** A row of `StreamingHistoryN.json`. Fields that a play does not need are ignored. */
const basicRow = z.object({ endTime: z.string(), artistName: name, trackName: name, msPlayed: played });

/** A row of `Streaming_History_Audio_…`, `Streaming_History_Video_…`, `endsong_N` or `endvideo`. */
const extendedRow = z.object({
  ts: z.string(),
  ms_played: played,
  master_metadata_track_name: name,
  master_metadata_album_artist_name: name,
  platform: z.string().nullish(),
  conn_country: z.string().nullish(),
  offline: z.boolean().nullish(),
  offline_timestamp: z.number().nullish(),
});

/** Converts a row of a Spotify export. Its fields show which of the two formats it has. */
export const spotifyRow = (value: unknown): HistoryRow => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return broken('is not an object');
  if ('endTime' in value) return basic(value);
  if ('ts' in value) return extended(value);
  return broken('is not a play: it has neither "endTime" nor "ts"');
};

const basic = (value: object): HistoryRow => {
  const { success, data, error } = basicRow.safeParse(value);
  if (!success) return misfit(error);
  const endedAt = instantOf(data.endTime, BASIC_TIME);
  if (endedAt === undefined) return broken('endTime: is not a time such as 2024-01-31 23:59');
  return rowOf(data.artistName, data.trackName, endedAt, data.msPlayed, endedAt - data.msPlayed);
};

const extended = (value: object): HistoryRow => {
  const { success, data, error } = extendedRow.safeParse(value);
  if (!success) return misfit(error);
  const endedAt = instantOf(data.ts, EXTENDED_TIME);
  if (endedAt === undefined) return broken('ts: is not a time such as 2024-01-31T23:59:59Z');
  const country = data.conn_country;
  const isKnown = country && country !== UNKNOWN_TERRITORY && isTerritory(country);
  return rowOf(
    data.master_metadata_album_artist_name,
    data.master_metadata_track_name,
    endedAt,
    data.ms_played,
    startOf(endedAt, data.ms_played, data.offline === true ? data.offline_timestamp : null),
    isKnown ? country : undefined,
    data.platform || undefined,
  );
};

/**
 * The start of a play. Of an offline play, `ts` may be the time of the report, hours or days after the end; the device's
 * own start is then better. It is used if the play ended no later than the report and started at most 37 days before it.
 * Otherwise (0, a clock near 1970, a clock that is ahead) the play is assumed to have ended at the report.
 */
const startOf = (
  reportedAt: number,
  playedMs: number,
  offlineTimestamp: number | null | undefined,
): number => {
  const latest = reportedAt - playedMs;
  if (!offlineTimestamp) return latest;
  const started = Math.floor(
    offlineTimestamp > OFFLINE_SECONDS_MAX ? offlineTimestamp : offlineTimestamp * 1_000,
  );
  return started <= latest && started >= reportedAt - REPORT_DELAY_MS_MAX ? started : latest;
};

const rowOf = (
  artist: string | null,
  track: string | null,
  endedAt: number,
  playedMs: number,
  startedAt: number,
  territory?: string,
  platform?: string,
): HistoryRow => {
  if (!track) return { kind: 'skipped', reason: 'no-track', endedAt, playedMs };
  if (!artist) return broken('has a track, but no artist');
  const listen = {
    artist,
    track,
    startedAt,
    playedMs,
    ...(territory && { territory }),
    ...(platform && { platform }),
  };
  return { kind: 'play', endedAt, playedMs, listen };
};

const BASIC_TIME = /^20\d\d-\d\d-\d\d \d\d:\d\d$/;
const EXTENDED_TIME = /^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/** The time as UTC epoch milliseconds; undefined if it has another form or the day does not exist. */
const instantOf = (text: string, form: RegExp): number | undefined => {
  if (!form.test(text)) return undefined;
  const [day, hour, minute, second] = [digits(text, 8), digits(text, 11), digits(text, 14), digits(text, 17)];
  const instant = Date.UTC(2000 + digits(text, 2), digits(text, 5) - 1, day, hour, minute, second);
  // `Date` turns 30 February into a day of March.
  const isReal = new Date(instant).getUTCDate() === day && hour < 24 && minute < 60 && second < 60;
  return isReal ? instant : undefined;
};

/** A time in either format as UTC epoch milliseconds; undefined if it is in neither. */
export const writtenTime = (text: string): number | undefined =>
  instantOf(text, BASIC_TIME) ?? instantOf(text, EXTENDED_TIME);

/** The number formed by the two digits at `at`; 0 after the end of the text. */
const digits = (text: string, at: number): number =>
  at < text.length ? (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48 : 0;

const broken = (reason: string): HistoryRow => ({ kind: 'broken', reason });

const misfit = (error: z.ZodError): HistoryRow =>
  broken(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
