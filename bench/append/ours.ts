import { OneCommitEach } from '../harness/one-commit-each.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { type AppendFigures, closedLoop } from './closed-loop.js';

export const measure = async (input: {
  readonly folder: string;
  readonly inFlight: number;
  readonly seconds: number;
  /** The control: no group commit. */
  readonly oneCommitEach?: boolean;
}): Promise<AppendFigures> => {
  const store = new EmbeddedEventStore(input.folder);
  const log = input.oneCommitEach ? new OneCommitEach(store) : store;
  const figures = await closedLoop((stream, expected, event) => log.append(stream, expected, [event]), input);
  await log.close();
  return figures;
};
