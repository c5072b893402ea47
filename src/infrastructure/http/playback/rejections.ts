import type { PlayRejection } from '../../../domain/playback/play.js';
import type { ProblemKind } from '../problems/problems.js';

/** Rejections of the deciders. The compiler reports one that has no entry below. */
type OfDeciders = PlayRejection['rejected'];

/** The status and the texts of each code of this context. */
export const playbackRejections = {
  PlayExists: {
    status: 409,
    title: 'Play exists',
    detail: 'A play with this id and other content exists. Choose another id.',
  },
  PlayNotFound: {
    status: 404,
    title: 'Play not found',
    detail: 'No play has this id. Check the id or start the play first.',
  },
  PlayEnded: {
    status: 409,
    title: 'Play ended',
    detail: 'The play has ended. Start a new play with a new id.',
  },
  PlayNotLive: {
    status: 409,
    title: 'Play not live',
    detail:
      'The play was closed after a silence or already has numbered reports. Send a numbered report of what was heard since.',
  },
  ReportOfAnotherPlay: {
    status: 409,
    title: 'Report of another play',
    detail:
      'The facts of the report differ from those of the play. Repeat them as reported at the start of the play.',
  },
  PlayTooLong: {
    status: 422,
    title: 'Play too long',
    detail: 'A play lasts at most two days. Start a new play.',
  },
  PlayIsPaused: {
    status: 409,
    title: 'Play is paused',
    detail: 'The play is paused. Report that it was resumed before you report progress.',
  },
  OutOfOrder: {
    status: 409,
    title: 'Out of order',
    detail: 'Reports of a play must be in order of time. Send a time after the last report.',
  },
  PositionOutOfTrack: {
    status: 422,
    title: 'Position out of track',
    detail: 'A position must be between the start and the end of the track.',
  },
  PositionWentBack: {
    status: 422,
    title: 'Position went back',
    detail: 'The position of a running play cannot decrease. Report a seek first.',
  },
  TooManyReports: {
    status: 422,
    title: 'Too many reports',
    detail: 'The play has reached the maximum number of reports or segments. Start a new play.',
  },
  BadSegments: {
    status: 422,
    title: 'Bad segments',
    detail: 'A segment must start at 0 or later and must not end before its start.',
  },
} as const satisfies Readonly<Record<OfDeciders, ProblemKind>>;
