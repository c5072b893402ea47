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
    "When it happened by the device's clock; absent: now. What cannot be is kept, and not paid (FUTURE, TOO_OLD).",
  );

export const newPlay = z
  .strictObject({
    playId: uuid
      .optional()
      .describe('Chosen by the player, so that it can go on offline; absent: by the service.'),
    trackId: id,
    territory,
    offering,
    deviceId: id,
    positionMs: positionMs.default(0),
    mode: z.enum(['online', 'offline'], 'Must be online or offline.').optional(),
    source: z
      .enum(PLAY_SOURCES, `Must be one of ${PLAY_SOURCES.join(', ')}.`)
      .optional()
      .describe('How it came to be chosen; absent: unknown.'),
    at,
  })
  .meta({ id: 'NewPlay' });

export const report = z.strictObject({ positionMs, at }).meta({ id: 'Report' });

export const seek = z.strictObject({ fromMs: positionMs, toMs: positionMs, at }).meta({ id: 'Seek' });

export const stop = z
  .strictObject({
    positionMs,
    reason: z.enum(['stopped', 'ended'], 'Must be stopped or ended.').optional(),
    muted: z
      .boolean('Must be true or false.')
      .optional()
      .describe('Whether all of it was heard without sound. It counts all the same, and is worth a look.'),
    at,
  })
  .meta({ id: 'Stop' });

const wallMs = z
  .int('Must be a whole number of milliseconds.')
  .min(0, 'Must be 0 or more.')
  .max(MEDIA_MS_MAX, 'Must be at most a day.')
  .describe('How long it took to hear, by the clock; pauses do not count.');

export const lateReport = z
  .strictObject({
    deviceId: id.describe('The device that tells; the play may have begun on another.'),
    deviceSeq: z
      .int('Must be a whole number.')
      .min(0, 'Must be 0 or more.')
      .describe('A number that the device gives to this report of the play, and to no other.'),
    trackId: id,
    territory,
    offering,
    source: newPlay.shape.source,
    startedAt: instant.describe("When the play started by the device's clock, as it was said before."),
    endedAt: instant.describe("When the last of the stretches ended by the device's clock."),
    stretches: z
      .array(z.strictObject({ fromMs: positionMs, toMs: positionMs, wallMs }))
      .min(1, 'Must hold at least one stretch.')
      .max(SEGMENTS_MAX, `Must hold at most ${SEGMENTS_MAX} stretches.`)
      .describe('What was heard without a jump, in the order heard; nothing that was reported otherwise.'),
    muted: stop.shape.muted,
  })
  .meta({
    id: 'LateReport',
    description: 'The facts of the play are repeated as they were said at its start.',
  });

// Answers. The listener is who asks, so that no document need name him.

export const nowPlaying = z
  .strictObject({
    playId: id,
    trackId: id,
    durationMs: durationMs.nullable(),
    deviceId: id,
    status: z.enum(['playing', 'paused']),
    positionMs: z.int().describe('Where the listener was at lastReportedAt.'),
    startedAt: time,
    lastReportedAt: time,
  })
  .meta({ id: 'NowPlaying' });

export const nowPlayingOf = ({ listenerId: _himself, lastReceivedAt: _here, ...play }: NowPlaying) => ({
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
    playedMs: z.int().describe('What was heard, repeats included.'),
    uniqueMs: z.int().describe('What was heard of the track, each instant of it once.'),
    deviceId: id,
    mode: z.string(),
    reason: z.string(),
  })
  .meta({ id: 'HistoryEntry' });

export const historyEntryOf = ({ listenerId: _himself, ...play }: HistoryEntry) => ({
  ...play,
  startedAt: rfc3339(play.startedAt),
  endedAt: rfc3339(play.endedAt),
});
