import { z } from 'zod';
import { PLAY_SOURCES } from '../../domain/shared/play-source.js';
import type { HistoryEntry } from '../../projections/listening-history.js';
import type { NowPlaying } from '../../projections/now-playing.js';
import {
  deviceTime,
  durationMs,
  id,
  offering,
  positionMs,
  rfc3339,
  territory,
  time,
  uuid,
} from './shapes.js';

// Requests.

const at = deviceTime
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
