import type { PlayStopped } from '../../domain/playback/events.js';
import type { PeriodPlay } from '../../domain/royalty/settlement/usage-rules.js';
import { compareBytes } from '../../domain/shared/byte-order.js';
import { PLAY_SOURCES } from '../../domain/shared/play-source.js';
import type { Segment } from '../../domain/shared/segments.js';

/** Columns of numbers: a row of ten million must cost bytes, not objects. */
const COLUMNS = [
  'startedAt',
  'endedAt',
  'receivedAt',
  'durationMs',
  'playedMs',
  'uniqueMs',
  'wallMs',
  'position',
] as const;
const NAMES = ['listenerId', 'trackId', 'deviceId', 'period', 'source'] as const;
const NULL = -1;

/** Names by number, in the order in which they were first met. */
class Names {
  readonly list: string[] = [];
  private readonly numbers = new Map<string, number>();

  has(name: string): boolean {
    return this.numbers.has(name);
  }

  numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.list.length);
    return this.list.push(name) - 1;
  }
}

/** Rows of one block, a power of two. Blocks are added as they are needed: nothing is copied when the table grows. */
const BLOCK_BITS = 12;
const BLOCK = 1 << BLOCK_BITS;
const LAST = BLOCK - 1;

/** Texts of a block. Once all are there they are one: ten million small ones are a burden to the garbage collector. */
class Texts {
  private list: string[] = [];
  private whole: string | undefined;
  private readonly ends = new Uint32Array(BLOCK);

  push(text: string): void {
    const last = this.list.push(text) - 1;
    this.ends[last] = (this.ends[last - 1] ?? 0) + text.length;
    if (this.list.length < BLOCK) return;
    this.whole = this.list.join('');
    this.list = [];
  }

  at(index: number): string {
    return this.whole?.slice(this.ends[index - 1] ?? 0, this.ends[index]) ?? this.list[index] ?? '';
  }
}

type Block = { readonly playIds: Texts; readonly numbers: Float64Array; readonly names: Uint32Array };

type PlayOfLog = { readonly playId: string; readonly position: number; readonly period: string };

/** The plays of a month in memory, as they come from the log, to be read again listener by listener. */
export class PlayTable {
  private readonly listeners = new Names();
  private readonly tracks = new Names();
  private readonly devices = new Names();
  private readonly periods = new Names();
  private readonly segments = new Map<string, readonly Segment[]>();
  private readonly lastDevices: number[] = [];
  private readonly blocks: Block[] = [];
  private length = 0;

  /** @param keepsSegments whether somebody will ask for those of a track: they are the largest part of a play */
  constructor(private readonly keepsSegments: (trackId: string) => boolean) {}

  readonly segmentsOf = ({ playId }: { readonly playId: string }): readonly Segment[] =>
    this.segments.get(playId) ?? [];

  /** `position` of its event in the log; `period` that it belongs to. */
  add({ playId, position, period }: PlayOfLog, play: PlayStopped['data']): void {
    const { playIds, numbers, names } = this.block(this.length);
    const index = this.length++ & LAST;
    playIds.push(playId);
    if (this.keepsSegments(play.trackId)) this.keepSegments(playId, play);
    const name = index * NAMES.length;
    const listener = this.listeners.numberOf(play.listenerId);
    names[name] = listener;
    names[name + 1] = this.tracks.numberOf(play.trackId);
    names[name + 2] = this.deviceOf(listener, play.deviceId);
    names[name + 3] = this.periods.numberOf(period);
    names[name + 4] = PLAY_SOURCES.indexOf(play.source);
    const number = index * COLUMNS.length;
    numbers[number] = play.startedAt;
    numbers[number + 1] = play.at;
    numbers[number + 2] = play.mode === 'import' ? NULL : play.receivedAt;
    numbers[number + 3] = play.durationMs ?? NULL;
    numbers[number + 4] = play.playedMs;
    numbers[number + 5] = play.uniqueMs;
    numbers[number + 6] = play.wallMs;
    numbers[number + 7] = position;
  }

