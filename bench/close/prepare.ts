import { closeSync, openSync, writeSync } from 'node:fs';
import { Projectors } from '../../src/application/projectors.js';
import { ZodEventSchemas } from '../../src/infrastructure/events/zod-event-schemas.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { SystemTimer } from '../../src/infrastructure/identity/system-timer.js';
import { EmbeddedReadModels } from '../../src/infrastructure/readmodels/embedded/embedded-read-models.js';
import { cases } from '../../src/projections/cases.js';
import { royaltyPlays } from '../../src/projections/royalty-plays.js';
import { fillWithMonth } from '../workload/month.js';

/** Makes a month in an empty folder: its log, the read model of its plays and, where asked, their documents as lines. */
export const measure = async (input: {
  readonly folder: string;
  readonly plays: number;
  readonly file?: string;
}): Promise<void> => {
  const store = new EmbeddedEventStore(input.folder);
  await fillWithMonth(store, input.plays);
  const models = EmbeddedReadModels.writer(input.folder);
  const timer = new SystemTimer();
  const schemas = new ZodEventSchemas();
  const projectors = await Projectors.open([royaltyPlays, cases], { store, models, schemas, timer });
  await projectors.run(new AbortController().signal, true);
  for (const { name, error } of projectors.status())
    if (error !== undefined) throw new Error(`${name} stopped: ${error}`);
  if (input.file !== undefined) await writeLines(models, input.file);
  await models.close();
  await store.close();
};

const writeLines = async (models: EmbeddedReadModels, path: string): Promise<void> => {
  const { live } = await models.builds(royaltyPlays);
  if (!live) throw new Error('The plays have no live read model.');
  const file = openSync(path, 'w');
  for await (const page of models.scan(live))
    writeSync(file, page.map(({ document }) => `${JSON.stringify(document)}\n`).join(''));
  closeSync(file);
};
