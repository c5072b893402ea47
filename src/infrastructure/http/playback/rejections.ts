import type { PlayRejection } from '../../../domain/playback/play.js';
import type { ProblemKind } from '../problems/problems.js';

/** Refusals of the deciders. The compiler reports one that has no entry below. */
type OfDeciders = PlayRejection['rejected'];

/** The status and the texts of each code of this context. */
export const playbackRejections = {
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
  PlayNotLive: {
    status: 409,
    title: 'Play not live',
    detail:
      'The play was closed after a silence, or is told by numbered reports. Send what was heard since as such a report.',
  },
  ReportOfAnotherPlay: {
    status: 409,
    title: 'Report of another play',
    detail: 'A report repeats the facts of its play as they were said at its start.',
  },
  PlayTooLong: {
    status: 422,
    title: 'Play too long',
    detail: 'A play goes on for two days at most. What is heard later is a new play.',
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
    detail: 'The play has as many reports, or stretches, as one play may have.',
  },
  BadSegments: {
    status: 422,
    title: 'Bad segments',
    detail: 'A stretch begins at 0 or later and does not end before it begins.',
  },
} as const satisfies Readonly<Record<OfDeciders, ProblemKind>>;
