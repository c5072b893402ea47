import { periodIdOf } from '../../src/domain/royalty/periods/period-id.js';
import { keysBeginningWith } from '../../src/application/ports/read-models.js';
import { EmbeddedReadModels } from '../../src/infrastructure/readmodels/embedded/embedded-read-models.js';
import { keyPrefixOf, type PlayDocument, royaltyPlays } from '../../src/projections/royalty/royalty-plays.js';
import { MONTH } from '../workload/month.js';
import type { Aggregated } from './duckdb.js';

/** The minimum cost of a reader of the read model: reads every document of the month once, by the settlement's queries. */
export const measure = async (input: { readonly folder: string }): Promise<Aggregated> => {
  await read(input.folder);
  const from = performance.now();
  const plays = await read(input.folder);
  return { plays, ms: performance.now() - from };
};

const read = async (folder: string): Promise<number> => {
  const models = EmbeddedReadModels.reader(folder);
  let plays = 0;
  for (let cursor: string | undefined; ;) {
    const { documents, next } = await models.query<PlayDocument>(royaltyPlays, {
      keys: keysBeginningWith(keyPrefixOf(periodIdOf(MONTH))),
      limit: 1_000,
      ...(cursor === undefined ? {} : { cursor }),
    });
    plays += documents.length;
    if (next === undefined) break;
    cursor = next;
  }
  await models.close();
  return plays;
};
