import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { ModelNotReady, ReadModelsUnavailable } from '../../../src/application/ports/read-models.js';
import { RevisionConflict, StoreUnavailable } from '../../../src/application/ports/event-store.js';
import { NotYetVisible } from '../../../src/application/projecting/read-your-writes.js';
import { CommandRejected } from '../../../src/application/streams/command-rejected.js';
import {
  RequestClient,
  serveRequests,
  Transferred,
} from '../../../src/composition/threads/thread-requests.js';

const handlers = {
  double: (n: number) => 2 * n,
  later: (ms: number) => new Promise<number>((resolve) => setTimeout(() => resolve(ms), ms)),
  column: () => {
    const column = new Uint32Array([1, 2, 3]);
    kept = column;
    return new Transferred({ column }, [column.buffer]);
  },
  uncloneable: () => () => 1,
  fail: (): never => {
    throw failure;
  },
};

let kept: Uint32Array | undefined;
let failure: unknown;
let port: MessagePort;
let client: RequestClient<typeof handlers>;
beforeEach(() => {
  const { port1, port2 } = new MessageChannel();
  port = port1;
  serveRequests(port1, handlers);
  client = new RequestClient(port2);
});
afterEach(() => port.close());

describe('a request', () => {
  test('resolves with the output of its handler', async () => {
    expect(await client.request('double', 21)).toBe(42);
  });
  test('does not wait for the previous one', async () => {
    const order: number[] = [];
    await Promise.all([20, 1].map(async (ms) => order.push(await client.request('later', ms))));
    expect(order).toEqual([1, 20]);
  });
  test('can answer with a transferred buffer instead of a copy', async () => {
    const { column } = await client.request('column');
    expect([...column]).toEqual([1, 2, 3]);
    expect(kept).toHaveLength(0);
  });
  test('with an unknown name or an output that cannot be cloned rejects', async () => {
    const wrong = client as unknown as RequestClient<{ readonly unknown: () => void }>;
    await expect(wrong.request('unknown')).rejects.toThrow('There is no handler of unknown.');
    await expect(client.request('uncloneable')).rejects.toThrow('DataCloneError');
    expect(await client.request('double', 1)).toBe(2);
  });
});

describe('an error', () => {
  test.each([
    new CommandRejected({ rejected: 'RulesetNotFound', detail: 'None.' }),
    new ModelNotReady('plays'),
    new NotYetVisible('plays', 7n),
    new RangeError('too large'),
    new ReadModelsUnavailable('away'),
    new RevisionConflict('play-1', 2, 3),
    new StoreUnavailable('away', true),
  ])('keeps its class, its fields and its stack: $name', async (thrown) => {
    failure = thrown;
    const error: unknown = await client.request('fail').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(thrown.constructor);
    expect(Object.entries(error as Error)).toEqual(Object.entries(thrown));
    expect(error).toMatchObject({ message: thrown.message, stack: thrown.stack });
  });
  test('of any other class keeps its name in the message', async () => {
    failure = new TypeError('not a function');
    await expect(client.request('fail')).rejects.toThrow('TypeError: not a function');
    failure = 'a text';
    await expect(client.request('fail')).rejects.toThrow('a text');
  });
});

describe('a thread that ends', () => {
  const ended = (source: string) =>
    new RequestClient<{ readonly anything: () => void }>(new Worker(source, { eval: true }));

  test('rejects pending and later requests', async () => {
    const thread = ended('process.exit(3)');
    await expect(thread.request('anything')).rejects.toMatchObject({ name: 'ThreadEnded' });
    await expect(thread.request('anything')).rejects.toMatchObject({ name: 'ThreadEnded' });
  });
  test('with an error rejects with that error', async () => {
    await expect(ended('throw new RangeError("no disk")').request('anything')).rejects.toThrow('no disk');
  });
  test('by closing its port rejects pending requests, too', async () => {
    const pending = client.request('later', 1_000);
    port.close();
    await expect(pending).rejects.toMatchObject({ name: 'ThreadEnded' });
  });
  test('at the request of its owner rejects with the reason that the owner gave', async () => {
    const pending = client.request('later', 10);
    client.end(new ReadModelsUnavailable('The process stops.'));
    await expect(pending).rejects.toBeInstanceOf(ReadModelsUnavailable);
    await expect(client.request('double', 1)).rejects.toBeInstanceOf(ReadModelsUnavailable);
  });
});
