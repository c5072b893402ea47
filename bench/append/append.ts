import type { Bench, Options } from '../harness/bench.js';
import { inChild } from '../harness/child.js';
import { inFreshFolder } from '../harness/folder.js';
import { NO_PEERS, openPeers, type Peers } from '../harness/peers.js';
import { compared, type Line } from '../harness/report.js';
import { best, figures, inRounds, type Subjects } from '../harness/rounds.js';
import type { AppendFigures } from './closed-loop.js';

const FLOOR = new URL('./floor.js', import.meta.url);
const OURS = new URL('./ours.js', import.meta.url);
const PEER = new URL('./peer.js', import.meta.url);
const GROWTH = new URL('./growth.js', import.meta.url);
const JSON_COST = new URL('./json-cost.js', import.meta.url);

/** Goals for each number of appends in flight. */
const LOADS = [
  { inFlight: 1, overFloor: 0.6, overPeers: 2 },
  { inFlight: 64, overFloor: 0.35, overPeers: 25, tail: 5, cpu: 5 },
  { inFlight: 512, overFloor: 0.25, overPeers: 40, cpu: 3.5 },
] as const;

/** Where group commit is compared with one commit for each append. */
const CONTROL_AT = 64;
const OVER_CONTROL = 15;

/** Ten times the log in at most 10.5 times the time. */
const GROWTH_SLACK = 1.05;

export const append: Bench = {
  name: 'append',
  summary: 'durable appends of 400-byte events, 1, 64 and 512 in flight',
  defaults: { rounds: 6, seconds: 1.5, events: 20_000 },
  run: async (options) => {
    await using peers = options.peers ? await openPeers(options.folder) : NO_PEERS;
    for (const note of peers.notes) options.warn(note);
    const lines: Line[] = [];
    for (const load of LOADS) lines.push(...(await atLoad(load, options, peers)));
    if (options.scale > 1) lines.push(await growth(options));
    return lines;
  },
};

const atLoad = async (
  load: (typeof LOADS)[number],
  options: Options,
  peers: Peers,
): Promise<readonly Line[]> => {
  const { inFlight } = load;
  const { seconds } = options;
  const run =
    (module: URL, more: object = {}) =>
    () =>
      inFreshFolder(options.folder, (folder) =>
        inChild<AppendFigures>(module, { folder, inFlight, seconds, ...more }),
      );
  const runPeer = (name: string) => () =>
    inFreshFolder(options.folder, async (folder) => {
      const place = await peers.place(name, folder);
      const figures = await inChild<AppendFigures>(PEER, { place, inFlight, seconds });
      await peers.drop(place);
      return figures;
    });
  const subjects: Subjects<AppendFigures> = {
    floor: run(FLOOR),
    ours: run(OURS),
    ...(inFlight === CONTROL_AT && { control: run(OURS, { oneCommitEach: true }) }),
    ...Object.fromEntries(peers.names.map((name) => [name, runPeer(name)])),
  };
  const rounds = await inRounds(options.rounds, subjects, (text) =>
    options.progress(`append, ${inFlight} in flight, ${text}`),
  );
  const rates = (name: string) => figures(rounds, name, (r) => r.eventsPerSecond);
  const ours = { ours: rates('ours'), unit: 'events/s' };
  const what = `${inFlight} in flight`;
  const p50 = figures(rounds, 'ours', (r) => r.p50Ms);
  const p99 = figures(rounds, 'ours', (r) => r.p99Ms);

  const lines: Line[] = [
    compared({
      what,
      ...ours,
      against: 'file + fdatasync',
      theirs: rates('floor'),
      goal: { atLeast: load.overFloor },
    }),
    compared({
      what: `${what}: p99`,
      ours: p99,
      unit: 'ms',
      against: 'its p50',
      theirs: p50,
      ...('tail' in load && { goal: { atMost: load.tail } }),
    }),
  ];
  if ('cpu' in load) {
    const json = await inChild<number>(JSON_COST);
    const cpu = figures(rounds, 'ours', (r) => r.cpuMicros);
    lines.push(
      compared({
        what: `${what}: CPU`,
        ours: cpu,
        unit: 'µs/event',
        against: 'JSON out and in',
        theirs: cpu.map(() => json),
        goal: { atMost: load.cpu },
      }),
    );
  }
  if (inFlight === CONTROL_AT) {
    const goal = { atLeast: OVER_CONTROL };
    lines.push(compared({ what, ...ours, against: 'one commit each', theirs: rates('control'), goal }));
  }
  const fastest = best(rounds, peers.names, (r) => r.eventsPerSecond);
  for (const name of peers.names) {
    lines.push(
      compared({
        what,
        ...ours,
        against: name,
        theirs: rates(name),
        ...(name === fastest && { goal: { atLeast: load.overPeers } }),
      }),
    );
  }
  return lines;
};

const growth = async (options: Options): Promise<Line> => {
  const { events, scale } = options;
  const run = (events: number) => () =>
    inFreshFolder(options.folder, (folder) => inChild<number>(GROWTH, { folder, events }));
  const rounds = await inRounds(options.rounds, { short: run(events), long: run(events * scale) }, (text) =>
    options.progress(`append, growth, ${text}`),
  );
  const itself = (ms: number) => ms;
  return compared({
    what: `time for ${events * scale} events`,
    ours: figures(rounds, 'long', itself),
    unit: 'ms',
    against: `for ${events}`,
    theirs: figures(rounds, 'short', itself),
    goal: { atMost: scale * GROWTH_SLACK },
  });
};
