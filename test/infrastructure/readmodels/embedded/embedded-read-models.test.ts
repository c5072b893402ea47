import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DataFolderUnusable } from '../../../../src/application/ports/event-store.js';
import {
  keysBeginningWith,
  type Model,
  ModelNotReady,
  ReadModelsUnavailable,
} from '../../../../src/application/ports/read-models.js';
import { EmbeddedReadModels } from '../../../../src/infrastructure/readmodels/embedded/embedded-read-models.js';
import { selectPage } from '../../../../src/infrastructure/readmodels/embedded/build-table.js';
import { planOf } from '../../../../src/infrastructure/readmodels/plan.js';
import { readModelsContract } from '../read-models.contract.js';
import { put, uniqueModel } from '../read-models.fixtures.js';

let folder: string;
const opened: EmbeddedReadModels[] = [];
const kept = (models: EmbeddedReadModels): EmbeddedReadModels => {
  opened.push(models);
  return models;
};
const writer = () => kept(EmbeddedReadModels.writer(folder));
const reader = () => kept(EmbeddedReadModels.reader(folder));
const file = () => join(folder, 'read-models.db');

/** Changes the file behind the store. */
const tamper = (sql: string): void => {
  const database = new DatabaseSync(file());
  database.exec(`PRAGMA ignore_check_constraints = ON; ${sql}`);
  database.close();
};

const contractFolder = mkdtempSync(join(tmpdir(), 'read-models-'));
readModelsContract('EmbeddedReadModels', () => ({
  projector: EmbeddedReadModels.writer(contractFolder),
  queries: EmbeddedReadModels.reader(contractFolder),
}));

afterAll(() => rmSync(contractFolder, { recursive: true }));

