import type { Event } from '../decider.js';
import type { Offering } from '../shared/offering.js';
import type { PlaySource } from '../shared/listening/play-source.js';
import type { Heard, Segment } from '../shared/listening/segments.js';
import type { Territory } from '../shared/territory.js';

/** How a play came to us: reported while it was heard, reported later by a device, or from another service's export. */
export type PlayMode = 'online' | 'offline' | 'import';

/**
 * Why nothing more is reported live: the listener's wish, the track's end, no report for too long, a device that tells the
 * rest later by numbered reports, or a play that was recorded whole.
 */
export type StopReason = 'stopped' | 'ended' | 'silence' | 'reported' | 'import';

/** What royalties must know of a play besides what was heard; carried by its events so that a fold needs no look-up. */
export type PlayFacts = {
  readonly listenerId: string;
  readonly trackId: string;
  /** The track's length when the play started; null when it was not known. */
  readonly durationMs: number | null;
  readonly territory: Territory;
  readonly offering: Offering;
  readonly deviceId: string;
  readonly mode: PlayMode;
  readonly source: PlaySource;
  /** UTC, epoch milliseconds, as all instants; by the device's clock, which is set right where it was wrong (R14). */
  readonly startedAt: number;
};

/** How a report's time was come by (R14). */
export type ReportTiming = {
  /** When the service received the report, by its own clock. */
  readonly receivedAt: number;
  /** What was added to the times of the device's clock; 0 where that was believed. */
  readonly clockOffsetMs: number;
};

// Stored for ever. Reshape one only with an upcaster. Positions are milliseconds from the start of the track.

export type PlayStarted = Event<'PlayStarted', PlayFacts & ReportTiming & { positionMs: number }>;

type Reported = ReportTiming & { positionMs: number; at: number };

/** The listener was at `fromMs` and goes on at `toMs`. What lies between was not heard. */
export type PlaySeeked = Event<'PlaySeeked', ReportTiming & { fromMs: number; toMs: number; at: number }>;

export type PlayPaused = Event<'PlayPaused', Reported>;

export type PlayResumed = Event<'PlayResumed', Reported>;

/** The player is still there: everything up to here stands even if nothing more is ever reported. */
export type PlayProgressed = Event<'PlayProgressed', Reported>;

/**
 * The play is over. `segments` are in the order heard, as reported; `playedMs`, `uniqueMs` and `wallMs` follow from
 * them and from `durationMs` by R1. `receivedAt` is when the service had all of it.
 */
export type PlayStopped = Event<
  'PlayStopped',
  PlayFacts &
    Heard &
    ReportTiming & {
      reason: StopReason;
      positionMs: number;
      at: number;
      segments: readonly Segment[];
      /** The player says that all of it was heard without sound. */
      muted: boolean;
    }
>;

/**
 * A device told later what was heard, under a number of its own (R15): it adds to what was reported live and under other
 * numbers. Comes after the stop only. The facts are those of the play; `segments`, `at` and `muted` are what this report
 * says; `before` and `after` what was heard of the play in all (R1), without it and with it.
 */
export type PlayReported = Event<
  'PlayReported',
  PlayFacts &
    ReportTiming & {
      /** The device that numbers; the play may have begun on another. */
      reportedBy: string;
      deviceSeq: number;
      /** In the order heard. */
      segments: readonly Segment[];
      /** When the last of them ended. */
      at: number;
      muted: boolean;
      /** SHA-256 of what the device said, hexadecimal. */
      contentHash: string;
      before: Heard;
      after: Heard;
      /** When the play was over, by all that is known. */
      endedAt: number;
      /** The case that holds the play, where something else was said under this number before; else null. */
      caseId: string | null;
    }
>;

export type PlayEvent =
  | PlayStarted
  | PlaySeeked
  | PlayPaused
  | PlayResumed
  | PlayProgressed
  | PlayStopped
  | PlayReported;
