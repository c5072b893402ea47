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
  listenerId: idField('Who listened.'),
  trackId: idField('What was played.'),
  durationMs: z
    .int()
    .min(1)
    .nullable()
    .describe("The track's length in milliseconds when the play started; null when not known."),
  territory: territoryField,
  offering: offeringField,
  deviceId: idField('The device it was played on.'),
  mode: z
    .enum(['online', 'offline', 'import'])
    .describe("Reported while heard, reported later by a device, or taken from another service's export."),
  source: z
    .enum(PLAY_SOURCES)
    .describe('How it came to be chosen: whether the listener was active follows from this (R9).'),
  startedAt: instantField('When the play started: its royalty period follows from this.'),
};

const receipt = {
  receivedAt: instantField('When the service received the report.'),
  clockOffsetMs: z
    .int()
    .describe(
      "What was added to the times of the device's clock, milliseconds; 0 where that was believed (R14).",
    ),
};

/** Version 1 did not say when it was received, for it had been refused unless its times could be believed. */
const receivedWhenItHappened: Upcaster = (old) => ({ ...old, receivedAt: old['at'], clockOffsetMs: 0 });

const ofUnknownSource: Upcaster = (old) => ({
  ...old,
  source: 'unknown',
  receivedAt: old['at'] ?? old['startedAt'],
  clockOffsetMs: 0,
});

const position = (meaning: string) => millisecondsField(`${meaning} Position in the track.`);

const reported = z.strictObject({
  positionMs: position('Where the listener was.'),
  at: instantField('When.'),
  ...receipt,
});
const upcasters = [receivedWhenItHappened];

const segment = z.strictObject({
  fromMs: position('Begin.'),
  toMs: position('End, not below the begin.'),
  wallMs: millisecondsField('Time on the clock that it took to hear.'),
});

const segments = z
  .array(segment)
  .max(SEGMENTS_MAX)
  .describe('Stretches heard without a jump, in the order heard, as reported.');

const heard = {
  playedMs: millisecondsField('Sum of the stretches, clipped to the track.'),
  uniqueMs: millisecondsField('Length of their union.'),
  wallMs: millisecondsField('Sum of their time on the clock.'),
};

export const playShapes = {
  PlayStarted: {
    summary: 'A listener started to hear a track. One id is one play, whatever happens in it.',
    schema: z.strictObject({ ...facts, positionMs: position('Where the listener started.'), ...receipt }),
    upcasters: [ofUnknownSource],
  },
  PlaySeeked: {
    summary: 'The listener jumped. What lies between was not heard.',
    schema: z.strictObject({
      fromMs: position('Where the listener was.'),
      toMs: position('Where the listener goes on.'),
      at: instantField('When.'),
      ...receipt,
    }),
    upcasters,
  },
  PlayPaused: { summary: 'Time stands still until the play is resumed.', schema: reported, upcasters },
  PlayResumed: { summary: 'The play goes on.', schema: reported, upcasters },
  PlayProgressed: {
    summary: 'A sign of life: what was heard up to here stands even if nothing more is ever reported.',
    schema: reported,
    upcasters,
  },
  PlayStopped: {
    summary:
      'The play is over. Carries everything that counting needs: the facts of the play, what was heard, and the sums that follow from it by rule R1.',
    schema: z.strictObject({
      ...facts,
      reason: z
        .enum(['stopped', 'ended', 'silence', 'reported', 'import'])
        .describe(
          "The listener's wish, the track's end, no report for too long, the rest told later by numbered reports, or recorded whole.",
        ),
      positionMs: position('Where the listener was at last.'),
      at: instantField('When it was over; after a silence, the last report.'),
      ...receipt,
      segments,
      muted: z.boolean().describe('The player says that all of it was heard without sound.'),
      ...heard,
    }),
    // Up to version 3 no play was told later.
    upcasters: [ofUnknownSource, (old) => ({ ...old, muted: false }), (old) => old],
  },
  PlayReported: {
    summary:
      'A device told later what was heard, under a number of its own (R15). It adds to what was reported live and under other numbers, and carries the facts of the play and its sums without and with it, so that counting needs no look-up.',
    schema: z.strictObject({
      ...facts,
      reportedBy: idField('The device that numbers; the play may have begun on another.'),
      deviceSeq: z.int().min(0).describe('Its number: with play and device the key of the report.'),
      segments,
      at: instantField('When the last stretch ended.'),
      ...receipt,
      muted: z.boolean().describe('The device says that all of this was heard without sound.'),
      contentHash: sha256Field('What the device said under the number.'),
      before: z.strictObject(heard).describe('What was known of the play in all without this report (R1).'),
      after: z.strictObject(heard).describe('What is known of it with this report.'),
      endedAt: instantField('When the play was over, by all that is known.'),
      caseId: idField(
        'The case that holds the play: something else was said under the number before.',
      ).nullable(),
    }),
  },
} satisfies ShapesOf<PlayEvent>;
