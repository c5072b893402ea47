import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tracks } from '../../../../src/projections/catalogue/tracks.js';
import { adminWithSong, bootApp, type Client, type TestApp } from '../../../support/http/test-app.js';
import { eventually } from '../../../support/time/eventually.js';

// The view of operators on projections, and rebuilds at run time.

const PATH = '/v1/operations/projections';

let service: TestApp;
let admin: Client;
beforeAll(async () => {
  service = await bootApp();
  admin = await adminWithSong(service);
});
afterAll(() => service.stop());

const liveId = async () => (await service.dependencies.models.builds(tracks)).live?.id;
const stateOf = async (name: string) =>
  (await admin.get(PATH)).json.items.find((item: { name: string }) => item.name === name);

test('an admin sees the position, lag and parked events of each projection', async () => {
  const { json } = await admin.get(PATH);
  expect(json.items.map(({ name }: { name: string }) => name)).toEqual(
    service.dependencies.projections.all().map(({ name }) => name),
  );
  await eventually(async () =>
    expect(await stateOf('tracks')).toEqual({
      name: 'tracks',
      version: tracks.version,
      kind: 'reading',
      state: 'live',
      position: String(await service.dependencies.store.head()),
      lag: '0',
      parked: 0,
    }),
  );
});

describe('a rebuild', () => {
  test('replaces the documents with equal ones', async () => {
    const before = { id: await liveId(), ...(await admin.get('/v1/tracks/song')).json };
    const answer = await admin.post(`${PATH}/tracks/rebuild`, {});
    expect(answer).toMatchObject({ status: 202, json: { name: 'tracks', kind: 'reading' } });
    await eventually(async () => {
      // The old documents are read meanwhile.
      expect(await admin.get('/v1/tracks/song')).toMatchObject({ status: 200 });
      expect(await liveId()).not.toBe(before.id);
    });
    expect({ id: before.id, ...(await admin.get('/v1/tracks/song')).json }).toEqual(before);
  });

  test('appends nothing', async () => {
    const before = await service.dependencies.store.head();
    await admin.post(`${PATH}/artists/rebuild`, {});
    expect(await service.dependencies.store.head()).toBe(before);
  });

  test('needs an existing projection', async () => {
    expect(await admin.post(`${PATH}/nothing/rebuild`, {})).toMatchObject({
      status: 404,
      json: { code: 'ProjectionNotFound' },
    });
  });
});
