import { artist } from '../../domain/catalogue/artist.js';
import { track } from '../../domain/catalogue/track.js';
import { play } from '../../domain/playback/play.js';
import { StoreBusy } from '../ports/event-store.js';
import type { Ids } from '../ports/ids.js';
import type { Timer } from '../ports/timer.js';
import { Backoff } from '../projecting/backoff.js';
import type { CommandMeta, Receipt, Streams } from '../streams/streams.js';
import type { Listen } from './listen.js';
import { RecentlyUsedMap } from '../streams/recently-used-map.js';

/**
 * Artists, and tracks, that are remembered as registered: more than anybody has heard of. The rest is registered again for
 * nothing.
 */
const REMEMBERED = 16_384;

/** Listeners whose devices are remembered, and devices of each; of the rest the id is derived again. */
const LISTENERS_REMEMBERED = 16;
const DEVICES_REMEMBERED = 256;

/** A busy store is asked again after 1, 2, 4, … ms, at most this long each time. */
const PAUSE_MS_MAX = 1_000;
const PAUSES_MAX = 64;

/** Whose history it is and what is true of all its plays. */
export type History = {
  readonly listenerId: string;
  /** Id that follows from the listener and the content. With the row's number it is the identity of a play. */
  readonly id: string;
  /** SHA-256 of all that decides what the plays say besides their rows, hex: the same for each play of the history. */
  readonly commandHash: string;
  readonly offering: string;
  /** For plays whose territory the source does not know. */
  readonly territory: string;
  /** `role:subject` of who imports. */
  readonly actor: string;
  /** When the import began: UTC, epoch milliseconds. */
  readonly at: number;
};

type Registration = { readonly id: string; pending: Promise<void> | undefined };

/**
 * StreamLocks listens into facts: the artist and the track when they are not known yet, then the whole play.
 *
 * Every id follows from the content, so that the same history again, from the start or from anywhere, appends nothing.
 * Appends are handed to the store in the order of the calls without waiting for one another. Streams are taken
 * to be new: they are, but for a repeat, and the store then answers a repeat without a read.
 */
export class ListenRecorder {
  /** What was new to the log. */
  readonly added = { artists: 0, tracks: 0, plays: 0 };
  private readonly artists = new RecentlyUsedMap<Registration>(REMEMBERED);
  private readonly tracks = new RecentlyUsedMap<Registration>(REMEMBERED);
  private readonly devices = new RecentlyUsedMap<RecentlyUsedMap<string>>(LISTENERS_REMEMBERED);

  constructor(
    private readonly streams: Streams,
    private readonly ids: Ids,
    private readonly timer: Timer,
    /** SHA-256 of a text, hex. */
    private readonly sha256: (text: string) => string,
    /** The log's head before the first call, then the last position heard of. */
    private newest: bigint,
  ) {}

  /**
   * Fulfils when the play and all that it refers to are durable.
   *
   * @param row number of the listen in its history
   * @throws as Streams.open, but a busy store is waited for
   */
  async record(listen: Listen, row: number, history: History): Promise<void> {
    const by = this.artists.get(listen.artist, () => this.registerArtist(listen.artist, history));
    const of = this.tracks.get(`${listen.artist}\0${listen.track}`, () =>
      this.registerTrack(listen.track, listen.artist, by.id, history),
    );
    const before = this.newest;
    const recorded = this.recordPlay(listen, row, of.id, history);
    // Before the play counts as done, not before it is sent: waiting twice for the disk would change the order.
    if (by.pending || of.pending) await Promise.all([recorded, by.pending, of.pending]);
    if (this.isNew(await recorded, before)) this.added.plays++;
  }

  private registerArtist(name: string, history: History): Registration {
    const id = this.ids.derived('artist', name);
    const meta = this.meta(this.ids.derived('register', id), this.sha256(name), history);
    const command = { type: 'RegisterArtist', data: { name, at: history.at } } as const;
    return this.registration(id, 'artists', () => this.streams.open(artist, id, command, meta));
  }

  private registerTrack(title: string, by: string, artistId: string, history: History): Registration {
    const id = this.ids.derived('track', by, title);
    const meta = this.meta(this.ids.derived('register', id), this.sha256(`${by}\0${title}`), history);
    const content = { title, artistId, durationMs: null, kind: 'music' } as const;
    const command = { type: 'RegisterTrack', data: { ...content, at: history.at } } as const;
    return this.registration(id, 'tracks', () => this.streams.open(track, id, command, meta));
  }

  private registration(id: string, kind: 'artists' | 'tracks', send: () => Promise<Receipt>): Registration {
    const registration: Registration = { id, pending: undefined };
    const register = async (): Promise<void> => {
      const before = this.newest;
      const receipt = await this.patiently(send);
      registration.pending = undefined;
      if (this.isNew(receipt, before)) this.added[kind]++;
    };
    registration.pending = register();
    return registration;
  }

  private recordPlay(listen: Listen, row: number, trackId: string, history: History): Promise<Receipt> {
    const { listenerId, territory, offering } = history;
    const { startedAt, playedMs, platform = 'unknown' } = listen;
    const id = this.ids.numbered(history.id, row);
    const command = {
      type: 'RecordPlay',
      data: {
        listenerId,
        trackId,
        durationMs: null,
        territory: listen.territory ?? territory,
        offering,
        deviceId: this.deviceOf(listenerId, platform),
        mode: 'import',
        source: 'unknown',
        reason: 'import',
        muted: false,
        startedAt,
        endedAt: startedAt + playedMs,
        receivedAt: history.at,
        segments: [{ fromMs: 0, toMs: playedMs, wallMs: playedMs }],
      },
    } as const;
    const meta = this.meta(id, history.commandHash, history);
    return this.patiently(() => this.streams.open(play, id, command, meta));
  }

  private deviceOf(listenerId: string, platform: string): string {
    const devices = this.devices.get(listenerId, () => new RecentlyUsedMap<string>(DEVICES_REMEMBERED));
    return devices.get(platform, () => this.ids.derived('device', listenerId, platform));
  }

  private meta(commandId: string, commandHash: string, { actor, at }: History): CommandMeta {
    return { commandId, commandHash, actor, at };
  }

  /** A repeat is answered with the position of the first time, which the log had reached before the repeat was sent. */
  private isNew({ position }: Receipt, before: bigint): boolean {
    if (position > this.newest) this.newest = position;
    return position > before;
  }

  private async patiently(send: () => Promise<Receipt>): Promise<Receipt> {
    const backoff = new Backoff(1, PAUSE_MS_MAX);
    for (let pauses = 0; ; pauses++) {
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof StoreBusy) || pauses === PAUSES_MAX) throw error;
        await this.timer.after(backoff.next());
      }
    }
  }
}
