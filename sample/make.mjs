// Generates the sample of listening histories in this folder: `node sample/make.mjs`.
//
// Everything is invented: people, artists, tracks and plays. The format is that of real exports of a streaming service, with
// the oddities of real ones: plays of 0 ms, podcasts, rows out of order or repeated, overlapping plays, device clocks in seconds,
// in milliseconds, near 1970 or ahead, offline plays reported days late, unknown countries. The same seed gives the same rows.
// `expected.json` is counted here, independently of the importer.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const SEED = 20_250_101;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Mulberry32 by Tommy Ettinger, public domain: small, and the same on every machine. */
const randomFrom = (seed) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), 1 | state);
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word;
    return ((word ^ (word >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const random = randomFrom(SEED);
const below = (bound) => Math.floor(random() * bound);
const between = (low, high) => low + below(high - low + 1);
const oneOf = (list) => list[below(list.length)];
const chance = (percent) => random() * 100 < percent;
/** Returns low numbers far more often than high ones, like the popularity of tracks. */
const favourite = (list) => list[Math.floor(list.length * random() ** 3)];

const ARTISTS = [
  'Velvet Turnstile',
  'The Paper Lanterns of Ost',
  'Mira Quill',
  'Kobalt Garten',
  'Señor Vacío',
  'Ångström & Daughters',
  'Low Tide Committee',
  'Nachtbus 17',
  'Les Fausses Notes',
  'Juniper Ash',
  '月の裏側 Club',
  'The Unheard',
  'DJ Semicolon',
  'Ottoline Fray',
  'Copper Weather',
  'Étoile Morte',
  'Small Hours Union',
  'Pia "Pip" Okonjo',
  'Marble & Moth',
  'Orchestra of the Third Floor',
];
const FIRST = [
  'Harbour',
  'Winter',
  'Glass',
  'Second',
  'Borrowed',
  'Electric',
  'Paper',
  'Silent',
  'Northern',
  'Salt',
];
const THEN = [
  'Light',
  'Letters',
  'Engine',
  'Garden',
  'Weather',
  'Hours',
  'Signal',
  'Stairs',
  'River',
  'Waltz',
];
const TAIL = [
  '',
  '',
  '',
  '',
  ' (Live)',
  ' - Remastered',
  ' (feat. Mira Quill)',
  ' 🎷',
  ', Pt. 2',
  ' / Reprise',
];

const TRACKS = ARTISTS.flatMap((artist) =>
  Array.from({ length: between(4, 11) }, () => ({
    artist,
    album: `${oneOf(FIRST)} ${oneOf(THEN)}`,
    title: `${oneOf(FIRST)} ${oneOf(THEN)}${oneOf(TAIL)}`,
    lengthMs: between(95, 330) * SECOND + below(SECOND),
    uri: `spotify:track:${Array.from({ length: 22 }, () => oneOf('0123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz')).join('')}`,
  })),
).sort(() => random() - 0.5);

/** How long a listener plays a track: mostly to the end, often skipped, sometimes 0 ms. */
const heardOf = ({ lengthMs }) => {
  const mood = below(100);
  if (mood < 3) return { ms: 0, end: 'fwdbtn' };
  if (mood < 15) return { ms: between(1, 8_000), end: 'fwdbtn' };
  if (mood < 30) return { ms: between(8_000, 45_000), end: oneOf(['fwdbtn', 'endplay', 'clickrow']) };
  if (mood < 31) return { ms: oneOf([29_999, 30_000, 30_001]), end: 'fwdbtn' };
  if (mood < 33) return { ms: lengthMs + between(1_000, 90_000), end: 'trackdone' };
  if (mood < 42)
    return { ms: between(45_000, lengthMs), end: oneOf(['endplay', 'logout', 'unexpected-exit']) };
  return { ms: lengthMs, end: 'trackdone' };
};

/** A listener's plays in order of time, in sessions of about ten. */
const listening = (from, rows, liked) => {
  const plays = [];
  let at = from;
  while (plays.length < rows) {
    at += between(3, 40) * HOUR;
    for (let left = between(3, 18); left > 0 && plays.length < rows; left--) {
      const track = favourite(liked);
      const { ms, end } = heardOf(track);
      // Sometimes a play starts before the last one ended: two devices, or a crossfade.
      at += ms + (chance(4) ? -between(1, 20) * SECOND : below(4) * SECOND);
      plays.push({ track, ms, end, endedAt: at });
    }
  }
  return plays;
};

const shuffled = (list) => {
  const mixed = [...list];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [mixed[i], mixed[j]] = [mixed[j], mixed[i]];
  }
  return mixed;
};

const iso = (instant) => `${new Date(instant).toISOString().slice(0, 19)}Z`;

const basicRows = (plays) =>
  plays.map(({ track, ms, endedAt }) => ({
    endTime: iso(endedAt).slice(0, 16).replace('T', ' '),
    artistName: track.artist,
    trackName: track.title,
    msPlayed: ms,
  }));

const extendedRow = ({ track, ms, end, endedAt }, { country, platform, offline, stamp }) => ({
  ts: iso(endedAt),
  platform,
  ms_played: ms,
  conn_country: country,
  master_metadata_track_name: track?.title ?? null,
  master_metadata_album_artist_name: track?.artist ?? null,
  master_metadata_album_album_name: track?.album ?? null,
  spotify_track_uri: track?.uri ?? null,
  reason_start: oneOf(['trackdone', 'fwdbtn', 'clickrow', 'playbtn', 'appload']),
  reason_end: end,
  shuffle: chance(30),
  skipped: chance(40) ? null : end === 'fwdbtn',
  offline,
  offline_timestamp: stamp,
});

/** An online row: its offline timestamp is near the start, in seconds or (older) milliseconds, or missing. */
const onlineRow = (play, home, platform) => {
  const start = play.endedAt - play.ms;
  const stamp = oneOf([Math.floor(start / SECOND), Math.floor(start / SECOND), start, 0, null]);
  return extendedRow(play, { country: chance(3) ? 'ZZ' : home, platform, offline: false, stamp });
};

/** Offline plays, all reported in the same second, up to days later; some clocks are wrong. */
const offlineRows = (plays, home, platform) => {
  const reportedAt = plays.at(-1).endedAt + between(1, 60) * HOUR;
  return plays.map((play, index) => {
    const start = play.endedAt - play.ms;
    const stamp = [Math.floor(start / SECOND), start, 86_400 * 3, reportedAt + DAY, 0][index % 5];
    return extendedRow({ ...play, endedAt: reportedAt }, { country: home, platform, offline: true, stamp });
  });
};

const podcastRow = (endedAt, home) =>
  extendedRow(
    { track: undefined, ms: between(60, 3_000) * SECOND, end: 'endplay', endedAt },
    { country: home, platform: 'ios', offline: false, stamp: Math.floor(endedAt / SECOND) - 60 },
  );

const startOf = (text) => Date.parse(`${text}T06:00:00Z`);

const adaPlays = listening(startOf('2025-01-01'), 420, TRACKS.slice(0, 80));
const benPlays = listening(startOf('2025-01-09'), 330, TRACKS.slice(40));
const cleoPlays = listening(startOf('2025-01-03'), 520, TRACKS.toReversed());
const dunePlays = listening(startOf('2025-02-11'), 150, TRACKS.slice(20, 60));

const cleo = [];
for (let at = 0; at < cleoPlays.length; at += 20) {
  const sitting = cleoPlays.slice(at, at + 20);
  const home = at % 200 === 100 ? 'FR' : 'DE';
  if (at % 80 === 60) cleo.push(...offlineRows(sitting, home, 'android'));
  else
    cleo.push(
      ...sitting.map((play) => onlineRow(play, home, oneOf(['android', 'ios', 'desktop', 'web', 'other']))),
    );
  if (at % 100 === 40) cleo.push(podcastRow(sitting.at(-1).endedAt + HOUR, home));
}
// A duplicate row.
cleo.splice(100, 0, cleo[99]);
cleo.splice(300, 0, cleo[299], cleo[299]);

const dune = dunePlays.map((play) => onlineRow(play, 'US', 'ios'));
const duneVideo = [0, 40, 80].flatMap((index) => [
  { ...dune[index], offline: null },
  { ...podcastRow(dunePlays[index].endedAt, 'US'), offline: null },
]);

const unknown = { artist: 'Unknown Artist', title: 'Unknown Track' };
adaPlays.push({ track: unknown, ms: 61_000, endedAt: adaPlays.at(-1).endedAt + 5 * MINUTE });

const FILES = {
  'ada/StreamingHistory0.json': basicRows(adaPlays.slice(0, 300)),
  'ada/StreamingHistory1.json.gz': basicRows(adaPlays.slice(300)),
  'ben/StreamingHistory_music_0.json': basicRows(benPlays),
  'cleo/Streaming_History_Audio_2025_0.json.gz': cleo.slice(0, 280),
  'cleo/Streaming_History_Audio_2025_1.json': cleo.slice(280),
  'dune/endsong_0.json.gz': shuffled(dune),
  'dune/endvideo.json': duneVideo,
};

/** The figures of the rows, counted without the importer's code, in the form of `expected.json`. */
const figuresOf = (rows) => {
  const ms = (row) => row.msPlayed ?? row.ms_played;
  const when = (row) => row.endTime ?? row.ts;
  const track = (row) => ('trackName' in row ? row.trackName : row.master_metadata_track_name);
  const artist = (row) => ('artistName' in row ? row.artistName : row.master_metadata_album_artist_name);
  const total = (some) => some.reduce((sum, row) => sum + ms(row), 0);
  const times = rows.map(when).sort();
  const withTrack = rows.filter((row) => track(row) !== null);
  return {
    rows: rows.length,
    rows_with_track: withTrack.length,
    plays_30s: withTrack.filter((row) => ms(row) >= 30_000).length,
    rows_30s_any: rows.filter((row) => ms(row) >= 30_000).length,
    total_ms: total(rows),
    total_ms_with_track: total(withTrack),
    distinct_tracks: new Set(withTrack.map((row) => `${artist(row)} - ${track(row)}`)).size,
    distinct_artists: new Set(withTrack.map(artist)).size,
    first: times[0],
    last: times.at(-1),
  };
};

/** The tracks with the most plays of 30 s or more; ties ordered by name, by code point. */
const mostPlayed = (rows) => {
  const plays = new Map();
  for (const row of rows) {
    const artist = row.artistName ?? row.master_metadata_album_artist_name;
    const title = row.trackName ?? row.master_metadata_track_name;
    if (title === null || (row.msPlayed ?? row.ms_played) < 30_000) continue;
    const key = `${artist} - ${title}`;
    plays.set(key, (plays.get(key) ?? 0) + 1);
  }
  return [...plays]
    .sort(([a, n], [b, m]) => m - n || Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .slice(0, 50)
    .map(([track, count]) => ({ track, plays_30s: count }));
};

/** The sample: the rows of each file, and their expected figures. */
export const makeSample = () => {
  const people = Map.groupBy(Object.entries(FILES), ([name]) => dirname(name));
  const listeners = Object.fromEntries(
    [...people].map(([listener, files]) => [
      listener,
      { files: files.length, ...figuresOf(files.flatMap(([, rows]) => rows)) },
    ]),
  );
  const rows = Object.values(FILES).flat();
  const { first: _first, last: _last, ...sums } = figuresOf(rows);
  const overall = {
    listeners: people.size,
    files: Object.keys(FILES).length,
    ...sums,
    top_50_tracks: mostPlayed(rows),
  };
  return { files: FILES, expected: { overall, listeners } };
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { files, expected } = makeSample();
  const here = import.meta.dirname;
  for (const [name, rows] of Object.entries(files)) {
    // Real exports have both forms.
    const text = name.includes('music')
      ? JSON.stringify(rows, null, 2)
      : `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`;
    mkdirSync(join(here, dirname(name)), { recursive: true });
    writeFileSync(join(here, name), name.endsWith('.gz') ? gzipSync(text, { level: 9 }) : text);
  }
  writeFileSync(join(here, 'expected.json'), `${JSON.stringify(expected, null, 1)}\n`);
}
