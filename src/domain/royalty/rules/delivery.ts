import { mulDiv } from '../../shared/exact/integers.js';
import type { Segment } from '../../shared/listening/segments.js';

/** Parameters of R20, milliseconds. */
export type DeliveryPolicy = {
  /** Longest time from a delivery to the play: a device may play cached media later. */
  readonly windowMs: number;
  /** Added at both edges of a delivery: players and servers cut streams at different points. */
  readonly edgeToleranceMs: number;
};

/** Media [fromMs, toMs) sent to the device of the play: streamed, prefetched or downloaded. */
export type Delivery = { readonly fromMs: number; readonly toMs: number; readonly at: number };

/** The part of a play that deliveries confirm. */
export type Reconciled = {
  /** Unchanged if deliveries confirm all of it, so that segments without length keep their wall time. */
  readonly segments: readonly Segment[];
  /** Set if the device reported media that it was never sent; that media does not count. */
  readonly fault: 'NO_DELIVERY_EVIDENCE' | null;
};

/**
 * R20: keeps media that was both heard and delivered. Media delivered but not heard was only buffered; media heard but
 * never delivered is not believed. Cutting a segment reduces its wall time in proportion.
 *
 * @param endedAt end of the play, corrected by R14; later deliveries are no evidence
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
