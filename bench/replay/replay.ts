import { join } from 'node:path';
import { mkdirSync } from 'node:fs';
import type { Bench, Options } from '../harness/bench.js';
import { inChild } from '../harness/child.js';
import { inFreshFolder } from '../harness/folder.js';
import { NO_PEERS, openPeers, type PeerPlace, type Peers } from '../harness/peers.js';
import { alone, compared, type Line } from '../harness/report.js';
import { figures, inRounds, type Subjects } from '../harness/rounds.js';
import type { Replayed } from './fold.js';
import type { Prepared } from './prepare.js';

const PREPARE = new URL('./prepare.js', import.meta.url);
const OURS = new URL('./ours.js', import.meta.url);
const FLOOR = new URL('./floor.js', import.meta.url);
const WORKERS = new URL('./workers.js', import.meta.url);
const PEER = new URL('./peer.js', import.meta.url);
const MEMORY = new URL('./memory.js', import.meta.url);

const GOALS = {
  overFile: { atLeast: 0.85 },
  bytes: { atMost: 1.05 },
  overPeers: { atLeast: 3 },
  twoWorkers: { atLeast: 1.5 },
  memoryMiB: { atMost: 64 },
} as const;
const GROWTH_SLACK = 1.05;
const MEMORY_EVENTS = [1_000_000, 5_000_000] as const;

export const replay: Bench = {
  name: 'replay',
  summary: 'the whole log in order, decoded, folded into a counter',
  defaults: { rounds: 6, seconds: 1.5, events: 200_000 },
  run: async (options) => {
    await using peers = options.peers ? await openPeers(options.folder) : NO_PEERS;
    for (const note of peers.notes) options.warn(note);
    return [
      ...(await speed(options, peers)),
      ...(options.scale > 1 ? [await growth(options)] : []),
      ...(options.memory ? await memory(options) : []),
    ];
  },
};

const speed = (options: Options, peers: Peers): Promise<readonly Line[]> =>
  inFreshFolder(options.folder, async (folder) => {
    const { events } = options;
    const log = join(folder, 'log');
    const file = join(folder, 'log.ndjson');
    mkdirSync(log);
    options.progress(`replay: filling the log with ${events} events`);
    const bytes = await inChild<Prepared>(PREPARE, { folder: log, events, file });
    const places = new Map<string, PeerPlace>();
    for (const name of peers.names) places.set(name, await fillPeer(name, folder, options, peers));

    const subjects: Subjects<Run> = {
      file: () => inChild(FLOOR, { file }),
      ours: () => inChild(OURS, { folder: log, looks: 'at all' }),
      'as projections': () => inChild(OURS, { folder: log, looks: 'as projections' }),
      one: () => inChild(WORKERS, { folder: log, workers: 1 }),
      two: () => inChild(WORKERS, { folder: log, workers: 2 }),
      ...Object.fromEntries([...places].map(([name, place]) => [name, () => inChild(PEER, { place })])),
    };
    const rounds = await inRounds(options.rounds, subjects, (text) => options.progress(`replay, ${text}`));
    assertEqual(rounds, events);

    const rates = (name: string) => figures(rounds, name, ({ ms }) => (events / ms) * 1_000);
    const cpu = (name: string) => figures(rounds, name, ({ cpuMs = NaN }) => (cpuMs / events) * 1_000);
    const ours = { what: 'whole log', ours: rates('ours'), unit: 'events/s' };
    return [
      compared({ ...ours, against: 'file + JSON.parse', theirs: rates('file'), goal: GOALS.overFile }),
      compared({
        ...ours,
        what: 'as projections read',
        ours: rates('as projections'),
        against: 'file + JSON.parse',
        theirs: rates('file'),
      }),
      compared({
        what: 'CPU',
        unit: 'µs/event',
        ours: cpu('ours'),
        against: 'file + JSON.parse',
        theirs: cpu('file'),
      }),
      compared({
        what: 'bytes on disk',
        unit: 'B/event',
        ours: [bytes.logBytes / events],
        against: 'file',
        theirs: [bytes.fileBytes / events],
        goal: GOALS.bytes,
      }),
      compared({
        ...ours,
        what: 'two workers',
        ours: rates('two'),
        against: 'one worker',
        theirs: rates('one'),
        goal: GOALS.twoWorkers,
      }),
      ...peers.names.map((name) =>
        compared({ ...ours, against: name, theirs: rates(name), goal: GOALS.overPeers }),
      ),
    ];
  });

const fillPeer = async (name: string, folder: string, options: Options, peers: Peers): Promise<PeerPlace> => {
  options.progress(`replay: filling ${name} with ${options.events} events`);
  const own = join(folder, name);
  mkdirSync(own);
  const place = await peers.place(name, own);
  await inChild(PEER, { place, fill: options.events });
  return place;
};

type Run = Pick<Replayed, 'events' | 'ms'> & Partial<Replayed>;

/** Checks that every reader read every event exactly once. */
const assertEqual = (rounds: Readonly<Record<string, readonly Run[]>>, events: number): void => {
  for (const [name, results] of Object.entries(rounds)) {
    if (results.some((result) => result.events !== events)) {
      throw new Error(`${name} replayed ${results.map((r) => r.events).join(', ')} of ${events} events`);
    }
  }
};

const growth = async (options: Options): Promise<Line> =>
  inFreshFolder(options.folder, async (folder) => {
    const { events, scale } = options;
    const run = async (name: string, events: number) => {
      const log = join(folder, name);
      mkdirSync(log);
      options.progress(`replay: filling a log with ${events} events`);
      await inChild(PREPARE, { folder: log, events });
      return () => inChild<Replayed>(OURS, { folder: log, looks: 'at all' });
    };
    const subjects = { short: await run('short', events), long: await run('long', events * scale) };
    const rounds = await inRounds(options.rounds, subjects, (text) =>
      options.progress(`replay, growth, ${text}`),
    );
    return compared({
      what: `time for ${events * scale} events`,
      ours: figures(rounds, 'long', ({ ms }) => ms),
      unit: 'ms',
      against: `for ${events}`,
      theirs: figures(rounds, 'short', ({ ms }) => ms),
      goal: { atMost: scale * GROWTH_SLACK },
    });
  });

const memory = async (options: Options): Promise<readonly Line[]> => {
  const peaks: number[] = [];
  for (const events of MEMORY_EVENTS) {
    await inFreshFolder(options.folder, async (folder) => {
      options.progress(`replay: memory with ${events} events`);
      await inChild(PREPARE, { folder, events });
      peaks.push(await inChild<number>(MEMORY, { folder }));
    });
  }
  const [small = NaN, large = NaN] = peaks;
  return [
    alone(`peak memory, ${MEMORY_EVENTS[0]} events`, [small], 'MiB'),
    alone(`peak memory, ${MEMORY_EVENTS[1]} events`, [large], 'MiB'),
    alone('growth of peak memory', [large - small], 'MiB', GOALS.memoryMiB),
  ];
};
