import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Batch } from '../../src/application/projecting/batch.js';
import { type RecordedEvent, START } from '../../src/application/ports/event-store.js';
import type { Build, Write } from '../../src/application/ports/read-models.js';
import { canonical } from '../../src/cli/canonical.js';
import { ZodEventSchemas } from '../../src/infrastructure/events/zod-event-schemas.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { EmbeddedReadModels } from '../../src/infrastructure/readmodels/embedded/embedded-read-models.js';
import { projections } from '../../src/projections/all.js';
import type { AnyProjection } from '../../src/projections/projection.js';
import { serving } from '../support/cli/program.js';
import { importInto } from '../support/import/imported-log.js';
import { eventsOf } from '../support/log/events.js';
import { type Campaign, must } from './campaign.js';
import { monthNumber, writeHistory } from './histories.js';
import { caughtUp, persistent, requester } from './service-client.js';
import { claimTracks, Clerk, STEPS } from './settlement-clerk.js';

const MONTHS = 3;
const PLAYS = 900;
/** Number of plays that a device reports late. */
const LATE_PLAYS = 40;
/** Share of batches that a crash interrupts before the checkpoint moves. A batch may be interrupted repeatedly. */
const CRASHES = 0.4;
const BATCH_EVENTS_MAX = 400;

const schemas = new ZodEventSchemas();

/**
 * Folds a log of plays, closes, restatements and payouts with every projection into the embedded read models. Batches have
 * random sizes. Many are interrupted after some of their documents, but not the checkpoint, were written; their events are
 * then delivered again in other batches.
 */
export const redeliver: Campaign = {
  name: 'redeliver',
  summary: 'events redelivered in other batches after partial writes: no document differs',

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
            return { did: summaryOf(counted), faults: [`${projection.name} differs in cycle ${cycle}`] };
        }
      } finally {
        await models.close();
      }
      tell(`${cycle} of ${cycles} cycles, ${summaryOf(counted)}`);
    }
    return { did: summaryOf(counted), faults: [] };
  },
};

type Counted = { deliveries: number; crashes: number };

const summaryOf = ({ deliveries, crashes }: Counted): string =>
  `${deliveries} deliveries to ${projections.length} projections, ${crashes} interrupted batches`;

const settledLog = async (folder: string): Promise<readonly RecordedEvent[]> => {
  const data = join(folder, 'data');
  const env = { PLAYLEDGER_DATA_DIR: data };
  const store = new EmbeddedEventStore(data);
  await importInto(store, [writeHistory(folder, 'ada', { plays: PLAYS, months: MONTHS })]);
  await store.close();
  const service = await serving(env);
  await claimTracks(env, service.url);
  await reportLate(env, service.url);
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

/** Sends two late reports for each play, and for every fourth play a third one that contradicts the second. */
const reportLate = async (env: Readonly<Record<string, string>>, url: string): Promise<void> => {
  const ask = persistent(await requester(env, 'listener', randomUUID()));
  const tracks = await ask(url, '', '/v1/tracks?limit=1');
  const [track] = (tracks?.body['items'] ?? []) as readonly { readonly trackId: string }[];
  const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();
  for (let n = 0; n < LATE_PLAYS; n++) {
    const playId = randomUUID();
    const start = n * 300_000;
    const send = async (deviceSeq: number, fromMs: number, toMs: number): Promise<void> => {
      const facts = { trackId: track?.trackId, territory: 'DE', offering: 'premium', deviceId: 'phone' };
      const stretches = [{ fromMs, toMs, wallMs: toMs - fromMs }];
      const report = { ...facts, deviceSeq, startedAt: at(start), endedAt: at(start + toMs), stretches };
      const answer = await ask(url, randomUUID(), `/v1/plays/${playId}/reports`, report);
      must(answer?.status === 200, `The response to a report has status ${answer?.status}.`);
    };
    await send(2, 20_000, 40_000);
    await send(1, 0, 20_000);
    if (n % 4 === 0) await send(2, 20_000, 25_000);
  }
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
