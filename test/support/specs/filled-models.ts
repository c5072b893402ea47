import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedReadModels } from '../../../src/infrastructure/readmodels/embedded/embedded-read-models.js';
import type { AnyProjection } from '../../../src/projections/projection.js';
import { documentsOf, type Placed } from './projection-spec.js';

/** Embedded read models in a new folder. */
export type FilledModels = {
  readonly models: EmbeddedReadModels;
  /** Builds `projection` from `facts` and makes the build live. Positions are 1, 2, and so on. */
  readonly fill: (projection: AnyProjection, facts: readonly Placed[]) => Promise<void>;
  readonly close: () => Promise<void>;
};

export const filledModels = (): FilledModels => {
  const folder = mkdtempSync(join(tmpdir(), 'playledger-models-'));
  const models = EmbeddedReadModels.writer(folder);
  return {
    models,
    fill: async (projection, facts) => {
      const position = BigInt(facts.length);
      const documents = Object.entries(await documentsOf(projection, facts));
      const build = await models.begin(projection);
      await models.commit(
        build,
        documents.map(([key, document]) => ({ key, document, position })),
        position,
      );
      await models.swap(build);
    },
    close: async () => {
      await models.close();
      rmSync(folder, { recursive: true });
    },
  };
};
