import { closeSync, openSync, writeSync } from 'node:fs';
import type { Write } from '../../src/application/ports/read-models.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { EmbeddedReadModels } from '../../src/infrastructure/readmodels/embedded/embedded-read-models.js';
import { cases } from '../../src/projections/integrity/cases.js';
import { playReports } from '../../src/projections/royalty/play-reports.js';
import { royaltyPlays } from '../../src/projections/royalty/royalty-plays.js';
import { trackCorrections } from '../../src/projections/catalogue/track-corrections.js';
import { endsByListener, fillWithGround } from '../workload/month.js';

const BATCH = 5_000;

type Input = { readonly folder: string; readonly plays: number; readonly file?: string };

/**
 * Creates a month in an empty folder: its log without the plays, the read model of the plays and, with `file`, its
 * documents as JSON lines. The documents equal those that the projector builds, and are written in key order.
 */
export const measure = async ({ folder, plays, file }: Input): Promise<void> => {
  const store = new EmbeddedEventStore(folder);
  await fillWithGround(store, plays);
  const head = await store.head();
  await store.close();

  const models = EmbeddedReadModels.writer(folder);
  const checkpoint = head + BigInt(plays);
  for (const model of [cases, playReports, trackCorrections]) {
    const none = await models.begin(model);
    await models.commit(none, [], checkpoint);
    await models.swap(none);
  }

  const build = await models.begin(royaltyPlays);
  const lines = file === undefined ? undefined : openSync(file, 'w');
  for (const batch of batches(plays, head)) {
    await models.commit(build, batch, 0n);
    if (lines !== undefined)
      writeSync(
        lines,
        batch.map(({ document, fields }) => `${JSON.stringify({ ...fields, ...document })}\n`).join(''),
      );
  }
  await models.commit(build, [], checkpoint);
  await models.swap(build);
  await models.close();
  if (lines !== undefined) closeSync(lines);
};

function* batches(plays: number, head: bigint): Generator<readonly Write[]> {
  let batch: Write[] = [];
  let position = head;
  for (const { playId, end } of endsByListener(plays)) {
    position += 1n;
    const event = { ...end, streamId: playId, position };
    const [key = ''] = royaltyPlays.keysOf(event);
    const change = royaltyPlays.apply(undefined, event, key);
    if (typeof change === 'string') throw new Error(`A play was to ${change}.`);
    const fields = royaltyPlays.fieldsOf?.(key, change.put);
    batch.push({ key, document: change.put, position, ...(fields && { fields }) });
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}
