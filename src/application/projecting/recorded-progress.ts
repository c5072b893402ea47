import { allPages } from './all-pages.js';
import { projections } from '../../projections/all.js';
import type { AnyProjection } from '../../projections/projection.js';
import { type ParkedEvents, parkedEvents } from './parked-events.js';
import { START } from '../ports/event-store.js';
import type { ProjectionState } from '../ports/projection-status.js';
import { ModelNotReady, type ReadModels } from '../ports/read-models.js';

const PAGE = 1_000;

/**
 * The progress of the projections according to the read models, for a process that does not run them. A stopped projection
 * shows as `live` or `building` and falls behind: the read models do not record that it stopped.
 *
 * @throws {ReadModelsUnavailable}
 */
export const recordedProgress = async (models: ReadModels): Promise<readonly ProjectionState[]> => {
  const parked = await parkedByBuild(models);
  return Promise.all(projections.map((projection) => progressOf(projection, models, parked)));
};

const progressOf = async (
  projection: AnyProjection,
  models: ReadModels,
  parked: ReadonlyMap<string, number>,
): Promise<ProjectionState> => {
  const { name, version, kind } = projection;
  const { live, building } = await models.builds(projection);
  const current = live?.model.version === version ? live : undefined;
  const build = current ?? building;
  return {
    name,
    version,
    kind,
    state: current ? 'live' : 'building',
    position: build ? await models.checkpoint(build) : START,
    ...(current && building ? { rebuilding: await models.checkpoint(building) } : {}),
    parked: (build && parked.get(build.id)) ?? 0,
  };
};

/** The number of parked events of each build. */
const parkedByBuild = async (models: ReadModels): Promise<ReadonlyMap<string, number>> => {
  const events = new Map<string, number>();
  try {
    for await (const { documents } of allPages<ParkedEvents>(models, parkedEvents, { limit: PAGE }))
      for (const { build, events: more } of documents) events.set(build, (events.get(build) ?? 0) + more);
  } catch (error) {
    if (!(error instanceof ModelNotReady)) throw error;
  }
  return events;
};
