import { z } from 'zod';
import { MEDIA_MS_MAX } from '../../../domain/shared/listening/segments.js';
import { isMonth } from '../../../domain/shared/calendar.js';
import { isId } from '../../../domain/shared/id.js';
import { isName } from '../../../domain/shared/name.js';
import { isOffering } from '../../../domain/shared/offering.js';
import { isTerritory } from '../../../domain/shared/territory.js';

// Schemas of requests and responses. A schema of a single value has the bare name of the field (`id`, `month`); the schemas
// of events in `infrastructure/events/fields.ts` end in `Field`. Messages of request schemas are shown to clients.

/** UUIDs are in lower case in requests and responses, so that each id has one spelling. */
export const uuid = z
  .uuid('Must be a UUID.')
  .regex(/^[^A-Z]*$/, 'Must be a UUID in lower case.')
  .describe('UUID in lower case. Use version 7 for new ids.');

export const id = z
  .string()
  .refine(isId, 'Must be 1 to 128 letters, digits and . _ : @ -')
  .describe('Identifier: 1 to 128 letters, digits or any of `. _ : @ -`.')
  .meta({ minLength: 1, maxLength: 128 });

export const name = z
  .string()
  .refine((text) => isName(text) && text.trim() !== '', 'Must be 1 to 512 characters, not all of them blank.')
  .meta({ minLength: 1, maxLength: 512 });

export const territory = z
  .string()
  .refine(isTerritory, 'Must be an ISO 3166-1 alpha-2 code in capitals.')
  .describe('ISO 3166-1 alpha-2 code in capitals; `ZZ` if unknown.')
  .meta({ pattern: '^[A-Z]{2}$', example: 'DE' });

export const offering = z
  .string()
  .refine(isOffering, 'Must be 1 to 64 of a-z, 0-9 and -')
  .describe('Subscription offering: 1 to 64 of `a-z 0-9 -`.')
  .meta({ example: 'premium' });

export const month = z
  .string()
  .refine((text) => isMonth(text) && text >= '1970-01', 'Must be a month, YYYY-MM, 1970-01 or later.')
  .describe('Calendar month in UTC, YYYY-MM, 1970-01 or later.')
  .meta({ pattern: '^\\d{4}-(?:0[1-9]|1[0-2])$', example: '2026-10' });

/** Path parameters of a period. */
export const periodParams = z.strictObject({ offering, territory, month });

export const sha256Hex = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'Must be a SHA-256 digest: 64 hexadecimal digits in lower case.')
  .describe('SHA-256 digest in hexadecimal.');

/** Milliseconds from the start of a track. The play decides whether the position lies within its track. */
export const positionMs = z
  .int('Must be a whole number of milliseconds.')
  .min(0, 'Must be 0 or more.')
  .max(MEDIA_MS_MAX, 'Must be at most a day.')
  .describe('Position in the track, in milliseconds from its start.');

export const durationMs = z
  .int('Must be a whole number of milliseconds.')
  .min(1, 'Must be 1 or more.')
  .max(MEDIA_MS_MAX, 'Must be at most a day.');

/** Parses RFC 3339 in UTC to epoch milliseconds. Years 1970 to 9999: no event is older. */
export const instant = z
  .string()
  .pipe(z.iso.datetime('Must be an RFC 3339 time in UTC, such as 2026-10-01T12:00:00.000Z.'))
  .transform((text) => Date.parse(text))
  .refine((ms) => ms >= 0, 'Must be 1970 or later.')
  .describe('RFC 3339 time in UTC, 1970 or later.')
  .meta({ format: 'date-time', example: '2026-10-01T12:00:00.000Z' });

const LIMIT_DEFAULT = 50;
/** Most documents in one response. The application's own queries may ask for more. */
export const LIMIT_MAX = 200;

const CURSOR_LENGTH_MAX = 3_600;

/** Parsed from text, since query parameters are text. */
const limit = z
  .string()
  .regex(/^(?:[1-9]\d?|1\d\d|200)$/, `Must be a whole number from 1 to ${LIMIT_MAX}.`)
  .transform(Number)
  .default(LIMIT_DEFAULT)
  .describe(`Maximum number of items in the response, 1 to ${LIMIT_MAX}.`);

/** Long enough for the sort fields of the last document, which may include a name. */
const cursor = z
  .string()
  .min(1)
  .max(CURSOR_LENGTH_MAX)
  .optional()
  .describe('Value of `next` from the previous page.');

export const page = { limit, cursor };

// Schemas of responses.

export const time = z.iso.datetime().describe('RFC 3339 time in UTC.');

/** @param ms UTC, epoch milliseconds */
export const rfc3339 = (ms: number): string => new Date(ms).toISOString();

export const receipt = z
  .strictObject({
    id: z.string().describe('Id of the resource that the command changed.'),
    position: z
      .string()
      .describe(
        'Opaque position in the log. Send it as Min-Position with a query to see the effects of the command.',
      ),
  })
  .meta({
    id: 'Receipt',
    description: 'Confirms that the command was executed and that its events are durable.',
  });

export const listResponse = <S extends z.ZodType>(document: S, id: string) =>
  z
    .strictObject({
      items: z.array(document),
      next: z
        .string()
        .optional()
        .describe('Send it as `cursor` to get the next page; absent on the last page.'),
    })
    .meta({ id });

/** A stream of server-sent events. */
export const events = z.string().describe('Server-sent events (HTML Living Standard, section 9.2).');

/** Milliseconds as a decimal string, since a sum may exceed the integers that a JSON number holds exactly. */
export const sumMs = z.string().regex(/^\d+$/).describe('Milliseconds: a whole number as text.');
