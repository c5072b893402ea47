import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { START } from '../../../../src/application/ports/event-store.js';
import type { Query, ReadModels } from '../../../../src/application/ports/read-models.js';
import { listenerRanges } from '../../../../src/application/royalty/settlement/listener-ranges.js';
import { EmbeddedReadModels } from '../../../../src/infrastructure/readmodels/embedded/embedded-read-models.js';
import { royaltyPlays } from '../../../../src/projections/royalty/royalty-plays.js';
import { playStopped } from '../../../support/playback/plays.js';

const PERIOD = 'premium.DE.2026-10';

let folder: string;
let models: ReadModels;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'playledger-ranges-'));
  models = EmbeddedReadModels.writer(folder);
});
afterEach(async () => {
  await models.close();
  rmSync(folder, { recursive: true });
});

/** Three plays per listener, and one in each of the territories whose names sort before and after. */
const played = async (listenerIds: readonly string[]): Promise<void> => {
  const build = await models.begin(royaltyPlays);
  const writes = listenerIds.flatMap((listenerId) =>
    ['DE', 'DE', 'DE', 'DD', 'DF'].map((territory, n) => {
      const { stream, ...stopped } = playStopped(`${listenerId}-${n}`, 31_000, { listenerId, territory });
      const event = { ...stopped, streamId: stream.slice('play-'.length), position: 1n };
      const [key = ''] = royaltyPlays.keysOf(event);
      const change = royaltyPlays.apply(undefined, event, key);
      if (typeof change === 'string') throw new Error(change);
      return { key, document: change.put, position: 1n, fields: royaltyPlays.fieldsOf!(key, change.put) };
    }),
  );
  await models.commit(build, writes, START);
  await models.swap(build);
};

const keysIn = async (query: Partial<Query>): Promise<readonly string[]> =>
  (await models.query(royaltyPlays, { limit: 1_000, ...query })).keys;

describe('ranges of a period', () => {
  const cases: readonly (readonly [string, readonly string[], number, number])[] = [
    ['one for any listeners', ['a', 'b'], 1, 1],
    ['without listeners', [], 4, 1],
    ['of one listener', ['ada'], 4, 1],
    ['by the first character in which ids differ', ['user-a1', 'user-a2', 'user-b', 'user-c'], 2, 3],
    [
      'by the next character as well, where those are too few',
      ['user-a1', 'user-a2', 'user-b', 'user-c'],
      4,
      4,
    ],
    ['of ids that are prefixes of others', ['ab', 'abc', 'abcd', 'b'], 4, 4],
    ['of all characters that ids may contain', ['-', '.', '0', ':', '@', 'Z', '_', 'a', 'z'], 9, 9],
    ['at most one per listener', ['x1', 'x2', 'x3'], 99, 3],
  ];
  test.each(cases)('%s', async (_what, listenerIds, wanted, expected) => {
    await played(listenerIds);
    const ranges = await listenerRanges(models, PERIOD, wanted);
    expect(ranges).toHaveLength(expected);
    const found = await Promise.all(ranges.map((keys) => keysIn({ keys })));
    // In sequence they hold all plays of the period, and each listener is in one range only.
    expect(found.flat()).toEqual((await keysIn({})).filter((key) => key.startsWith(`${PERIOD} `)));
    const owners = found.map((keys) => new Set(keys.map((key) => key.split(' ')[1])));
    expect(owners.reduce((sum, { size }) => sum + size, 0)).toBe(listenerIds.length);
  });
});
