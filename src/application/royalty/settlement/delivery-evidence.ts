import type { Ruleset } from '../../../domain/royalty/rulesets/ruleset.js';
import { limitedToDelivered } from '../../../domain/royalty/counting/limited-to-delivered.js';
import { type DeliveryEvidence, deliveries } from '../../../projections/audio/deliveries.js';
import { type RoyaltyPlay, segmentsOf } from '../../../projections/royalty/royalty-plays.js';
import { allPages } from '../../projecting/all-pages.js';
import type { ReadModels } from '../../ports/read-models.js';
import { isReached } from './fence.js';

/** Listeners in one query for deliveries. */
const LISTENERS_MAX = 50;

const PAGE = 1_000;

/** R20: limits plays to what deliveries confirm. Returns them unchanged where the ruleset has no R20. */
export const limitedByEvidence = async (
  models: ReadModels,
  { ruleset, fence }: { readonly ruleset: Ruleset; readonly fence: string },
  plays: readonly RoyaltyPlay[],
): Promise<readonly RoyaltyPlay[]> => {
  if (!ruleset.counting.delivery) return plays;
  const byListener = [...Map.groupBy(plays, ({ listenerId }) => listenerId)];
  const found: RoyaltyPlay[] = [];
  for (let at = 0; at < byListener.length; at += LISTENERS_MAX) {
    const batch = byListener.slice(at, at + LISTENERS_MAX);
    const evidence = await evidenceFor(models, ruleset, new Map(batch), fence);
    for (const [listenerId, ofListener] of batch)
      found.push(
        ...limitedToDelivered(ruleset.counting, ofListener, segmentsOf, evidence.get(listenerId) ?? []),
      );
  }
  return found;
};

const evidenceFor = async (
  models: ReadModels,
  { counting: { delivery, time } }: Ruleset,
  playsOf: ReadonlyMap<string, readonly RoyaltyPlay[]>,
  fence: string,
): Promise<ReadonlyMap<string, readonly DeliveryEvidence[]>> => {
  let [first, last] = [Infinity, 0];
  for (const plays of playsOf.values())
    for (const { startedAt, endedAt } of plays) {
      first = Math.min(first, startedAt);
      last = Math.max(last, endedAt);
    }
  const at = { gte: first - (delivery?.windowMs ?? 0), lte: last + time.skewToleranceMs };
  const found: DeliveryEvidence[] = [];
  const pages = allPages<DeliveryEvidence>(models, deliveries, {
    where: { listenerId: { in: [...playsOf.keys()] }, at },
    sort: { by: ['listenerId', 'at'] },
    limit: PAGE,
  });
  for await (const { documents } of pages)
    found.push(...documents.filter(({ position }) => isReached(position, fence)));
  return Map.groupBy(found, ({ listenerId }) => listenerId);
};
