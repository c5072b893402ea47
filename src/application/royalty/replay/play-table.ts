import type { PlayStopped } from '../../../domain/playback/events.js';
import type { PeriodPlay } from '../../../domain/royalty/counting/usage-rules.js';
import { compareBytes } from '../../../domain/shared/exact/byte-order.js';
import { PLAY_SOURCES } from '../../../domain/shared/listening/play-source.js';
import type { Segment } from '../../../domain/shared/listening/segments.js';
import { NumberedNames } from './numbered-names.js';
import { packUuid, UUID_WORDS, uuidAt } from './packed-uuids.js';

/** Offsets in a row, in 32-bit words. Rows are packed, because ten million plays must fit into memory. */
const WORD = {
  /** Four words. If the id is not a UUID, the first is its number in `texts`. */
  playId: 0,
  trackId: UUID_WORDS,
  deviceId: UUID_WORDS + 1,
  /** Number of the period, source and flags (`FLAG`). */
  kind: UUID_WORDS + 2,
  durationMs: UUID_WORDS + 3,
  playedMs: UUID_WORDS + 4,
  uniqueMs: UUID_WORDS + 5,
  wallMs: UUID_WORDS + 6,
  /** Time from start to end, and to receipt, in ms. */
  endedAfter: UUID_WORDS + 7,
  receivedAfter: UUID_WORDS + 8,
  /** The listener's next row; 0 after the last. Row 0 is not used. */
  next: UUID_WORDS + 9,
} as const;
const WORDS = 18;
/** Offsets in a row, in 64-bit numbers: instants and positions. */
const NUMBER = { startedAt: 7, position: 8 } as const;
const NUMBERS = WORDS / 2;

const FLAG = { idIsText: 1, isWide: 2 } as const;
const FLAG_BITS = 2;
const SOURCE_BITS = 4;
const SOURCE_MASK = (1 << SOURCE_BITS) - 1;

/** Represents null in a word. */
const NULL = 0xffff_ffff;

/** Rows of one block, a power of two. The table grows by blocks, so that nothing is copied. */
const BLOCK_BITS = 12;
const BLOCK = 1 << BLOCK_BITS;
const LAST = BLOCK - 1;

/**
 * Consecutive rows allocated to a listener at once, a power of two. Rows are written in order of time and read by
 * listener; without this, cache misses would take longer than the verdicts.
 */
const RUN = 4;

type Block = { readonly words: Uint32Array; readonly numbers: Float64Array };

const newBlock = (): Block => {
  const words = new Uint32Array(BLOCK * WORDS);
  return { words, numbers: new Float64Array(words.buffer) };
};

/**
 * Strings by number. Every `BLOCK` strings are joined into one, because millions of small strings slow down garbage
 * collection.
 */
class Texts {
  private readonly joined: { readonly text: string; readonly ends: Uint32Array }[] = [];
  private last: string[] = [];

  /** @returns its number */
  push(text: string): number {
    const number = this.joined.length * BLOCK + this.last.push(text) - 1;
    if (this.last.length === BLOCK) {
      let end = 0;
      this.joined.push({
        text: this.last.join(''),
        ends: Uint32Array.from(this.last, ({ length }) => (end += length)),
      });
      this.last = [];
    }
    return number;
  }

  at(number: number): string {
    const chunk = this.joined[number >> BLOCK_BITS];
    const index = number & LAST;
    return chunk?.text.slice(chunk.ends[index - 1] ?? 0, chunk.ends[index]) ?? this.last[index] ?? '';
  }
}

type PlayOfLog = { readonly playId: string; readonly position: number; readonly period: string };

type FindTrack = (trackId: string) => number | undefined;

type Times = Pick<PeriodPlay, 'endedAt' | 'receivedAt' | 'durationMs' | 'playedMs' | 'uniqueMs' | 'wallMs'>;

