import { z } from 'zod';
import type { ArtistEvent } from '../../domain/catalogue/artist.js';
import { TRACK_DURATION_MS_MAX, TRACK_KINDS, type TrackEvent } from '../../domain/catalogue/track.js';
import type { ShapesOf } from './event-shape.js';
import { idField, instantField, nameField } from './fields.js';

export const artistShapes = {
  ArtistRegistered: {
    summary: 'An artist is known by a name.',
    schema: z.strictObject({ name: nameField('The name.'), at: instantField('When.') }),
  },
} satisfies ShapesOf<ArtistEvent>;

const kind = z
  .enum(TRACK_KINDS)
  .describe('`noise`: functional sound that is not listened to as music, such as rain (R9).');

const duration = z.int().min(1).max(TRACK_DURATION_MS_MAX);

export const trackShapes = {
  TrackRegistered: {
    summary: 'A recording is in the catalogue.',
    schema: z.strictObject({
      title: nameField('The title.'),
      artistId: idField('The artist.'),
      durationMs: duration
        .nullable()
        .describe('Length of the recording in milliseconds; null when not known.'),
      isrc: z.exactOptional(
        z
          .string()
          .regex(/^[A-Z]{2}[A-Z0-9]{3}\d{7}$/)
          .describe('ISO 3901 code of the recording, without hyphens; absent when not known.'),
      ),
      kind,
      at: instantField('When.'),
    }),
    upcasters: [(old) => ({ ...old, kind: 'music' })],
  },
  TrackClassified: {
    summary: 'Somebody who is not paid for it has said what a recording is.',
    schema: z.strictObject({ kind, at: instantField('When.') }),
  },
  TrackCorrected: {
    summary:
      'A recording is known to last otherwise than was said. All plays of it are judged by this (R1 to R4), those of the past too.',
    schema: z.strictObject({
      durationMs: duration.describe('Length of the recording in milliseconds.'),
      at: instantField('When.'),
    }),
  },
} satisfies ShapesOf<TrackEvent>;
