import type { ArtistRejection } from '../../domain/catalogue/artist.js';
import type { TrackRejection } from '../../domain/catalogue/track.js';
import type { PlayRejection } from '../../domain/playback/play.js';
import type { ProblemKind } from './problems.js';

/** Refusals of the deciders. The compiler misses one that is not here. */
type OfDeciders = PlayRejection['rejected'] | ArtistRejection['rejected'] | TrackRejection['rejected'];

/** Refusals of the shell around them, which knows other streams, other commands and the clock. */
type OfShell =
  | 'IdempotencyKeyReused'
  | 'ArtistNotFound'
  | 'TrackNotFound'
  | 'ReportFromFuture'
  | 'ReportTooOld';

/** What a refused command means over HTTP. The detail of an answer is the refusal's own. */
export const REJECTIONS = {
  IdempotencyKeyReused: {
    status: 422,
    title: 'Idempotency-Key used before',
    detail: 'The key was used with other content. Use a new key for a new command.',
  },
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
  PlayExists: {
    status: 409,
    title: 'Play exists',
    detail: 'A play with this id exists and has other content.',
  },
  PlayNotFound: { status: 404, title: 'Play not found', detail: 'There is no such play.' },
  PlayEnded: {
    status: 409,
    title: 'Play ended',
    detail: 'The play is over. What is heard now is a new play with a new id.',
  },
  PlayIsPaused: {
    status: 409,
    title: 'Play is paused',
    detail: 'Report that it goes on before its progress.',
  },
  OutOfOrder: {
    status: 409,
    title: 'Out of order',
    detail: 'Reports of a play come in the order of their times.',
  },
  PositionOutOfTrack: {
    status: 422,
    title: 'Position out of track',
    detail: 'A position lies between the start and the end of the track.',
  },
  PositionWentBack: {
    status: 422,
    title: 'Position went back',
    detail: 'While it plays, a position only grows. Report a seek to go back.',
  },
  TooManyReports: {
    status: 422,
    title: 'Too many reports',
    detail: 'The play has as many reports as one play may have. Stop it.',
  },
  BadSegments: {
    status: 422,
    title: 'Bad segments',
    detail: 'A stretch begins at 0 or later and does not end before it begins.',
  },
  ReportFromFuture: {
    status: 422,
    title: 'Report from the future',
    detail: 'The time of a report is at most 120 seconds ahead of the service.',
  },
  ReportTooOld: {
    status: 422,
    title: 'Report too old',
    detail: 'The time of a report is at most 37 days behind the service.',
  },
} as const satisfies Readonly<Record<OfDeciders | OfShell, ProblemKind>>;
