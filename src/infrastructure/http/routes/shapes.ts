import { z } from 'zod';
import { TRACK_DURATION_MS_MAX } from '../../../domain/catalogue/track.js';
import { isMonth } from '../../../domain/shared/calendar.js';
import { isId } from '../../../domain/shared/id.js';
import { isName } from '../../../domain/shared/name.js';
import { isOffering } from '../../../domain/shared/offering.js';
import { isTerritory } from '../../../domain/shared/territory.js';

// What requests are made of. Every schema says in words what it takes: the words are what a client is answered with.

/** UUIDs are lower case on the way in and out: an id has one spelling. */
export const uuid = z
  .uuid('Must be a UUID.')
  .regex(/^[^A-Z]*$/, 'Must be a UUID in lower case.')
  .describe('UUID in lower case; version 7 for what a client creates.');

export const id = z
  .string()
  .refine(isId, 'Must be 1 to 128 letters, digits and . _ : @ -')
  .describe('1 to 128 of A-Z a-z 0-9 . _ : @ -')
  .meta({ minLength: 1, maxLength: 128 });

export const name = z
  .string()
  .refine((text) => isName(text) && text.trim() !== '', 'Must be 1 to 512 characters, not all of them blank.')
  .meta({ minLength: 1, maxLength: 512 });

export const territory = z
  .string()
  .refine(isTerritory, 'Must be an ISO 3166-1 alpha-2 code in capitals.')
  .describe('ISO 3166-1 alpha-2 code in capitals; ZZ when unknown.')
  .meta({ pattern: '^[A-Z]{2}$', example: 'DE' });

export const offering = z
  .string()
  .refine(isOffering, 'Must be a slug of 1 to 64 of a-z 0-9 -')
  .describe('What the listener subscribes to, as a slug.')
  .meta({ example: 'premium' });

export const month = z
  .string()
  .refine((text) => isMonth(text) && text >= '1970-01', 'Must be a month as YYYY-MM, from 1970-01.')
  .describe('Calendar month in UTC, from 1970-01.')
  .meta({ pattern: '^\\d{4}-(?:0[1-9]|1[0-2])$', example: '2026-10' });

/** The path of a period. */
export const periodParams = z.strictObject({ offering, territory, month });

export const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'Must be a SHA-256 in 64 hexadecimal digits, lower case.')
  .describe('SHA-256 in hexadecimal.');

/** Milliseconds from the start of a track. Whether they lie in the track is for the play to say. */
export const positionMs = z
  .int('Must be a whole number of milliseconds.')
  .min(0, 'Must be 0 or more.')
  .max(TRACK_DURATION_MS_MAX, 'Must be at most a day.')
  .describe('Milliseconds from the start of the track.');

export const durationMs = z
  .int('Must be a whole number of milliseconds.')
  .min(1, 'Must be 1 or more.')
  .max(TRACK_DURATION_MS_MAX, 'Must be at most a day.');

/** RFC 3339 in UTC outside, epoch milliseconds inside: from 1970, before which no event can be, to 9999. */
export const instant = z
  .string()
  .pipe(z.iso.datetime('Must be an RFC 3339 time in UTC, as 2026-10-01T12:00:00.000Z.'))
  .transform((text) => Date.parse(text))
  .refine((ms) => ms >= 0, 'Must be 1970 or later.')
  .describe('RFC 3339 time in UTC, from 1970.')
  .meta({ format: 'date-time', example: '2026-10-01T12:00:00.000Z' });

const LIMIT_DEFAULT = 50;
/** Most documents in one answer (the application allows more to its own). */
export const LIMIT_MAX = 200;

const CURSOR_LENGTH_MAX = 3_600;

/** Query parameters are text. */
const limit = z
  .string()
  .regex(/^(?:[1-9]\d?|1\d\d|200)$/, `Must be a whole number from 1 to ${LIMIT_MAX}.`)
  .transform(Number)
  .default(LIMIT_DEFAULT)
  .describe(`Most documents in the answer, 1 to ${LIMIT_MAX}.`);

/** Holds the last document's sort fields, of which a name may be long. */
const cursor = z.string().min(1).max(CURSOR_LENGTH_MAX).optional().describe('next of the page before.');

export const page = { limit, cursor };

// What answers are made of.

export const time = z.iso.datetime().describe('RFC 3339 time in UTC.');

/** @param ms UTC, epoch milliseconds */
export const rfc3339 = (ms: number): string => new Date(ms).toISOString();

export const receipt = z
  .strictObject({
    id: z.string().describe('Id of what the command changed.'),
    position: z
      .string()
      .describe(
        'Place in the log, opaque. Sent as Min-Position it makes an answer show what the command did.',
      ),
  })
  .meta({ id: 'Receipt', description: 'The command is carried out and durable.' });

export const listOf = <S extends z.ZodType>(document: S, id: string) =>
  z
    .strictObject({
      items: z.array(document),
      next: z.string().optional().describe('Send it as cursor for the next page; absent on the last.'),
    })
    .meta({ id });

/** An answer that goes on: server-sent events. */
export const events = z.string().describe('Events by the HTML Living Standard, section 9.2.');

/** Milliseconds as a decimal string: sums may pass what a JSON number holds exactly. */
export const sumMs = z.string().regex(/^\d+$/).describe('Milliseconds, a whole number as text.');
