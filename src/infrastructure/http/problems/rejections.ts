import type { ArtistRejection } from '../../../domain/catalogue/artist.js';
import type { TrackRejection } from '../../../domain/catalogue/track.js';
import type { DeliveryRejection } from '../../../domain/audio/delivery-batch.js';
import type { CaseRejection } from '../../../domain/integrity/case.js';
import type { PlayRejection } from '../../../domain/playback/play.js';
import type { RightsRejection } from '../../../domain/rights/claims.js';
import type { AccountRejection } from '../../../domain/royalty/payees/payee-account.js';
import type { PeriodCloseRejection } from '../../../domain/royalty/periods/period-close.js';
import type { PeriodRejection } from '../../../domain/royalty/periods/period.js';
import type { RulesetRejection } from '../../../domain/royalty/rulesets/ruleset-registry.js';
import type { ProblemKind } from './problems.js';

/** Refusals of the deciders. The compiler misses one that is not here. */
type OfDeciders = (
  | PlayRejection
  | DeliveryRejection
  | ArtistRejection
  | TrackRejection
  | RulesetRejection
  | PeriodRejection
  | PeriodCloseRejection
  | RightsRejection
  | AccountRejection
  | CaseRejection
)['rejected'];

/** Refusals of the shell around them, which knows other streams, other commands and the clock. */
type OfShell =
  | 'IdempotencyKeyReused'
  | 'ArtistNotFound'
  | 'TrackNotFound'
  | 'RulesetNotFound'
  | 'RatesMissing'
  | 'ProjectionStopped'
  | 'TooManyReplays';

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
  BatchExists: {
    status: 409,
    title: 'Batch exists',
    detail: 'A batch with this id exists and has other deliveries.',
  },
  BadDeliveries: {
    status: 422,
    title: 'Bad deliveries',
    detail: 'A delivery is of a stretch that runs forward within a day.',
  },
  BadRuleset: {
    status: 422,
    title: 'Bad ruleset',
    detail: 'A ruleset has all fields of its format and no others.',
  },
  RulesetNotFound: {
    status: 404,
    title: 'Ruleset not found',
    detail: 'No ruleset with this hash is published.',
  },
  ReportedOtherwise: {
    status: 409,
    title: 'Reported otherwise',
    detail: 'The same was reported before with other figures, which stand.',
  },
  PeriodIsClosed: {
    status: 409,
    title: 'Period is closed',
    detail: 'A closed period takes refunds and corrected exchange rates only. They call for a restatement.',
  },
  RateMissing: {
    status: 422,
    title: 'Exchange rate missing',
    detail: 'Money in a second currency needs the exchange rate into the first one of the period.',
  },
  RefundTooHigh: {
    status: 422,
    title: 'Refund too high',
    detail: 'No more can be given back than the period took in that currency.',
  },
  TooManyInputs: {
    status: 422,
    title: 'Too many inputs',
    detail: 'The period has as many reports as one period may have.',
  },
  BadAmount: {
    status: 422,
    title: 'Bad amount',
    detail: 'An amount is 0 or more and below 10^15; an advance is above 0.',
  },
  UnknownCurrency: {
    status: 422,
    title: 'Unknown currency',
    detail: 'A currency is one that ISO 4217 lists.',
  },
  DateOutsidePeriod: {
    status: 422,
    title: 'Date outside the period',
    detail: 'A day lies in the month of the period, and there are no more days than it has.',
  },
  BadSubscriberMonths: {
    status: 422,
    title: 'Bad subscriber-months',
    detail: 'A report has 1 to 100 lines, each with a weight of 0 to 10,000,000 ppm.',
  },
  BadListenerFees: {
    status: 422,
    title: 'Bad listener fees',
    detail: 'A report has 1 to 500 fees, one for each listener.',
  },
  BadExchangeRate: {
    status: 422,
    title: 'Bad exchange rate',
    detail: 'A rate is a fraction above 0, to 10^8, between two currencies.',
  },
  BadShare: {
    status: 422,
    title: 'Bad share',
    detail: 'A share is 0 to 1,000,000 ppm, and so is the sum of those that a resolution gives.',
  },
  TooManyClaims: {
    status: 422,
    title: 'Too many claims',
    detail: 'The track has as many claims as one track may have.',
  },
  NotInDispute: {
    status: 409,
    title: 'Not in dispute',
    detail: 'No more than the whole of this right is claimed there and then.',
  },
  NothingToPay: {
    status: 409,
    title: 'Nothing to pay',
    detail: 'The balance is below the smallest amount that is paid out.',
  },
  TooManyPayouts: {
    status: 422,
    title: 'Too many payouts',
    detail: 'The account has as many payouts as one account may have.',
  },
  PayoutNotFound: { status: 404, title: 'Payout not found', detail: 'The account has no such payout.' },
  PayoutHasFailed: {
    status: 409,
    title: 'Payout has failed',
    detail: 'The payout has failed and its amount is in the balance again: propose a new one.',
  },
  AdvanceNotFound: {
    status: 404,
    title: 'Advance not found',
    detail: 'The account has no such advance.',
  },
  BalanceTooLow: {
    status: 409,
    title: 'Balance too low',
    detail: 'The balance has fallen below the payout since it was proposed: let it fail, and propose anew.',
  },
  SamePerson: {
    status: 409,
    title: 'Same person',
    detail: 'Another person than the one who proposed a payout releases it.',
  },
  CaseExists: { status: 409, title: 'Case exists', detail: 'A case with this id has other content.' },
  CaseNotFound: { status: 404, title: 'Case not found', detail: 'There is no such case.' },
  CaseIsDecided: { status: 409, title: 'Case is decided', detail: 'A case is decided once.' },
  BadScore: { status: 422, title: 'Bad score', detail: 'A score is 0 to 1,000,000 ppm.' },
  NoRevenue: {
    status: 409,
    title: 'No revenue',
    detail: 'No money is on record for the period. Record its revenue, be it 0, before it is settled.',
  },
  PeriodIsRunning: {
    status: 409,
    title: 'Period is running',
    detail: 'A period is settled when its month is over.',
  },
  TooEarlyToClose: {
    status: 409,
    title: 'Too early to close',
    detail: 'Plays of the period may still arrive. Give a reason to settle it before its day.',
  },
  AlreadyClosed: {
    status: 409,
    title: 'Already closed',
    detail: 'A closed period has its statement: it can be restated.',
  },
  PeriodNotClosed: {
    status: 409,
    title: 'Period not closed',
    detail: 'Only a closed period can be restated.',
  },
  SettledOtherwise: {
    status: 409,
    title: 'Settled otherwise',
    detail: 'The restatement was completed with another result, which stands.',
  },
  RatesMissing: {
    status: 409,
    title: 'Rates missing',
    detail: "The ruleset in force has no rates for the period's year.",
  },
  TooManyReplays: {
    status: 503,
    title: 'Too many replays',
    detail: 'As many replays wait as may: try again when some are done.',
  },
  ProjectionStopped: {
    status: 503,
    title: 'Projection stopped',
    detail: 'A read model that money rests on has stopped and needs an operator.',
  },
  TooManyScores: {
    status: 422,
    title: 'Too many scores',
    detail: 'The case has as many scores as one case may have.',
  },
} as const satisfies Readonly<Record<OfDeciders | OfShell, ProblemKind>>;