  hasTrack(trackId: string): boolean {
    return this.tracks.has(trackId);
  }

  /** Of a play that is here, or will be. */
  keepSegments(playId: string, { segments }: Pick<PlayStopped['data'], 'segments'>): void {
    this.segments.set(playId, segments);
  }

  /** Nearly always the one that the listener played on before. */
  private deviceOf(listener: number, deviceId: string): number {
    const last = this.lastDevices[listener];
    if (last !== undefined && this.devices.list[last] === deviceId) return last;
    return (this.lastDevices[listener] = this.devices.numberOf(deviceId));
  }

  /** Listeners in order of id, by bytes, each with all plays up to a position in the log. */
  *byListener(fence: bigint): Generator<readonly [listenerId: string, plays: readonly PeriodPlay[]]> {
    const { list } = this.listeners;
    const rows = this.rowsByListener(this.rowsUpTo(Number(fence)));
    const order = Array.from(list.keys()).sort((a, b) => compareBytes(list[a] ?? '', list[b] ?? ''));
    for (const listener of order) {
      const plays: PeriodPlay[] = [];
      for (const row of rows.of(listener)) plays.push(this.play(row));
      if (plays.length === 0) continue;
      yield [list[listener] ?? '', plays];
    }
  }

  private position(row: number): number {
    return this.block(row).numbers[(row & LAST) * COLUMNS.length + 7] ?? 0;
  }

  private play(row: number): PeriodPlay {
    const { playIds, numbers, names } = this.block(row);
    const index = row & LAST;
    const [name, number] = [index * NAMES.length, index * COLUMNS.length];
    const orNull = (value = NULL) => (value === NULL ? null : value);
    return {
      playId: playIds.at(index),
      listenerId: this.listeners.list[names[name] ?? 0] ?? '',
      trackId: this.tracks.list[names[name + 1] ?? 0] ?? '',
      deviceId: this.devices.list[names[name + 2] ?? 0] ?? '',
      period: this.periods.list[names[name + 3] ?? 0] ?? '',
      source: PLAY_SOURCES[names[name + 4] ?? 0] ?? 'unknown',
      startedAt: numbers[number] ?? 0,
      endedAt: numbers[number + 1] ?? 0,
      receivedAt: orNull(numbers[number + 2]),
      durationMs: orNull(numbers[number + 3]),
      playedMs: numbers[number + 4] ?? 0,
      uniqueMs: numbers[number + 5] ?? 0,
      wallMs: numbers[number + 6] ?? 0,
    };
  }

  /** How many rows there are up to a position in the log, in whose order they are. */
  private rowsUpTo(position: number): number {
    let [from, to] = [0, this.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.position(middle) <= position) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** A counting sort of the first rows: where those of each listener begin, and the rows one after another. */
  private rowsByListener(length: number) {
    const listenerOf = (row: number): number => this.block(row).names[(row & LAST) * NAMES.length] ?? 0;
    const starts = new Uint32Array(this.listeners.list.length + 1);
    for (let row = 0; row < length; row++) {
      const next = listenerOf(row) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
    const places = starts.slice();
    const rows = new Uint32Array(length);
    for (let row = 0; row < length; row++) {
      const listener = listenerOf(row);
      const place = places[listener] ?? 0;
      rows[place] = row;
      places[listener] = place + 1;
    }
    return { of: (listener: number) => rows.subarray(starts[listener], starts[listener + 1]) };
  }

  /** The block of a row, in which its index is `row & LAST`. The first row behind the last block gets a new one. */
  private block(row: number): Block {
    return (this.blocks[row >> BLOCK_BITS] ??= {
      playIds: new Texts(),
      numbers: new Float64Array(BLOCK * COLUMNS.length),
      names: new Uint32Array(BLOCK * NAMES.length),
    });
  }
}