/** Plays of a month in memory: added in order of the log, read by listener. */
export class PlayTable {
  private readonly listeners = new NumberedNames();
  private readonly tracks = new NumberedNames();
  private readonly devices = new NumberedNames();
  private readonly periods = new NumberedNames();
  /** Ids that are not UUIDs. */
  private readonly texts = new Texts();
  /** Times that do not fit into words, by row. */
  private readonly wide = new Map<number, Times>();
  private readonly segments = new Map<string, readonly Segment[]>();
  /** By number of listener. */
  private readonly firstRows: number[] = [];
  private readonly lastRows: number[] = [];
  private readonly blocks: Block[] = [];
  private rows = RUN;

  /** @param keepsSegments whether to keep the segments of every play, which are the largest part of it */
  constructor(private readonly keepsSegments: boolean) {}

  readonly segmentsOf = ({ playId }: { readonly playId: string }): readonly Segment[] =>
    this.segments.get(playId) ?? [];

  /** Adds plays in order of the log. `position`: of the event; `period`: id of the play's period. */
  add({ playId, position, period }: PlayOfLog, play: PlayStopped['data']): void {
    if (this.keepsSegments) this.keepSegments(playId, play);
    const listener = this.listeners.numberOf(play.listenerId);
    const before = this.lastRows[listener];
    const row = this.rowAfter(listener);
    const { words, numbers } = this.block(row);
    const at = (row & LAST) * WORDS;
    let flags = 0;
    if (!packUuid(playId, words, at + WORD.playId)) {
      flags |= FLAG.idIsText;
      words[at + WORD.playId] = this.texts.push(playId);
    }
    words[at + WORD.trackId] = this.tracks.numberOf(play.trackId);
    words[at + WORD.deviceId] = this.deviceOf(before, play.deviceId);
    const number = (row & LAST) * NUMBERS;
    numbers[number + NUMBER.startedAt] = play.startedAt;
    numbers[number + NUMBER.position] = position;
    if (!writeTimes(words, at, play)) {
      flags |= FLAG.isWide;
      this.wide.set(row, timesOf(play));
    }
    words[at + WORD.kind] =
      (this.periods.numberOf(period) << (FLAG_BITS + SOURCE_BITS)) |
      ((PLAY_SOURCES.indexOf(play.source) & SOURCE_MASK) << FLAG_BITS) |
      flags;
  }

  hasTrack(trackId: string): boolean {
    return this.tracks.has(trackId);
  }

  /** Keeps the segments of one play, before or after it is added. */
  keepSegments(playId: string, { segments }: Pick<PlayStopped['data'], 'segments'>): void {
    this.segments.set(playId, segments);
  }

  /**
   * Listeners in order of id, by bytes, each with all plays up to a position in the log.
   *
   * @param find gives the number of a track in the fold, if it has one yet
   */
  *byListener(
    fence: bigint,
    find: FindTrack = () => undefined,
  ): Generator<readonly [listenerId: string, plays: readonly PeriodPlay[]]> {
    const found: (number | undefined)[] = [];
    const { list } = this.listeners;
    const last = Number(fence);
    const order = Array.from(list.keys()).sort((a, b) => compareBytes(list[a] ?? '', list[b] ?? ''));
    for (const listener of order) {
      const plays: PeriodPlay[] = [];
      const listenerId = list[listener] ?? '';
      for (let row = this.firstRows[listener] ?? 0; row !== 0;) {
        const { words, numbers } = this.block(row);
        const index = row & LAST;
        if ((numbers[index * NUMBERS + NUMBER.position] ?? 0) > last) break;
        const track = words[index * WORDS + WORD.trackId] ?? 0;
        found[track] ??= find(this.tracks.list[track] ?? '');
        plays.push(this.play(listenerId, row, found[track]));
        row = words[index * WORDS + WORD.next] ?? 0;
      }
      if (plays.length > 0) yield [listenerId, plays];
    }
  }

