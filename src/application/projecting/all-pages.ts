import type { FoundByKey, Model, Query, ReadModels } from '../ports/read-models.js';

/** All pages of a query. Each page is read when the consumer has taken the one before. */
export async function* allPages<Document extends object>(
  models: ReadModels,
  model: Model,
  query: Omit<Query, 'cursor'>,
): AsyncGenerator<FoundByKey<Document>> {
  let cursor: string | undefined;
  do {
    const page = await models.query<Document>(model, {
      ...query,
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield page;
    cursor = page.next;
  } while (cursor !== undefined);
}
