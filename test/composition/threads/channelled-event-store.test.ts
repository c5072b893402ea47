import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  appendHandlers,
  ChannelledEventStore,
} from '../../../src/composition/threads/channelled-event-store.js';
import { RequestClient, serveRequests } from '../../../src/composition/threads/thread-requests.js';
import {
  EventStore,
  NO_STREAM,
  RevisionConflict,
  StoreBusy,
  StoreFull,
  StoreStopped,
  StoreUnavailable,
} from '../../../src/application/ports/event-store.js';
import { EmbeddedEventStore } from '../../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { EmbeddedLogReader } from '../../../src/infrastructure/eventstore/embedded/embedded-log-reader.js';
import { UuidIds } from '../../../src/infrastructure/identity/uuid-ids.js';
import { EventStoreFront } from '../../../src/infrastructure/shared/event-store-front.js';
import { metadata } from '../../support/log/recorded-event.js';

let folder: string;
let log: EmbeddedEventStore;
let far: EventStore;
let ports: MessagePort[];
const ids = new UuidIds();

/** A client store on a channel whose other end appends to `store`. */
const through = (store: EventStore): EventStore => {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1);
  serveRequests(port1, appendHandlers(store));
  return new ChannelledEventStore(new EmbeddedLogReader(folder, log.headSignal), new RequestClient(port2));
};

const event = (id: number) => ({
  id: ids.derived('e', id),
  type: 'Happened',
  data: { id },
  metadata: metadata(),
});

beforeEach(() => {
  ports = [];
  folder = mkdtempSync(join(tmpdir(), 'playledger-channel-'));
  log = new EmbeddedEventStore(folder);
  far = through(log);
});
afterEach(async () => {
  for (const port of ports) port.close();
  await far.close();
  await log.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('an append through a channel', () => {
  test('has an unknown outcome when the writing thread ends first', async () => {
    class Hanging extends EventStoreFront {
      override append = () => new Promise<never>(() => {});
    }
    const hanging = through(new Hanging(log));
    const appended = hanging.append('x-1', NO_STREAM, [event(1)]);
    for (const port of ports) port.close();
    await expect(appended).rejects.toMatchObject({ name: 'StoreUnavailable', ambiguous: true });
    await hanging.close();
  });

  test('is durable once answered, and readable through the channel', async () => {
    const appended = await far.append('x-1', NO_STREAM, [event(1), event(2)]);
    expect(appended).toEqual({ revision: 1, position: 2n });
    const read: unknown[] = [];
    for await (const page of far.readStream('x-1')) read.push(...page.map(({ data }) => data));
    expect(read).toEqual([{ id: 1 }, { id: 2 }]);
  });

  test('is rejected with the conflict that the log reports', async () => {
    await far.append('x-1', NO_STREAM, [event(1)]);
    const refused = await far.append('x-1', 5, [event(2)]).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RevisionConflict);
    expect(refused).toMatchObject({ stream: 'x-1', expected: 5, actual: 0 });
  });

  test.each([
    new StoreBusy('busy'),
    new StoreFull('full'),
    new StoreStopped('stopped'),
    new StoreUnavailable('away', true),
    new StoreUnavailable('refused', false),
  ])('fails with the error of the log: $name', async (failure) => {
    class Failing extends EventStoreFront {
      override append = () => Promise.reject(failure);
    }
    const broken = through(new Failing(log));
    const thrown = await broken.append('x-1', NO_STREAM, [event(1)]).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(failure.constructor);
    expect(thrown).toHaveProperty('message', failure.message);
    if (failure instanceof StoreUnavailable) expect(thrown).toHaveProperty('ambiguous', failure.ambiguous);
    await broken.close();
  });
});