  /** Allocates a listener's next row and links it to the previous one. */
  private rowAfter(listener: number): number {
    const before = this.lastRows[listener];
    const isInRun = before !== undefined && (before + 1) % RUN !== 0;
    const row = isInRun ? before + 1 : this.rows;
    if (!isInRun) this.rows += RUN;
    if (before === undefined) this.firstRows[listener] = row;
    else this.block(before).words[(before & LAST) * WORDS + WORD.next] = row;
    this.lastRows[listener] = row;
    return row;
  }

  /** Checks the device of the listener's previous play first, because it is nearly always the same. */
  private deviceOf(before: number | undefined, deviceId: string): number {
    if (before !== undefined) {
      const last = this.block(before).words[(before & LAST) * WORDS + WORD.deviceId] ?? 0;
      if (this.devices.list[last] === deviceId) return last;
    }
    return this.devices.numberOf(deviceId);
  }

  private play(listenerId: string, row: number, track: number | undefined): PeriodPlay {
    const { words, numbers } = this.block(row);
    const at = (row & LAST) * WORDS;
    const kind = words[at + WORD.kind] ?? 0;
    const startedAt = numbers[(row & LAST) * NUMBERS + NUMBER.startedAt] ?? 0;
    const receivedAfter = orNull(words[at + WORD.receivedAfter]);
    const play: PeriodPlay = {
      playId:
        (kind & FLAG.idIsText) === 0
          ? uuidAt(words, at + WORD.playId)
          : this.texts.at(words[at + WORD.playId] ?? 0),
      listenerId,
      trackId: this.tracks.list[words[at + WORD.trackId] ?? 0] ?? '',
      deviceId: this.devices.list[words[at + WORD.deviceId] ?? 0] ?? '',
      period: this.periods.list[kind >>> (FLAG_BITS + SOURCE_BITS)] ?? '',
      source: PLAY_SOURCES[(kind >>> FLAG_BITS) & SOURCE_MASK] ?? 'unknown',
      startedAt,
      endedAt: startedAt + (words[at + WORD.endedAfter] ?? 0),
      receivedAt: receivedAfter === null ? null : startedAt + receivedAfter,
      durationMs: orNull(words[at + WORD.durationMs]),
      playedMs: words[at + WORD.playedMs] ?? 0,
      uniqueMs: words[at + WORD.uniqueMs] ?? 0,
      wallMs: words[at + WORD.wallMs] ?? 0,
      track,
    };
    return (kind & FLAG.isWide) === 0 ? play : { ...play, ...this.wide.get(row) };
  }

  /** The block of a row, where its index is `row & LAST`. Creates the block for its first row. */
  private block(row: number): Block {
    return (this.blocks[row >> BLOCK_BITS] ??= newBlock());
  }
}

const timesOf = (play: PlayStopped['data']): Times => ({
  endedAt: play.at,
  receivedAt: play.mode === 'import' ? null : play.receivedAt,
  durationMs: play.durationMs,
  playedMs: play.playedMs,
  uniqueMs: play.uniqueMs,
  wallMs: play.wallMs,
});

/** @returns whether all times fit into words */
const writeTimes = (words: Uint32Array, at: number, play: PlayStopped['data']): boolean => {
  const { startedAt, durationMs, playedMs, uniqueMs, wallMs } = play;
  const endedAfter = play.at - startedAt;
  const receivedAfter = play.mode === 'import' ? null : play.receivedAt - startedAt;
  words[at + WORD.durationMs] = durationMs ?? NULL;
  words[at + WORD.playedMs] = playedMs;
  words[at + WORD.uniqueMs] = uniqueMs;
  words[at + WORD.wallMs] = wallMs;
  words[at + WORD.endedAfter] = endedAfter;
  words[at + WORD.receivedAfter] = receivedAfter ?? NULL;
  return (
    (durationMs === null || fits(durationMs)) &&
    fits(playedMs) &&
    fits(uniqueMs) &&
    fits(wallMs) &&
    fits(endedAfter) &&
    (receivedAfter === null || fits(receivedAfter))
  );
};

const fits = (value: number): boolean => value >>> 0 === value && value !== NULL;

const orNull = (word = NULL): number | null => (word === NULL ? null : word);
