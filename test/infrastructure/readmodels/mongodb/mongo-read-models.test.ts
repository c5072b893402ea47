import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Collection, type Document, MongoClient } from 'mongodb';
import { START } from '../../../../src/application/ports/event-store.js';
import { ModelNotReady, ReadModelsUnavailable } from '../../../../src/application/ports/read-models.js';
import { MongoConnection } from '../../../../src/infrastructure/readmodels/mongodb/mongo-connection.js';
import { MongoReadModels } from '../../../../src/infrastructure/readmodels/mongodb/mongo-read-models.js';
import { Tombstones } from '../../../../src/infrastructure/readmodels/mongodb/tombstones.js';
import { eventually } from '../../../support/time/eventually.js';
import { mongoServer } from '../../../support/servers/real-mongodb.js';
import { TcpProxy } from '../../../support/servers/tcp-proxy.js';
import { readModelsContract } from '../read-models.contract.js';
import { drop, put, uniqueModel } from '../read-models.fixtures.js';

const server = await mongoServer();
/** Few, because the substitute for MongoDB is slow at new collections. */
const RUNS = 8;
const databaseName = `playledger-test-${randomUUID().slice(0, 8)}`;

/** The same server and options with another address or database. */
const urlOf = (over: { readonly host?: string; readonly database?: string } = {}): string => {
  const url = new URL('missing' in server ? 'mongodb://127.0.0.1:1' : server.url);
  if (over.host !== undefined) url.host = over.host;
  url.pathname = `/${over.database ?? databaseName}`;
  return url.href;
};

