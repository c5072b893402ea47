import { expect, test } from '@jest/globals';
import { ReadModelsUnavailable } from '../../../../src/application/ports/read-models.js';
import { MongoReadModels } from '../../../../src/infrastructure/readmodels/mongodb/mongo-read-models.js';
import { TcpProxy } from '../../../support/servers/tcp-proxy.js';
import { put, uniqueModel } from '../read-models.fixtures.js';

/** Every call of the port, on an unreachable store. */
const calls = (models: MongoReadModels): readonly Promise<unknown>[] => {
  const model = uniqueModel();
  const build = { id: 'b', model };
  return [
    models.get(model, 'a'),
    models.query(model, { limit: 1 }),
    models.count(model, {}, 1),
    models.position(model),
    models.builds(model),
    models.begin(model),
    models.swap(build),
    models.checkpoint(build),
    models.load(build, ['a']),
    models.commit(build, [put('a', 1n)], 1n),
    Array.fromAsync(models.scan(build)),
  ];
};

test.each([
  ['that is not running', async (proxy: TcpProxy) => proxy.close()],
  ['that accepts and never answers', async (proxy: TcpProxy) => proxy.silence()],
])('a server %s makes every call fail within its deadline, with one error', async (_what, fault) => {
  const proxy = await TcpProxy.to('127.0.0.1', 1);
  await fault(proxy);
  const models = new MongoReadModels(`mongodb://127.0.0.1:${proxy.port}/x`, 2_000);
  const begun = performance.now();
  for (const outcome of await Promise.allSettled(calls(models))) {
    expect(outcome).toEqual({ status: 'rejected', reason: expect.any(ReadModelsUnavailable) });
  }
  expect(performance.now() - begun).toBeLessThan(2_500);

  // Shortly after a failure, further calls fail immediately.
  const again = performance.now();
  await expect(models.get(uniqueModel(), 'a')).rejects.toBeInstanceOf(ReadModelsUnavailable);
  expect(performance.now() - again).toBeLessThan(90);
  await models.close();
  await proxy.close();
});

test('read models may be closed twice, connected or not, and then reject calls', async () => {
  const models = new MongoReadModels('mongodb://127.0.0.1:1');
  await models.close();
  await models.close();
  await expect(models.get(uniqueModel(), 'a')).rejects.toBeInstanceOf(ReadModelsUnavailable);
});
