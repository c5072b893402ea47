import { compareBytes } from '../../shared/exact/byte-order.js';
import type { PlaySource } from '../../shared/listening/play-source.js';
import type { Heard, Segment } from '../../shared/listening/segments.js';

/**
 * A play that has ended, with the facts that the counting rules read. Instants are UTC, epoch milliseconds, corrected
 * for the device's clock (R14); lengths are milliseconds.
 */
export type FinishedPlay = {
  readonly playId: string;
  readonly listenerId: string;
  readonly trackId: string;
  readonly deviceId: string;
  readonly source: PlaySource;
  readonly startedAt: number;
  readonly endedAt: number;
  /** When the service had received all of it; null for an imported play, which R14 never finds too late. */
  readonly receivedAt: number | null;
  /** Length of the track; null while unknown. */
  readonly durationMs: number | null;
  readonly playedMs: number;
  readonly uniqueMs: number;
  readonly wallMs: number;
  /** Segments by device, where numbered reports added to the live one (R15). */
  readonly parts?: readonly DeviceSegments[] | undefined;
  /** The undecided case that holds the play because its devices contradicted themselves (R15). */
  readonly conflict?: string | undefined;
  /** Heard without sound: the play counts, and is an integrity signal only. */
  readonly muted?: boolean | undefined;
  /** The length that was reported, where `durationMs` is a later correction (edge case 49). */
  readonly reportedMs?: number | null | undefined;
  /** What the device reported, where deliveries confirm less and the figures above are the lower ones (R20). */
  readonly claimed?: Heard | undefined;
};

/** The segments of a play that were heard on one device. */
export type DeviceSegments = { readonly deviceId: string; readonly segments: readonly Segment[] };

/** The order in which the rules see a listener's plays: by start, then by the bytes of the id (R5, R16). */
export const byStartThenId = (a: FinishedPlay, b: FinishedPlay): number =>
  a.startedAt - b.startedAt || compareBytes(a.playId, b.playId);
