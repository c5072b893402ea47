import { beforeEach, describe, expect, test } from '@jest/globals';
import {
  ReadYourWrites,
  NotYetVisible,
  WAIT_MS_MAX,
} from '../../../src/application/projecting/read-your-writes.js';
import { ReadModels } from '../../../src/application/ports/read-models.js';
import { nowPlaying } from '../../../src/projections/playback/now-playing.js';
import { playCounts } from '../../../src/projections/playback/play-counts.js';
import { HandTimer } from '../../support/time/manual-timer.js';

/** Read models of which only the checkpoint is looked at. */
class Checkpoint {
  at: bigint | undefined = 10n;
  looks = 0;
  broken = false;

  position(): Promise<bigint | undefined> {
    this.looks += 1;
    return this.broken ? Promise.reject(new Error('gone')) : Promise.resolve(this.at);
  }
}

/** What has become of a wait so far. */
const watched = (wait: Promise<void>): { outcome: unknown } => {
  const seen: { outcome: unknown } = { outcome: 'waiting' };
  wait.then(
    () => (seen.outcome = 'visible'),
    (error: unknown) => (seen.outcome = error),
  );
  return seen;
};

let checkpoint: Checkpoint;
let timer: HandTimer;
let readYourWrites: ReadYourWrites;
beforeEach(() => {
  checkpoint = new Checkpoint();
  timer = new HandTimer();
  readYourWrites = new ReadYourWrites(checkpoint as unknown as ReadModels, timer);
});

describe('a reader', () => {
  test('who asks for no position does not wait, nor look', async () => {
    await readYourWrites.reached(nowPlaying, undefined);
    expect(checkpoint.looks).toBe(0);
  });
  test('does not wait for what is there', async () => {
    await readYourWrites.reached(nowPlaying, 10n);
    expect(timer.sleeping).toBe(0);
  });
  test('waits until his position is reached', async () => {
    const reader = watched(readYourWrites.reached(nowPlaying, 11n));
    await timer.turn(100);
    expect(reader.outcome).toBe('waiting');
    checkpoint.at = 11n;
    await timer.turn(20);
    expect(reader.outcome).toBe('visible');
  });
  test('sees a quick projection within a millisecond or two', async () => {
    const reader = watched(readYourWrites.reached(nowPlaying, 11n));
    await timer.turn(0);
    checkpoint.at = 11n;
    await timer.turn(2);
    expect(reader.outcome).toBe('visible');
  });
  test('waits also for a model that is being built for the first time', async () => {
    checkpoint.at = undefined;
    const reader = watched(readYourWrites.reached(nowPlaying, 1n));
    await timer.turn(50);
    checkpoint.at = 1n;
    await timer.turn(20);
    expect(reader.outcome).toBe('visible');
  });
  test('is told after two seconds that it is not yet visible, and what', async () => {
    const reader = watched(readYourWrites.reached(nowPlaying, 11n));
    await timer.turn(WAIT_MS_MAX - 1);
    expect(reader.outcome).toBe('waiting');
    await timer.turn(1);
    expect(reader.outcome).toBeInstanceOf(NotYetVisible);
    expect(reader.outcome).toMatchObject({ model: 'now-playing', position: 11n });
  });
  test('is told at once when the store is gone', async () => {
    const reader = watched(readYourWrites.reached(nowPlaying, 11n));
    await timer.turn(1);
    checkpoint.broken = true;
    await timer.turn(20);
    expect(reader.outcome).toEqual(new Error('gone'));
  });
});

describe('many readers of one model', () => {
  test('share one look at its checkpoint', async () => {
    const readers = Array.from({ length: 100 }, () => watched(readYourWrites.reached(nowPlaying, 11n)));
    await timer.turn(0);
    const before = checkpoint.looks;
    await timer.turn(1_000);
    expect(checkpoint.looks - before).toBeLessThanOrEqual(60);
    expect(readers.every(({ outcome }) => outcome === 'waiting')).toBe(true);
  });
  test('each get what they wait for', async () => {
    const early = watched(readYourWrites.reached(nowPlaying, 11n));
    const late = watched(readYourWrites.reached(nowPlaying, 12n));
    await timer.turn(5);
    checkpoint.at = 11n;
    await timer.turn(20);
    expect([early.outcome, late.outcome]).toEqual(['visible', 'waiting']);
  });
  test('do not wait for those of another model', async () => {
    const other = watched(readYourWrites.reached(playCounts, 10n));
    void watched(readYourWrites.reached(nowPlaying, 11n));
    await timer.turn(0);
    expect(other.outcome).toBe('visible');
  });
  test('leave nobody looking when they are gone', async () => {
    const reader = watched(readYourWrites.reached(nowPlaying, 11n));
    checkpoint.at = 11n;
    await timer.turn(20);
    expect([reader.outcome, timer.sleeping]).toEqual(['visible', 0]);
    const looks = checkpoint.looks;
    await timer.turn(100);
    expect(checkpoint.looks).toBe(looks);
  });
});
