import { z } from 'zod';
import { PLAY_SOURCES } from '../../../domain/shared/listening/play-source.js';
import { SEGMENTS_MAX } from '../../../domain/playback/reported-segments.js';
import { MEDIA_MS_MAX } from '../../../domain/shared/listening/segments.js';
import type { HistoryEntry } from '../../../projections/playback/listening-history.js';
import type { NowPlaying } from '../../../projections/playback/now-playing.js';
import {
  instant,
  durationMs,
  id,
  offering,
  positionMs,
  rfc3339,
  territory,
  time,
  uuid,
} from '../routes/shapes.js';

// Requests.

const at = instant
  .optional()
  .describe(
    "Time of the action by the device's clock; absent: the time of receipt. A play with an impossible time is recorded but earns nothing (reasons `FUTURE` and `TOO_OLD`).",
  );

export const newPlay = z
  .strictObject({
    playId: uuid
      .optional()
      .describe('Id chosen by the player, which can then continue offline; absent: the service chooses one.'),
    trackId: id,
    territory,
    offering,
    deviceId: id,
    positionMs: positionMs.default(0),
    mode: z.enum(['online', 'offline'], 'Must be online or offline.').optional(),
    source: z
      .enum(PLAY_SOURCES, `Must be one of ${PLAY_SOURCES.join(', ')}.`)
      .optional()
      .describe('How the listener came to the track; absent: `unknown`.'),
    at,
  })
  .meta({ id: 'NewPlay' });

export const playReport = z.strictObject({ positionMs, at }).meta({ id: 'Report' });

export const playSeek = z.strictObject({ fromMs: positionMs, toMs: positionMs, at }).meta({ id: 'Seek' });

export const playStop = z
  .strictObject({
    positionMs,
    reason: z.enum(['stopped', 'ended'], 'Must be stopped or ended.').optional(),
    muted: z
      .boolean('Must be true or false.')
      .optional()
      .describe(
        'Whether the sound was off all the time. The play still counts, but raises a signal for review.',
      ),
    at,
  })
  .meta({ id: 'Stop' });

const wallMs = z
  .int('Must be a whole number of milliseconds.')
  .min(0, 'Must be 0 or more.')
  .max(MEDIA_MS_MAX, 'Must be at most a day.')
  .describe('Time it took to hear the segment, by the clock and without pauses, in milliseconds.');

export const lateReport = z
  .strictObject({
    deviceId: id.describe('Device that sends the report. The play may have started on another device.'),
    deviceSeq: z
      .int('Must be a whole number.')
      .min(0, 'Must be 0 or more.')
      .describe('Number that the device gives to this report. It is unique for the device within the play.'),
    trackId: id,
    territory,
    offering,
    source: newPlay.shape.source,
    startedAt: instant.describe("Start of the play by the device's clock, as reported before."),
    endedAt: instant.describe("End of the last segment by the device's clock."),
    stretches: z
      .array(z.strictObject({ fromMs: positionMs, toMs: positionMs, wallMs }))
      .min(1, 'Must have at least one segment.')
      .max(SEGMENTS_MAX, `Must have at most ${SEGMENTS_MAX} segments.`)
      .describe(
        'Segments of the track heard without a jump, in the order heard. Leave out segments already reported.',
      ),
    muted: playStop.shape.muted,
  })
  .meta({
    id: 'LateReport',
    description: 'Repeats the facts of the play as they were reported at its start.',
  });

// Responses. They leave out the listener, who is the caller.

export const nowPlayingItem = z
  .strictObject({
    playId: id,
    trackId: id,
    durationMs: durationMs.nullable(),
    deviceId: id,
    status: z.enum(['playing', 'paused']),
    positionMs: z.int().describe('Position in the track at `lastReportedAt`, in milliseconds.'),
    startedAt: time,
    lastReportedAt: time,
  })
  .meta({ id: 'NowPlaying' });

export const nowPlayingOf = ({ listenerId: _caller, lastReceivedAt: _receivedAt, ...play }: NowPlaying) => ({
  ...play,
  startedAt: rfc3339(play.startedAt),
  lastReportedAt: rfc3339(play.lastReportedAt),
});

export const historyEntry = z
  .strictObject({
    playId: id,
    trackId: id,
    startedAt: time,
    endedAt: time,
    playedMs: z.int().describe('Time heard, repeats included, in milliseconds.'),
    uniqueMs: z.int().describe('Length of the parts of the track that were heard, in milliseconds.'),
    deviceId: id,
    mode: z.string(),
    reason: z.string(),
  })
  .meta({ id: 'HistoryEntry' });

export const historyEntryOf = ({ listenerId: _caller, ...play }: HistoryEntry) => ({
  ...play,
  startedAt: rfc3339(play.startedAt),
  endedAt: rfc3339(play.endedAt),
});
