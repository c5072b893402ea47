import type { ArtistRejection } from '../../../domain/catalogue/artist.js';
import type { TrackRejection } from '../../../domain/catalogue/track.js';
import type { ProblemKind } from '../problems/problems.js';

/** Rejections of the deciders. The compiler reports one that has no entry below. */
type OfDeciders = (ArtistRejection | TrackRejection)['rejected'];

/** Rejections of command and query handlers, which also see other streams and the clock. */
type OfHandlers = 'ArtistNotFound';

/** The status and the texts of each code of this context. */
export const catalogueRejections = {
  ArtistExists: {
    status: 409,
    title: 'Artist exists',
    detail: 'An artist with this id and another name exists. Choose another id.',
  },
  ArtistNotFound: {
    status: 404,
    title: 'Artist not found',
    detail: 'No artist has this id. Register the artist first.',
  },
  BadName: { status: 422, title: 'Bad name', detail: 'A name must have 1 to 512 characters.' },
  TrackExists: {
    status: 409,
    title: 'Track exists',
    detail: 'A track with this id and other content exists. Choose another id.',
  },
  TrackNotFound: {
    status: 404,
    title: 'Track not found',
    detail: 'No track has this id. Register the track first.',
  },
  BadTitle: { status: 422, title: 'Bad title', detail: 'A title must have 1 to 512 characters.' },
  BadDuration: {
    status: 422,
    title: 'Bad duration',
    detail: 'The length of a recording must be 1 to 86,400,000 ms (a day).',
  },
  BadIsrc: {
    status: 422,
    title: 'Bad ISRC',
    detail: 'An ISRC must be well-formed (ISO 3901), such as DEA123456789.',
  },
} as const satisfies Readonly<Record<OfDeciders | OfHandlers, ProblemKind>>;
