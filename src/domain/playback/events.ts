import type { Event } from '../decider.js';
import type { Offering } from '../shared/offering.js';
import type { PlaySource } from '../shared/listening/play-source.js';
import type { Heard, Segment } from '../shared/listening/segments.js';
import type { Territory } from '../shared/territory.js';

/** How the service received a play: reported live, reported later by a device, or imported from another service's export. */
export type PlayMode = 'online' | 'offline' | 'import';

/**
 * Why the live reports of a play ended: `stopped` by the listener, the track `ended`, `silence` for too long, the rest is
 * `reported` later by numbered reports, or the play was recorded after its end (`import`).
 */
export type StopReason = 'stopped' | 'ended' | 'silence' | 'reported' | 'import';

/** Facts of a play that royalties need besides its segments. Its events carry them, so that folding needs no look-up. */
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
  /** UTC, epoch milliseconds, as all instants; by the device's clock, corrected where that was wrong (R14). */
  readonly startedAt: number;
};

/** How the times of a report were determined (R14). */
export type ReportTiming = {
  /** When the service received the report, by the service's clock. */
  readonly receivedAt: number;
  /** Milliseconds added to the times of the device's clock; 0 where that clock was accepted. */
  readonly clockOffsetMs: number;
};

// Stored for ever. Reshape one only with an upcaster. Positions are milliseconds from the start of the track.

export type PlayStarted = Event<'PlayStarted', PlayFacts & ReportTiming & { positionMs: number }>;

type PositionReport = ReportTiming & { positionMs: number; at: number };

/** The listener jumped from `fromMs` to `toMs`. The media in between was not heard. */
export type PlaySeeked = Event<'PlaySeeked', ReportTiming & { fromMs: number; toMs: number; at: number }>;

export type PlayPaused = Event<'PlayPaused', PositionReport>;

export type PlayResumed = Event<'PlayResumed', PositionReport>;

/** The play is still running. Everything up to this position counts, even if no further report arrives. */
export type PlayProgressed = Event<'PlayProgressed', PositionReport>;

/**
 * The play is over. `segments` are in the order heard, as reported; `playedMs`, `uniqueMs` and `wallMs` are computed from
 * them and from `durationMs` (R1). `receivedAt` is when the service received the last of it.
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
      /** The player reported that the whole play had no sound. */
      muted: boolean;
    }
>;

/**
 * A device reported segments later, under a number of its own (R15). They add to the live reports and to the reports with
 * other numbers. Occurs only after the stop. The facts are those of the play; `segments`, `at` and `muted` are this
 * report's; `before` and `after` are the play's totals (R1) without and with this report.
 */
export type PlayReported = Event<
  'PlayReported',
  PlayFacts &
    ReportTiming & {
      /** The device that numbered the report; the play may have started on another. */
      reportedBy: string;
      deviceSeq: number;
      /** In the order heard. */
      segments: readonly Segment[];
      /** When the last segment ended. */
      at: number;
      muted: boolean;
      /** SHA-256 of the report's content, hexadecimal. */
      contentHash: string;
      before: Heard;
      after: Heard;
      /** When the play ended, by all reports so far. */
      endedAt: number;
      /** The case that holds the play when an earlier report with this number had other content; else null. */
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