describe('the file of embedded read models', () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'read-models-'));
  });
  afterEach(async () => {
    for (const models of opened.splice(0)) await models.close();
    rmSync(folder, { recursive: true });
  });

  const built = async (projector: EmbeddedReadModels, model: Model, of = 'first') => {
    const build = await projector.begin(model);
    await projector.commit(build, [put('a', 5n, { of })], 5n);
    await projector.swap(build);
    return build;
  };

  describe('for a reader', () => {
    test('need not exist: no model is ready until a writer has made it', async () => {
      const model = uniqueModel();
      const queries = reader();
      await expect(queries.get(model, 'a')).rejects.toBeInstanceOf(ModelNotReady);
      expect(await queries.position(model)).toBeUndefined();

      await built(writer(), model);
      expect(await queries.get(model, 'a')).toEqual({ of: 'first' });
    });
    test('may be empty, as a writer that died immediately leaves it', async () => {
      const model = uniqueModel();
      writeFileSync(file(), '');
      const queries = reader();
      await expect(queries.get(model, 'a')).rejects.toBeInstanceOf(ModelNotReady);
      await built(writer(), model);
      expect(await queries.get(model, 'a')).toEqual({ of: 'first' });
    });
    test('stays readable after the writer has closed', async () => {
      const model = uniqueModel();
      const projector = writer();
      await built(projector, model);
      await projector.close();
      expect(await reader().get(model, 'a')).toEqual({ of: 'first' });
    });
    test('rejects writes', async () => {
      const projector = writer();
      const build = await projector.begin(uniqueModel());
      await expect(reader().begin(uniqueModel())).rejects.toBeInstanceOf(TypeError);
      await expect(reader().commit(build, [], 1n)).rejects.toBeInstanceOf(TypeError);
    });
  });

  describe('for a writer', () => {
    test('is locked by its writer until it closes', async () => {
      const first = writer();
      expect(writer).toThrow(DataFolderUnusable);
      expect(writer).toThrow(DataFolderUnusable); // The attempt has not broken the lock.
      await first.close();
      expect(writer).not.toThrow();
    });
    test('keeps everything across a restart', async () => {
      const model = uniqueModel({ fields: { of: 'text' }, indexes: [['of']] });
      const first = writer();
      const build = await built(first, model);
      await first.close();
      const second = writer();
      expect(await second.builds(model)).toEqual({ live: build });
      expect(await second.checkpoint(build)).toBe(5n);
      expect(await second.query(model, { where: { of: 'first' }, limit: 1 })).toEqual({
        documents: [{ of: 'first' }],
        keys: ['a'],
      });
    });
    test('reuses the space of deleted builds', async () => {
      const model = uniqueModel();
      const projector = writer();
      const fill = async (): Promise<number> => {
        const build = await projector.begin(model);
        const writes = Array.from({ length: 300 }, (_, at) =>
          put(`k${at}`, 1n, { filler: 'x'.repeat(2_000) }),
        );
        await projector.commit(build, writes, 1n);
        await projector.swap(build);
        tamper('PRAGMA wal_checkpoint(TRUNCATE)');
        return statSync(file()).size;
      };
      await fill();
      const withTwo = await fill();
      for (let round = 0; round < 3; round++) expect(await fill()).toBeLessThan(withTwo * 1.1);
    });
  });

  test('of another version is rejected, with a remedy', async () => {
    await writer().close();
    tamper('PRAGMA user_version = 99');
    expect(writer).toThrow(/version 99.*built anew/u);
    expect(reader).toThrow(DataFolderUnusable);
  });
  test('of another program is rejected', () => {
    const other = new DatabaseSync(file());
    other.exec('CREATE TABLE notes (text TEXT)');
    other.close();
    expect(writer).toThrow(/another program/u);
    expect(reader).toThrow(DataFolderUnusable);
  });
  test('that is not a database is rejected', () => {
    writeFileSync(
      file(),
      'a shopping list, long enough to be read as the header of a database file, and no such thing',
    );
    expect(writer).toThrow(DataFolderUnusable);
    expect(reader).toThrow(/not a file of read models/u);
  });

  test.each([
    ['ahead', 'checkpoint + 1000'],
    ['behind', 'checkpoint - 1'],
    ['negative', '-1'],
    ['at the end of time', '9223372036854775807'],
  ])('with a modified checkpoint (%s) has lost the build, which is rebuilt', async (_what, value) => {
    const model = uniqueModel();
    const projector = writer();
    const build = await built(projector, model);
    tamper(`UPDATE builds SET checkpoint = ${value}`);

    await expect(projector.checkpoint(build)).rejects.toBeInstanceOf(ReadModelsUnavailable);
    await expect(reader().get(model, 'a')).rejects.toBeInstanceOf(ModelNotReady);
    expect(await projector.builds(model)).toEqual({});
    await built(projector, model, 'second');
    expect(await reader().get(model, 'a')).toEqual({ of: 'second' });
  });
  test.each(['fields', 'indexes', 'version', 'model'])(
    'with a damaged %s has lost the build',
    async (column) => {
      const model = uniqueModel();
      const projector = writer();
      await built(projector, model);
      tamper(`UPDATE builds SET ${column} = ${column === 'version' ? 7 : "'[broken'"}`);
      expect(await projector.builds(model)).toEqual({});
    },
  );

  test('uses an index from the first page to the last', async () => {
    const model = uniqueModel({ fields: { genre: 'text', plays: 'integer' }, indexes: [['genre', 'plays']] });
    const projector = writer();
    const build = await projector.begin(model);
    await projector.swap(build);
    const database = new DatabaseSync(file(), { readOnly: true });
    const query = { where: { genre: 'jazz' }, sort: { by: ['plays'], descending: true }, limit: 10 };
    const first = planOf(model, query);
    for (const plan of [first, { ...first, after: { values: [3], key: 'k' } }]) {
      const { text, values } = selectPage(build, plan);
      const steps = JSON.stringify(database.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values));
      expect(steps).toMatch(/SEARCH .* USING INDEX/u);
      expect(steps).not.toMatch(/TEMP B-TREE/u);
    }
    database.close();
  });

  test('reads one range of the table for a key prefix, wherever a page begins', async () => {
    const model = uniqueModel();
    const projector = writer();
    const build = await projector.begin(model);
    await projector.swap(build);
    const database = new DatabaseSync(file(), { readOnly: true });
    const first = planOf(model, { keys: keysBeginningWith('p '), limit: 10 });
    for (const plan of [first, { ...first, after: { values: [], key: 'p 3' } }]) {
      const { text, values } = selectPage(build, plan);
      const steps = JSON.stringify(database.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values));
      expect(steps).toMatch(/SEARCH .* USING PRIMARY KEY \(key>\? AND key<\?\)/u);
      expect(steps).not.toMatch(/TEMP B-TREE/u);
      // No second bound on one side, from which SQLite might start instead.
      expect(values).toHaveLength(3);
    }
    database.close();
  });

  test('yields to other tasks between two pages', async () => {
    const model = uniqueModel();
    const projector = writer();
    const build = await projector.begin(model);
    await projector.commit(build, [put('a', 1n), put('b', 1n), put('c', 1n)], 1n);
    await projector.swap(build);
    let hadTheirTurn = false;
    setImmediate(() => {
      hadTheirTurn = true;
    });
    const { next } = await projector.query(model, { limit: 1 });
    expect(next).toBeDefined();
    expect(hadTheirTurn).toBe(true);
  });

  test('may be closed twice, and then rejects queries', async () => {
    const projector = writer();
    await projector.close();
    await projector.close();
    await expect(projector.get(uniqueModel(), 'a')).rejects.toBeInstanceOf(ReadModelsUnavailable);
  });
});

test('a query during the creation of the file finds no model or the created one', async () => {
  const module = new URL(
    '../../../../src/infrastructure/readmodels/embedded/embedded-read-models.js',
    import.meta.url,
  );
  const making = `
    const { parentPort, workerData } = require('node:worker_threads');
    import(${JSON.stringify(module.href)}).then(({ EmbeddedReadModels }) => {
      EmbeddedReadModels.writer(workerData);
      parentPort.postMessage('made');
    });`;
  const model = uniqueModel();
  // Before each query read one snapshot of the file, every second round saw a partial state.
  for (let round = 0; round < 8; round++) {
    const into = mkdtempSync(join(contractFolder, 'made-'));
    const worker = new Worker(making, { eval: true, workerData: into });
    const made = new Promise((resolve) => worker.once('message', resolve));
    const models = EmbeddedReadModels.reader(into);
    for (let isMade = false; !isMade;) {
      await expect(models.get(model, 'key')).rejects.toBeInstanceOf(ModelNotReady);
      isMade = await Promise.race([
        made.then(() => true),
        new Promise<false>((next) => setImmediate(next, false)),
      ]);
    }
    await models.close();
    await worker.terminate();
  }
});
