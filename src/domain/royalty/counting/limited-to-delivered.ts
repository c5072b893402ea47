import type { Segment } from '../../shared/listening/segments.js';
import { heardIn } from '../../shared/listening/segments.js';
import { type Delivery, reconcile } from '../rules/delivery.js';
import type { CountingRules } from '../rulesets/ruleset.js';
import { segmentsByDevice } from './merged-reports.js';
import type { FinishedPlay } from './finished-play.js';

/** A delivery to one of a listener's devices. */
export type DeliveredTrack = Delivery & { readonly deviceId: string; readonly trackId: string };

/**
 * R20 for the plays of one listener: limits each play to what deliveries confirm, and keeps the reported figures in
 * `claimed` where they are higher. Imported plays are not limited, because another service delivered them.
 *
 * @param deliveries to all devices of the listener, of any track, in any order
 */
export const limitedToDelivered = <Play extends FinishedPlay>(
  { delivery: policy, time }: CountingRules,
  plays: readonly Play[],
  segmentsOf: (play: Play) => readonly Segment[],
  deliveries: readonly DeliveredTrack[],
): readonly Play[] => {
  if (!policy) return plays;
  const byTrack = Map.groupBy(deliveries, keyOf);
  return plays.map((play) => {
    if (play.receivedAt === null) return play;
    // The end is by the device's clock, which may be slow: a delivery just before it may appear to be later.
    const { startedAt, endedAt } = play;
    const heard = segmentsByDevice(play, segmentsOf).map(({ deviceId, segments }) =>
      reconcile(
        policy,
        { startedAt, endedAt: endedAt + time.skewToleranceMs, segments },
        byTrack.get(keyOf({ deviceId, trackId: play.trackId })) ?? [],
      ),
    );
    if (heard.every(({ fault }) => fault === null)) return play;
    const segments = heard.flatMap((part) => part.segments);
    const { playedMs, uniqueMs, wallMs } = play;
    return { ...play, ...heardIn(segments, play.durationMs), claimed: { playedMs, uniqueMs, wallMs } };
  });
};

/** Ids contain no space. */
const keyOf = ({ deviceId, trackId }: { readonly deviceId: string; readonly trackId: string }): string =>
  `${deviceId} ${trackId}`;
