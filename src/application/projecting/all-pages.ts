import type { FoundByKey, Model, Query, ReadModels } from '../ports/read-models.js';

/** All documents that a query finds, a page at a time; each page is asked for when the one before was taken. */
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
