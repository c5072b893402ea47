import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Batch } from '../../src/application/batch.js';
import { type RecordedEvent, START } from '../../src/application/ports/event-store.js';
import type { Build, Write } from '../../src/application/ports/read-models.js';
import { canonical } from '../../src/cli/canonical.js';
import { ZodEventSchemas } from '../../src/infrastructure/events/zod-event-schemas.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { EmbeddedReadModels } from '../../src/infrastructure/readmodels/embedded/embedded-read-models.js';
import { projections } from '../../src/projections/all.js';
import type { AnyProjection } from '../../src/projections/projection.js';
import { serving } from '../support/cli.js';
import { importInto } from '../support/import-fixture.js';
import { eventsOf } from '../support/log-events.js';
import { type Campaign, must } from './campaign.js';
import { monthNumber, writeHistory } from './histories.js';
import { caughtUp } from './service-client.js';
import { claimTracks, Clerk, STEPS } from './settlement-clerk.js';

const MONTHS = 3;
const PLAYS = 900;
/** Of all batches, those that a crash broke off before the checkpoint moved; some of them more than once. */
const CRASHES = 0.4;
const BATCH_EVENTS_MAX = 400;

const schemas = new ZodEventSchemas();

/**
 * A log of plays, closes, restatements and payouts is folded by every projection into the real engine. Batches end
 * anywhere, and many are broken off when some of their documents are written and the checkpoint is not: then all comes
 * again, cut into other batches.
 */
export const redeliver: Campaign = {
  name: 'redeliver',
  summary: 'events that come again, in other batches, onto half-written documents: no document differs',

  run: async ({ cycles, folder, tell }) => {
    const log = await settledLog(folder);
    const expected = new Map<string, string>();
    const counted = { deliveries: 0, crashes: 0 };
    for (const projection of projections)
      expected.set(projection.name, await foldedOnce(projection, log, folder));
    for (let cycle = 1; cycle <= cycles; cycle++) {
      const models = openModels(folder);
      try {
        for (const projection of projections) {
          const build = await models.begin(projection);
          await foldedThroughCrashes(projection, log, models, build, counted);
          if ((await textOf(models, build)) !== expected.get(projection.name))
            return { did: told(counted), faults: [`${projection.name} differs in cycle ${cycle}`] };
        }
      } finally {
        await models.close();
      }
      tell(`${cycle} of ${cycles} cycles, ${told(counted)}`);
    }
    return { did: told(counted), faults: [] };
  },
};

type Counted = { deliveries: number; crashes: number };

const told = ({ deliveries, crashes }: Counted): string =>
  `${deliveries} deliveries to ${projections.length} projections, ${crashes} batches broken off`;

const settledLog = async (folder: string): Promise<readonly RecordedEvent[]> => {
  const data = join(folder, 'data');
  const env = { PLAYLEDGER_DATA_DIR: data };
  const store = new EmbeddedEventStore(data);
  await importInto(store, [writeHistory(folder, 'ada', { plays: PLAYS, months: MONTHS })]);
  await store.close();
  const service = await serving(env);
  await claimTracks(env, service.url);
  const clerk = await Clerk.of(env);
  for (let month = 0; month < MONTHS; month++)
    for (const step of STEPS) await clerk.does(step, monthNumber(month), service.url);
  await caughtUp(service.url);
  await service.terminate();

  const settled = new EmbeddedEventStore(data);
  const log = eventsOf(await Array.fromAsync(settled.readAll(START)));
  await settled.close();
  return log;
};

const openModels = (folder: string): EmbeddedReadModels => {
  const own = join(folder, 'models');
  rmSync(own, { recursive: true, force: true });
  return EmbeddedReadModels.writer(own);
};

const foldedOnce = async (
  projection: AnyProjection,
  log: readonly RecordedEvent[],
  folder: string,
): Promise<string> => {
  const models = openModels(folder);
  const build = await models.begin(projection);
  const events = log.filter(({ type }) => projection.handles.includes(type));
  await models.commit(build, await fold(projection, models, build, events), log.at(-1)?.position ?? START);
  const text = await textOf(models, build);
  await models.close();
  return text;
};

const foldedThroughCrashes = async (
  projection: AnyProjection,
  log: readonly RecordedEvent[],
  models: EmbeddedReadModels,
  build: Build,
  counted: Counted,
): Promise<void> => {
  const events = log.filter(({ type }) => projection.handles.includes(type));
  for (let done = 0; done < events.length;) {
    const batch = events.slice(done, done + 1 + Math.floor(Math.random() * BATCH_EVENTS_MAX));
    const writes = await fold(projection, models, build, batch);
    counted.deliveries += batch.length;
    const checkpoint = await models.checkpoint(build);
    if (Math.random() < CRASHES) {
      counted.crashes++;
      const share = Math.random();
      const some = writes.filter(() => Math.random() < share);
      await models.commit(build, some, checkpoint);
    } else {
      await models.commit(build, writes, batch.at(-1)?.position ?? checkpoint);
      done += batch.length;
    }
  }
};

const fold = async (
  projection: AnyProjection,
  models: EmbeddedReadModels,
  build: Build,
  events: readonly RecordedEvent[],
): Promise<readonly Write[]> => {
  const load = (keys: readonly string[]) => models.load(build, keys);
  const batch = new Batch(projection, schemas, load, () => false);
  await batch.add(events);
  must(batch.unfoldable.length === 0, `${projection.name}: ${batch.unfoldable[0]?.error}`);
  return batch.writes();
};

const textOf = async (models: EmbeddedReadModels, build: Build): Promise<string> => {
  const lines: string[] = [];
  for await (const page of models.scan(build))
    for (const { key, document } of page) lines.push(`${key} ${canonical(document)}`);
  return lines.join('\n');
};
