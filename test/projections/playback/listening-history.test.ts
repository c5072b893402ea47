import { describe, expect, test } from '@jest/globals';
import {
  type HistoryDocument,
  historyOf,
  listeningHistory,
} from '../../../src/projections/playback/listening-history.js';
import { OCTOBER, playStarted, playStopped } from '../../support/playback/plays.js';
import { documentsOf, type Placed } from '../../support/specs/projection-spec.js';

/** The entries of ada's history, earliest first. */
const entriesOf = async (facts: readonly Placed[]) => {
  const documents = await documentsOf(listeningHistory, facts);
  return historyOf('ada', Object.keys(documents), Object.values(documents) as HistoryDocument[]);
};

describe('the listening history', () => {
  test('contains a play once it is over', async () => {
    expect(await entriesOf([playStarted('p1')])).toEqual([]);
    expect(await entriesOf([playStarted('p1'), playStopped('p1', 5_000)])).toEqual([
      {
        playId: 'p1',
        listenerId: 'ada',
        trackId: 'track-1',
        startedAt: OCTOBER,
        endedAt: OCTOBER + 5_000,
        playedMs: 5_000,
        uniqueMs: 5_000,
        deviceId: 'phone',
        mode: 'online',
        reason: 'stopped',
      },
    ]);
  });
  test('contains imported plays', async () => {
    const entries = await entriesOf([playStopped('p1', 0, { mode: 'import' })]);
    expect(entries).toMatchObject([{ playId: 'p1', mode: 'import', reason: 'import', playedMs: 0 }]);
  });
  test('is in order of start, whatever the order of the ends', async () => {
    const entries = await entriesOf(
      [7, 1_700_000_000_000, 30, 0].map((startedAt) => playStopped(`p${startedAt}`, 1_000, { startedAt })),
    );
    expect(entries.map(({ startedAt }) => startedAt)).toEqual([0, 7, 30, 1_700_000_000_000]);
  });
});
