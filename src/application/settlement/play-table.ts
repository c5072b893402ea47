import type { PlayStopped } from '../../domain/playback/events.js';
import type { PeriodPlay } from '../../domain/royalty/settlement/usage.js';
import { compareBytes } from '../../domain/shared/byte-order.js';
import { PLAY_SOURCES } from '../../domain/shared/play-source.js';
import type { Segment } from '../../domain/shared/segments.js';

/** Rows that the columns have room for at first; they grow by doubling. */
const ROWS_AT_FIRST = 4_096;

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

  numberOf(name: string): number {
    const known = this.numbers.get(name);
    if (known !== undefined) return known;
    this.numbers.set(name, this.list.length);
    return this.list.push(name) - 1;
  }
}

type PlayOfLog = { readonly playId: string; readonly position: number; readonly period: string };

/** The plays of a month in memory, as they come from the log, to be read again listener by listener. */
export class PlayTable {
  private readonly listeners = new Names();
  private readonly tracks = new Names();
  private readonly devices = new Names();
  private readonly periods = new Names();
  private readonly playIds: string[] = [];
  private readonly segments = new Map<string, readonly Segment[]>();
  private numbers = new Float64Array(ROWS_AT_FIRST * COLUMNS.length);
  private names = new Uint32Array(ROWS_AT_FIRST * NAMES.length);

  /** @param keepsSegments whether somebody will ask for them: they are the largest part of a play */
  constructor(private readonly keepsSegments: boolean) {}

  readonly segmentsOf = ({ playId }: { readonly playId: string }): readonly Segment[] =>
    this.segments.get(playId) ?? [];

  /** `position` of its event in the log; `period` that it belongs to. */
  add({ playId, position, period }: PlayOfLog, play: PlayStopped['data']): void {
    const row = this.playIds.push(playId) - 1;
    if (this.keepsSegments) this.segments.set(playId, play.segments);
    if ((row + 1) * COLUMNS.length > this.numbers.length) this.grow();
    const name = row * NAMES.length;
    this.names[name] = this.listeners.numberOf(play.listenerId);
    this.names[name + 1] = this.tracks.numberOf(play.trackId);
    this.names[name + 2] = this.devices.numberOf(play.deviceId);
    this.names[name + 3] = this.periods.numberOf(period);
    this.names[name + 4] = PLAY_SOURCES.indexOf(play.source);
    const number = row * COLUMNS.length;
    this.numbers[number] = play.startedAt;
    this.numbers[number + 1] = play.at;
    this.numbers[number + 2] = play.mode === 'import' ? NULL : play.receivedAt;
    this.numbers[number + 3] = play.durationMs ?? NULL;
    this.numbers[number + 4] = play.playedMs;
    this.numbers[number + 5] = play.uniqueMs;
    this.numbers[number + 6] = play.wallMs;
    this.numbers[number + 7] = position;
  }

  /** Listeners in order of id, by bytes, each with all plays up to a position in the log. */
  *byListener(fence: bigint): Generator<readonly [listenerId: string, plays: readonly PeriodPlay[]]> {
    const { list } = this.listeners;
    const last = Number(fence);
    const rows = this.rowsByListener();
    const order = Array.from(list.keys()).sort((a, b) => compareBytes(list[a] ?? '', list[b] ?? ''));
    for (const listener of order) {
      const plays: PeriodPlay[] = [];
      for (const row of rows.of(listener)) if (this.position(row) <= last) plays.push(this.play(row));
      if (plays.length === 0) continue;
      yield [list[listener] ?? '', plays];
    }
  }

  private position(row: number): number {
    return this.numbers[row * COLUMNS.length + 7] ?? 0;
  }

  private play(row: number): PeriodPlay {
    const { numbers, names } = this;
    const [name, number] = [row * NAMES.length, row * COLUMNS.length];
    const orNull = (value = NULL) => (value === NULL ? null : value);
    return {
      playId: this.playIds[row] ?? '',
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

  /** A counting sort: where each listener's rows begin, and the rows one after another. */
  private rowsByListener() {
    const starts = new Uint32Array(this.listeners.list.length + 1);
    for (let row = 0; row < this.playIds.length; row++) {
      const next = (this.names[row * NAMES.length] ?? 0) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
    const places = starts.slice();
    const rows = new Uint32Array(this.playIds.length);
    for (let row = 0; row < this.playIds.length; row++) {
      const listener = this.names[row * NAMES.length] ?? 0;
      const place = places[listener] ?? 0;
      rows[place] = row;
      places[listener] = place + 1;
    }
    return { of: (listener: number) => rows.subarray(starts[listener], starts[listener + 1]) };
  }

  private grow(): void {
    const [numbers, names] = [
      new Float64Array(2 * this.numbers.length),
      new Uint32Array(2 * this.names.length),
    ];
    numbers.set(this.numbers);
    names.set(this.names);
    [this.numbers, this.names] = [numbers, names];
  }
}
