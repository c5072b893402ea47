import { z } from 'zod';
import type { PlayEvent } from '../../domain/playback/events.js';
import { SEGMENTS_MAX } from '../../domain/playback/reported-segments.js';
import { PLAY_SOURCES } from '../../domain/shared/listening/play-source.js';
import type { ShapesOf, Upcaster } from './event-shape.js';
import {
  idField,
  instantField,
  millisecondsField,
  offeringField,
  sha256Field,
  territoryField,
} from './fields.js';

const facts = {
  listenerId: idField('Listener.'),
  trackId: idField('Track that was played.'),
  durationMs: z
    .int()
    .min(1)
    .nullable()
    .describe('Length of the track at the start of the play, in milliseconds; null if unknown.'),
  territory: territoryField,
  offering: offeringField,
  deviceId: idField('Device that played the track.'),
  mode: z
    .enum(['online', 'offline', 'import'])
    .describe(
      '`online`: reported live. `offline`: reported later by the device. `import`: from the export of another service.',
    ),
  source: z
    .enum(PLAY_SOURCES)
    .describe('How the listener came to the track. Determines whether the listener chose it actively (R9).'),
  startedAt: instantField('Start of the play. Determines its royalty period.'),
};

const reportTiming = {
  receivedAt: instantField('Time of receipt of the report.'),
  clockOffsetMs: z
    .int()
    .describe(
      "Correction added to the times of the device's clock, in milliseconds; 0 if the clock was right (R14).",
    ),
};

/** Version 1 has no time of receipt: reports with implausible times were rejected then. */
const receivedWhenItHappened: Upcaster = (old) => ({ ...old, receivedAt: old['at'], clockOffsetMs: 0 });

const ofUnknownSource: Upcaster = (old) => ({
  ...old,
  source: 'unknown',
  receivedAt: old['at'] ?? old['startedAt'],
  clockOffsetMs: 0,
});

const position = (meaning: string) =>
  z.int().min(0).describe(`${meaning} Milliseconds from the start of the track.`);

const reported = z.strictObject({
  positionMs: position('Position at the time of the report.'),
  at: instantField('Time of the action.'),
  ...reportTiming,
});
const upcasters = [receivedWhenItHappened];

const segment = z.strictObject({
  fromMs: position('Start of the segment.'),
  toMs: position('End of the segment, not before its start.'),
  wallMs: millisecondsField('Time it took to hear the segment, by the clock.'),
});

const segments = z
  .array(segment)
  .max(SEGMENTS_MAX)
  .describe('Segments of the track heard without a jump, in the order heard, as reported.');

const heard = {
  playedMs: millisecondsField('Sum of the lengths of the segments, clipped to the track.'),
  uniqueMs: millisecondsField('Length of the union of the segments.'),
  wallMs: millisecondsField('Sum of the times of the segments by the clock.'),
};

export const playShapes = {
  PlayStarted: {
    summary: 'A listener started a play of a track.',
    schema: z.strictObject({ ...facts, positionMs: position('Position at the start.'), ...reportTiming }),
    upcasters: [ofUnknownSource],
  },
  PlaySeeked: {
    summary: 'The listener seeked to another position. The part in between was not heard.',
    schema: z.strictObject({
      fromMs: position('Position before the seek.'),
      toMs: position('Position after the seek.'),
      at: instantField('Time of the seek.'),
      ...reportTiming,
    }),
    upcasters,
  },
  PlayPaused: { summary: 'The listener paused the play.', schema: reported, upcasters },
  PlayResumed: { summary: 'The listener resumed the play.', schema: reported, upcasters },
  PlayProgressed: {
    summary:
      'The device reported the current position. The part heard so far counts even if no further report follows.',
    schema: reported,
    upcasters,
  },
  PlayStopped: {
    summary:
      'The play ended. Holds all that counting needs: the facts of the play, its segments, and their sums by rule R1.',
    schema: z.strictObject({
      ...facts,
      reason: z
        .enum(['stopped', 'ended', 'silence', 'reported', 'import'])
        .describe(
          '`stopped`: by the listener. `ended`: end of the track. `silence`: no reports for too long. `reported`: continued by numbered reports. `import`: recorded as a whole.',
        ),
      positionMs: position('Last position.'),
      at: instantField('End of the play; after a silence, time of the last report.'),
      ...reportTiming,
      segments,
      muted: z.boolean().describe('Whether the player reported that the sound was off all the time.'),
      ...heard,
    }),
    // Version 4 added the reason `reported`.
    upcasters: [ofUnknownSource, (old) => ({ ...old, muted: false }), (old) => old],
  },
  PlayReported: {
    summary:
      'A device sent a numbered report of a play (R15). It adds to the live reports and to reports with other numbers. Holds the facts of the play and its sums before and after the report, so that counting needs no other events.',
    schema: z.strictObject({
      ...facts,
      reportedBy: idField('Device that sent the report. The play may have started on another device.'),
      deviceSeq: z.int().min(0).describe('Number of the report. Play, device and number identify a report.'),
      segments,
      at: instantField('End of the last segment.'),
      ...reportTiming,
      muted: z.boolean().describe('Whether the device reported that the sound was off all the time.'),
      contentHash: sha256Field('Content of the report.'),
      before: z
        .strictObject(heard)
        .describe(
          'Sums of the play without this report (R1): `playedMs`, `uniqueMs` and `wallMs`, in milliseconds.',
        ),
      after: z.strictObject(heard).describe('Sums of the play with this report, in milliseconds.'),
      endedAt: instantField('End of the play, by all reports so far.'),
      caseId: idField(
        'Case that holds the play because an earlier report has the same number and other content; null if there is none.',
      ).nullable(),
    }),
  },
} satisfies ShapesOf<PlayEvent>;
