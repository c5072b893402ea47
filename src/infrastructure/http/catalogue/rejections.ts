import type { ArtistRejection } from '../../../domain/catalogue/artist.js';
import type { TrackRejection } from '../../../domain/catalogue/track.js';
import type { ProblemKind } from '../problems/problems.js';

/** Refusals of the deciders. The compiler reports one that has no entry below. */
type OfDeciders = (ArtistRejection | TrackRejection)['rejected'];

/** Refusals of command and query handlers, which also see other streams and the clock. */
type OfHandlers = 'ArtistNotFound';

/** The status and the texts of each code of this context. */
export const catalogueRejections = {
  ArtistExists: {
    status: 409,
    title: 'Artist exists',
    detail: 'An artist with this id has another name.',
  },
  ArtistNotFound: { status: 404, title: 'Artist not found', detail: 'There is no such artist.' },
  BadName: { status: 422, title: 'Bad name', detail: 'A name has 1 to 512 characters.' },
  TrackExists: {
    status: 409,
    title: 'Track exists',
    detail: 'A track with this id has other content.',
  },
  TrackNotFound: { status: 404, title: 'Track not found', detail: 'There is no such track.' },
  BadTitle: { status: 422, title: 'Bad title', detail: 'A title has 1 to 512 characters.' },
  BadDuration: { status: 422, title: 'Bad duration', detail: 'A recording lasts from 1 ms to a day.' },
  BadIsrc: { status: 422, title: 'Bad ISRC', detail: 'An ISRC is as ISO 3901 asks.' },
} as const satisfies Readonly<Record<OfDeciders | OfHandlers, ProblemKind>>;
