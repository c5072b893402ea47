import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  type HistoryDocument,
  type HistoryEntry,
  historyOf,
  historyPrefixOf,
  listeningHistory,
} from '../../projections/playback/listening-history.js';
import { ReadYourWrites } from '../projecting/read-your-writes.js';
import { type Found, keysBeginningWith, ReadModels } from '../ports/read-models.js';
import { paged, type PageRequest } from '../projecting/page.js';

/** Returns a listener's finished plays, latest start first. */
export class ListHistory extends Query<Found<HistoryEntry>> {
  constructor(
    readonly listenerId: string,
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ListHistory)
export class ListHistoryHandler implements IQueryHandler<ListHistory> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ listenerId, page, minPosition }: ListHistory): Promise<Found<HistoryEntry>> {
    await this.readYourWrites.reached(listeningHistory, minPosition);
    const { keys, documents, next } = await this.models.query<HistoryDocument>(listeningHistory, {
      keys: keysBeginningWith(historyPrefixOf(listenerId)),
      sort: { by: [], descending: true },
      ...paged(page),
    });
    return {
      documents: historyOf(listenerId, keys, documents),
      ...(next === undefined ? {} : { next }),
    };
  }
}
