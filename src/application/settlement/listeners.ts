import type { Window } from '../../domain/royalty/settlement/window.js';
import type { RoyaltyPlay } from '../../projections/royalty-plays.js';
import { royaltyPlays } from '../../projections/royalty-plays.js';
import type { ReadModels, Where } from '../ports/read-models.js';

/** Everything of one listener that a settlement looks at. */
export type ListenerPlays = { readonly listenerId: string; readonly plays: readonly RoyaltyPlay[] };

const PAGE = 1_000;

/** Listeners whose other plays are fetched together. */
const LISTENERS_MAX = 500;

/**
 * The listeners of a period as of the fence, in order of id, each with what precedes the month and with plays under
 * other offerings and territories. Held in memory: the plays of some hundred listeners.
 */
export async function* listenersOf(
  models: ReadModels,
  periodId: string,
  window: Window,
  fence: string,
): AsyncGenerator<readonly ListenerPlays[]> {
  let waiting: { listenerId: string; plays: RoyaltyPlay[] }[] = [];
  for await (const page of pages(models, { period: periodId })) {
    for (const play of page) {
      if (!isReached(play.position, fence)) continue;
      const last = waiting.at(-1);
      if (last?.listenerId === play.listenerId) last.plays.push(play);
      else waiting.push({ listenerId: play.listenerId, plays: [play] });
    }
    // The last listener may go on in the next page.
    if (waiting.length > LISTENERS_MAX) {
      yield withOthers(
        waiting.slice(0, -1),
        await others(models, waiting.slice(0, -1), periodId, window, fence),
      );
      waiting = waiting.slice(-1);
    }
  }
  if (waiting.length > 0) yield withOthers(waiting, await others(models, waiting, periodId, window, fence));
}

async function* pages(models: ReadModels, where: Where): AsyncGenerator<readonly RoyaltyPlay[]> {
  let cursor: string | undefined;
  do {
    const { documents, next } = await models.query<RoyaltyPlay>(royaltyPlays, {
      where,
      sort: { by: ['listenerId', 'startedAt'] },
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield documents;
    cursor = next;
  } while (cursor !== undefined);
}

/** Plays of these listeners around the month that belong to other periods. */
const others = async (
  models: ReadModels,
  listeners: readonly ListenerPlays[],
  periodId: string,
  { from, end }: Window,
  fence: string,
): Promise<ReadonlyMap<string, readonly RoyaltyPlay[]>> => {
  const found = new Map<string, RoyaltyPlay[]>();
  for (let at = 0; at < listeners.length; at += LISTENERS_MAX) {
    const ids = listeners.slice(at, at + LISTENERS_MAX).map(({ listenerId }) => listenerId);
    const around = { listenerId: { in: ids }, startedAt: { gte: from, lt: end } };
    for (const period of [{ lt: periodId }, { gt: periodId }])
      for await (const page of pages(models, { ...around, period }))
        for (const play of page) {
          if (!isReached(play.position, fence)) continue;
          const plays = found.get(play.listenerId);
          if (plays) plays.push(play);
          else found.set(play.listenerId, [play]);
        }
  }
  return found;
};

/** All plays of one listener that a settlement of the month looks at, of any period. */
export const aroundTheMonth = async (
  models: ReadModels,
  listenerId: string,
  { from, end }: Window,
  fence: string,
): Promise<readonly RoyaltyPlay[]> => {
  const plays: RoyaltyPlay[] = [];
  for await (const page of pages(models, { listenerId, startedAt: { gte: from, lt: end } }))
    plays.push(...page.filter(({ position }) => isReached(position, fence)));
  return plays;
};

const withOthers = (
  listeners: readonly ListenerPlays[],
  others: ReadonlyMap<string, readonly RoyaltyPlay[]>,
): readonly ListenerPlays[] =>
  others.size === 0
    ? listeners
    : listeners.map(({ listenerId, plays }) => ({
        listenerId,
        plays: [...(others.get(listenerId) ?? []), ...plays],
      }));

/** Whether a position, a decimal string as all are, is at the fence or before it. */
export const isReached = (position: string, fence: string): boolean =>
  position.length === fence.length ? position <= fence : position.length < fence.length;
