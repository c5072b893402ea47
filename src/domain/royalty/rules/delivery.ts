import { mulDiv } from '../../shared/exact/integers.js';
import type { Segment } from '../../shared/listening/segments.js';

/** R20's parameters, milliseconds. */
export type DeliveryPolicy = {
  /** How long before the play a delivery may lie: what a device keeps may be heard later. */
  readonly windowMs: number;
  /** Added at both edges of what was delivered: players and servers cut streams at different points. */
  readonly edgeToleranceMs: number;
};

/** Media [fromMs, toMs) that the server sent to the play's device: as a stream, ahead of time, or as a download. */
export type Delivery = { readonly fromMs: number; readonly toMs: number; readonly at: number };

/** What of a play is borne out by deliveries. */
export type Reconciled = {
  /** As heard where all of it is: a stretch without length has its time on the clock. */
  readonly segments: readonly Segment[];
  /** Set when media was heard that the device was never sent. It does not count. */
  readonly fault: 'NO_DELIVERY_EVIDENCE' | null;
};

/**
 * R20: heard and delivered. What was delivered and not heard is buffered, not played; what was heard and never delivered
 * is not believed. The wall time of a segment that is cut shrinks in proportion.
 *
 * @param endedAt end of the play, corrected by R14: evidence cannot come later
 */
export const reconcile = (
  { windowMs, edgeToleranceMs }: DeliveryPolicy,
  play: { readonly segments: readonly Segment[]; readonly startedAt: number; readonly endedAt: number },
  deliveries: readonly Delivery[],
): Reconciled => {
  const evidence = joined(
    deliveries
      .filter(({ at }) => at >= play.startedAt - windowMs && at <= play.endedAt)
      .map(({ fromMs, toMs }) => ({ fromMs: fromMs - edgeToleranceMs, toMs: toMs + edgeToleranceMs })),
  );
  const segments = play.segments.flatMap((heard) => within(heard, evidence));
  return lengthOf(segments) === lengthOf(play.segments)
    ? { segments: play.segments, fault: null }
    : { segments, fault: 'NO_DELIVERY_EVIDENCE' };
};

type Interval = { readonly fromMs: number; readonly toMs: number };

const within = (heard: Segment, evidence: readonly Interval[]): readonly Segment[] =>
  evidence.flatMap((delivered) => {
    const fromMs = Math.max(heard.fromMs, delivered.fromMs);
    const toMs = Math.min(heard.toMs, delivered.toMs);
    if (toMs <= fromMs) return [];
    return [{ fromMs, toMs, wallMs: mulDiv(heard.wallMs, toMs - fromMs, heard.toMs - heard.fromMs) }];
  });

/** Disjoint intervals in order. */
const joined = (intervals: readonly Interval[]): readonly Interval[] => {
  const result: { fromMs: number; toMs: number }[] = [];
  for (const { fromMs, toMs } of [...intervals].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = result.at(-1);
    if (last && fromMs <= last.toMs) last.toMs = Math.max(last.toMs, toMs);
    else result.push({ fromMs, toMs });
  }
  return result;
};

const lengthOf = (intervals: readonly Interval[]): number =>
  intervals.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, toMs - fromMs), 0);
