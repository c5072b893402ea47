import { EmbeddedReadModels } from '../../src/infrastructure/readmodels/embedded/embedded-read-models.js';
import { PROJECTIONS } from '../workload/projections.js';

/** Begins a rebuild of every model; the next process with the projector role completes it. */
export const measure = async (input: { readonly folder: string }): Promise<void> => {
  const models = EmbeddedReadModels.writer(input.folder);
  for (const projection of PROJECTIONS) await models.begin(projection);
  await models.close();
};
