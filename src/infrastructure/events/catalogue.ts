import { z } from 'zod';
import type { ArtistEvent } from '../../domain/catalogue/artist.js';
import { TRACK_DURATION_MS_MAX, TRACK_KINDS, type TrackEvent } from '../../domain/catalogue/track.js';
import type { ShapesOf } from './event-shape.js';
import { idField, instantField, nameField } from './fields.js';

export const artistShapes = {
  ArtistRegistered: {
    summary: 'An artist was registered.',
    schema: z.strictObject({
      name: nameField('Name of the artist.'),
      at: instantField('Time of recording.'),
    }),
  },
} satisfies ShapesOf<ArtistEvent>;

const kind = z.enum(TRACK_KINDS).describe('`noise`: functional sound that is not music, such as rain (R9).');

const duration = z.int().min(1).max(TRACK_DURATION_MS_MAX);

export const trackShapes = {
  TrackRegistered: {
    summary: 'A recording was registered in the catalogue.',
    schema: z.strictObject({
      title: nameField('Title of the track.'),
      artistId: idField('Artist of the track.'),
      durationMs: duration.nullable().describe('Length of the recording in milliseconds; null if unknown.'),
      isrc: z.exactOptional(
        z
          .string()
          .regex(/^[A-Z]{2}[A-Z0-9]{3}\d{7}$/)
          .describe('ISRC of the recording (ISO 3901), without hyphens; absent if unknown.'),
      ),
      kind,
      at: instantField('Time of recording.'),
    }),
    upcasters: [(old) => ({ ...old, kind: 'music' })],
  },
  TrackClassified: {
    summary: 'Finance classified a recording, overriding its label.',
    schema: z.strictObject({ kind, at: instantField('Time of recording.') }),
  },
  TrackCorrected: {
    summary:
      'The length of a recording was corrected. Settlements evaluate all its plays, past ones included, by this length (R1 to R4).',
    schema: z.strictObject({
      durationMs: duration.describe('Length of the recording in milliseconds.'),
      at: instantField('Time of recording.'),
    }),
  },
} satisfies ShapesOf<TrackEvent>;