if ('missing' in server) {
  const skipped = describe.skip;
  skipped(`MongoReadModels (skipped: ${server.missing})`, () => {
    test('keeps the read models’ contract', () => expect(server).toBeUndefined());
  });
} else {
  readModelsContract(
    'MongoReadModels',
    () => ({
      projector: new MongoReadModels(urlOf()),
      queries: new MongoReadModels(urlOf()),
    }),
    RUNS,
  );

  describe('read models in MongoDB', () => {
    const client = new MongoClient(urlOf(), { useBigInt64: true });
    const models = new MongoReadModels(urlOf());
    const collections = async (prefix: string): Promise<readonly string[]> => {
      const all = await client.db().listCollections({}, { nameOnly: true }).toArray();
      return all.map(({ name }) => name).filter((name) => name.startsWith(prefix));
    };
    const registry = (): Collection<Document & { _id: string }> => client.db().collection('builds');

    beforeAll(async () => {
      await client.connect();
    });
    afterAll(async () => {
      await models.close();
      await client.db().dropDatabase();
      await client.close();
      await server.stop();
    });

    test('keep one collection for each build and none for former ones', async () => {
      const model = uniqueModel();
      const first = await models.begin(model);
      await models.swap(first);
      const second = await models.begin(model);
      const third = await models.begin(model);
      expect((await collections(`${model.name}.`)).toSorted()).toEqual(
        [`${model.name}.${first.id}`, `${model.name}.${third.id}`].toSorted(),
      );
      await models.swap(third);
      expect(await collections(`${model.name}.`)).toEqual([`${model.name}.${third.id}`]);
      expect(second.id).not.toBe(third.id);
    });

    test('sweep the remains of an interrupted begin', async () => {
      const model = uniqueModel();
      await client.db().createCollection(`${model.name}.orphan`);
      const build = await models.begin(model);
      expect(await collections(`${model.name}.`)).toEqual([`${model.name}.${build.id}`]);
    });

    test('keep a plain document as is, and the declared fields of any other readable', async () => {
      const model = uniqueModel({ fields: { plays: 'integer' } });
      const build = await models.begin(model);
      const plain = { plays: 3, title: 'So What', credits: [{ share: 0.5 }] };
      await models.commit(build, [put('plain', 1n, plain), put('odd', 1n, { plays: 4, $set: 1 })], 1n);
      const rows = client.db().collection<{ _id: string; document: object }>(`${model.name}.${build.id}`);
      expect((await rows.findOne({ _id: 'plain' }))?.document).toEqual(plain);
      expect((await rows.findOne({ _id: 'odd' }))?.document).toEqual({ plays: 4 });
    });

    test('keep a tombstone until the checkpoint has passed it, and then delete it', async () => {
      const model = uniqueModel();
      const build = await models.begin(model);
      await models.commit(build, [drop('a', 5n), drop('b', 9n)], START);
      expect((await models.load(build, ['a'])).get('a')).toEqual({ document: undefined, position: 5n });

      const rows = client.db().collection<{ _id: string; position: bigint }>(`${model.name}.${build.id}`);
      const tombstones = new Tombstones(0);
      await tombstones.purge(build, rows, 5n);
      expect(await rows.countDocuments()).toBe(2);
      await tombstones.purge(build, rows, 6n);
      expect(await rows.distinct('_id')).toEqual(['b']);
    });

    test('notice a swap while a reader holds the name of the former collection', async () => {
      const model = uniqueModel();
      const fill = async (of: number) => {
        const build = await models.begin(model);
        await models.commit(build, [put('a', 1n, { of })], 1n);
        await models.swap(build);
      };
      await fill(0);
      const readers = Array.from({ length: 4 }, async () => {
        for (let read = 0; read < 12; read++) {
          const { documents } = await models.query<{ of: number }>(model, { limit: 1 });
          expect(documents).toHaveLength(1);
          expect(await models.get(model, 'a')).toBeDefined();
          expect(await models.count(model, {}, 5)).toBe(1);
        }
      });
      for (let of = 1; of <= 3; of++) await fill(of);
      await Promise.all(readers);
      expect(await models.get(model, 'a')).toEqual({ of: 3 });
    });

    test.each([
      ['ahead', 1_000n],
      ['negative', -1n],
      ['a text', '9'],
      ['null', null],
    ])('have lost a build whose checkpoint was modified (%s); it is rebuilt', async (_what, checkpoint) => {
      const model = uniqueModel();
      const build = await models.begin(model);
      await models.commit(build, [put('a', 5n)], 5n);
      await models.swap(build);
      await registry().updateOne({ _id: model.name }, { $set: { 'live.checkpoint': checkpoint } });

      await expect(models.checkpoint(build)).rejects.toBeInstanceOf(ReadModelsUnavailable);
      await expect(models.get(model, 'a')).rejects.toBeInstanceOf(ModelNotReady);
      expect(await models.builds(model)).toEqual({});
      await models.swap(await models.begin(model));
      expect(await models.position(model)).toBe(START);
    });

    test('write to a majority and its journal, and read from the primary, whatever the URL says', async () => {
      const careless = '?w=0&journal=false&readPreference=secondaryPreferred&readConcernLevel=available';
      const connection = new MongoConnection(`${urlOf()}${careless}`);
      const found = await connection.use(10_000, async ({ writeConcern, readPreference, readConcern }) => ({
        writeConcern,
        from: readPreference?.mode,
        level: readConcern?.level,
      }));
      await connection.close();
      expect(found).toMatchObject({ writeConcern: { w: 'majority', journal: true }, from: 'primary' });
      expect(['majority', 'local']).toContain(found.level);
    });

    test('recover after the connection to the server was closed or silent', async () => {
      const { hostname, port } = new URL(server.url);
      const proxy = await TcpProxy.to(hostname, Number(port || 27_017));
      const over = new MongoReadModels(urlOf({ host: `127.0.0.1:${proxy.port}` }), 2_500);
      const model = uniqueModel();
      const build = await over.begin(model);
      await over.swap(build);

      for (const fault of [async () => proxy.silence(), () => proxy.close()]) {
        await fault();
        const begun = performance.now();
        await expect(over.get(model, 'a')).rejects.toBeInstanceOf(ReadModelsUnavailable);
        expect(performance.now() - begun).toBeLessThan(3_000);

        await proxy.reopen();
        await eventually(async () => expect(await over.position(model)).toBe(START), 15_000);
      }
      await over.close();
      await proxy.close();
    });
  });
}
