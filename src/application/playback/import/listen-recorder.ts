import { artist } from '../../../domain/catalogue/artist.js';
import { track } from '../../../domain/catalogue/track.js';
import { StoreBusy } from '../../ports/event-store.js';
import type { Ids } from '../../ports/ids.js';
import type { Timer } from '../../ports/timer.js';
import { Backoff } from '../../projecting/backoff.js';
import { RecentlyUsedMap } from '../../streams/recently-used-map.js';
import type { CommandMeta, Receipt, Streams } from '../../streams/streams.js';
import { RecordPlay, RecordPlayHandler } from '../commands.js';
import type { Listen } from './listen.js';

/** Artists remembered as registered, and tracks: more than one listener hears. Registering one again appends nothing. */
const REMEMBERED = 16_384;

/** Listeners whose device ids are remembered, and devices of each. Other ids are derived again. */
const LISTENERS_REMEMBERED = 16;
const DEVICES_REMEMBERED = 256;

/** Longest pause before a busy store is tried again; the first pauses are 1, 2, 4, … ms. */
const PAUSE_MS_MAX = 1_000;
const PAUSES_MAX = 64;

/** What all plays of one imported history have in common. */
export type History = {
  readonly listenerId: string;
  /** Derived from the listener and the content. With the row's number it identifies a play. */
  readonly id: string;
  /** SHA-256, hex, of everything besides the rows that the plays depend on. */
  readonly commandHash: string;
  readonly offering: string;
  /** ISO 3166-1 alpha-2, for plays whose territory the source does not know. */
  readonly territory: string;
  /** `role:subject` of the importer. */
  readonly actor: string;
  /** Start of the import: UTC, epoch milliseconds. */
  readonly at: number;
};

type Registration = { readonly id: string; pending: Promise<void> | undefined };

/**
 * Records the listens of imported histories: registers the artist and the track unless they exist, then sends RecordPlay.
 *
 * Every id is derived from the content, so importing a history again, from any row on, appends nothing. Appends reach the
 * store in the order of the calls and do not wait for one another. Streams are expected to be new; the store recognises a
 * repeat by its ids, without a read.
 */
export class ListenRecorder {
  /** Counts of what the log did not have before. */
  readonly added = { artists: 0, tracks: 0, plays: 0 };
  private readonly artists = new RecentlyUsedMap<Registration>(REMEMBERED);
  private readonly tracks = new RecentlyUsedMap<Registration>(REMEMBERED);
  private readonly plays: RecordPlayHandler;
  private readonly devices = new RecentlyUsedMap<RecentlyUsedMap<string>>(LISTENERS_REMEMBERED);

  constructor(
    private readonly streams: Streams,
    private readonly ids: Ids,
    private readonly timer: Timer,
    /** SHA-256 of a text, hex. */
    private readonly sha256: (text: string) => string,
    /** The log's head before the first call, later the highest position in a receipt. */
    private newest: bigint,
  ) {
    // Without the bus, as processes do: it would cost each of millions of rows a few allocations.
    this.plays = new RecordPlayHandler(streams);
  }

  /**
   * Resolves once the play and everything it refers to are durable.
   *
   * @param row number of the listen in its history
   * @throws as Streams.transact; a busy store is tried again
   */
  async record(listen: Listen, row: number, history: History): Promise<void> {
    const by = this.artists.get(listen.artist, () => this.registerArtist(listen.artist, history));
    const of = this.tracks.get(`${listen.artist}\0${listen.track}`, () =>
      this.registerTrack(listen.track, listen.artist, by.id, history),
    );
    const before = this.newest;
    const recorded = this.recordPlay(listen, row, of.id, history);
    // Waits after sending the play, not before: waiting for the disk first would change the order of the appends.
    if (by.pending || of.pending) await Promise.all([recorded, by.pending, of.pending]);
    if (this.isNew(await recorded, before)) this.added.plays++;
  }

  private registerArtist(name: string, history: History): Registration {
    const id = this.ids.derived('artist', name);
    const meta = this.meta(this.ids.derived('register', id), this.sha256(name), history);
    const command = { type: 'RegisterArtist', data: { name, at: history.at } } as const;
    return this.registration(id, 'artists', () => this.streams.transact(artist, id, command, meta));
  }

  private registerTrack(title: string, by: string, artistId: string, history: History): Registration {
    const id = this.ids.derived('track', by, title);
    const meta = this.meta(this.ids.derived('register', id), this.sha256(`${by}\0${title}`), history);
    const content = { title, artistId, durationMs: null, kind: 'music' } as const;
    const command = { type: 'RegisterTrack', data: { ...content, at: history.at } } as const;
    return this.registration(id, 'tracks', () => this.streams.transact(track, id, command, meta));
  }

  private registration(id: string, kind: 'artists' | 'tracks', send: () => Promise<Receipt>): Registration {
    const registration: Registration = { id, pending: undefined };
    const register = async (): Promise<void> => {
      const before = this.newest;
      const receipt = await this.retryWhileBusy(send);
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
    const command = new RecordPlay(
      id,
      listenerId,
      {
        trackId,
        // The track's registration may still be on its way to the disk, and an export has no lengths.
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
        segments: [{ fromMs: 0, toMs: playedMs, wallMs: playedMs }],
      },
      this.meta(id, history.commandHash, history),
    );
    return this.retryWhileBusy(() => this.plays.execute(command));
  }

  private deviceOf(listenerId: string, platform: string): string {
    const devices = this.devices.get(listenerId, () => new RecentlyUsedMap<string>(DEVICES_REMEMBERED));
    return devices.get(platform, () => this.ids.derived('device', listenerId, platform));
  }

  private meta(commandId: string, commandHash: string, { actor, at }: History): CommandMeta {
    return { commandId, commandHash, actor, at };
  }

  /** The receipt of a repeat has the first append's position, which the log had reached before the repeat was sent. */
  private isNew({ position }: Receipt, before: bigint): boolean {
    if (position > this.newest) this.newest = position;
    return position > before;
  }

  private async retryWhileBusy(send: () => Promise<Receipt>): Promise<Receipt> {
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
