import { randomUUID } from 'node:crypto';
import { replayVerdict, sideBySide } from '../../application/royalty/replay/replay-verdict.js';
import { type Period, periodIdOf } from '../../domain/royalty/periods/period-id.js';
import { USER_CENTRIC } from '../../domain/royalty/rulesets/defaults.js';
import { monthOf } from '../../domain/shared/calendar.js';
import { NodeDigests } from '../../infrastructure/identity/node-digests.js';
import { royaltyUsageByTrack, type TrackUsageLine } from '../../projections/royalty/royalty-usage.js';
import { type TrackPage, tracks } from '../../projections/catalogue/tracks.js';
import type { RunningService } from '../serve.js';
import { decimalOf } from '../../domain/shared/money.js';

const TOKEN_SECONDS = 3_600;
/** Most concurrent requests. */
const IN_FLIGHT_MAX = 16;
/** Most attempts of one request; each waits up to 2 seconds for the projections. */
const ATTEMPTS_MAX = 100;
/** Invented revenue per play, micro-units. */
const REVENUE_PER_PLAY = 10_000n;
/** Tracks of the printed period with claimed shares; the others stay unmatched. */
const CLAIMED = 200;
const LINES_SHOWN = 5;

/** A period with its plays; most played track first. */
export type PlayedPeriod = Period & {
  readonly plays: number;
  readonly tracks: readonly { readonly trackId: string; readonly plays: number }[];
};

/** The demo's finance part: claims, revenue, closes, a statement, and a what-if of another model. */
export class DemoRoyalties {
  constructor(
    private readonly running: RunningService,
    private readonly printLine: (line: string) => void,
  ) {}

  /** @returns the period with the most plays; undefined when no finished month has plays */
  async closeAll(): Promise<PlayedPeriod | undefined> {
    const finance = await this.finance();
    const thisMonth = monthOf(Date.now());
    const played = (await this.played()).filter(({ month }) => month < thisMonth);
    const [largest] = played.toSorted((a, b) => b.plays - a.plays);
    if (!largest) {
      this.printLine('   No finished month has plays.');
      return undefined;
    }

    const began = performance.now();
    await concurrently(largest.tracks.slice(0, CLAIMED), ({ trackId }) =>
      finance('POST', `/v1/royalties/tracks/${encodeURIComponent(trackId)}/claims`, {
        claimId: 'demo',
        right: 'recording',
        territory: '*',
        claimant: 'demo-label',
        sharePpm: 1_000_000,
        validFrom: '2000-01-01T00:00:00.000Z',
      }),
    );
    await concurrently(played, (period) =>
      finance('POST', `${pathOf(period)}/revenue`, {
        reportId: 'demo',
        amount: decimalOf(BigInt(period.plays) * REVENUE_PER_PLAY),
        currency: 'EUR',
        kind: 'subscription',
      }),
    );
    await concurrently(played, (period) =>
      finance('POST', `${pathOf(period)}/close`, { early: 'the demo shows what a close does' }),
    );
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    this.printLine(
      `   Closed ${played.length} with an invented revenue of 0.01 EUR per play, in ${seconds} s`,
    );
    await this.running.service.caughtUp();
    await this.showStatement(largest);
    return largest;
  }

  /** Prints what the user-centric model would have paid for the same period. Nothing is changed. */
  async showWhatIf(period: PlayedPeriod): Promise<void> {
    const finance = await this.finance();
    const { id: rulesetHash } = await finance('POST', '/v1/royalties/rulesets', USER_CENTRIC);
    const { store, schemas } = this.running.service.dependencies;
    const digests = new NodeDigests();
    const { offering, territory, month } = period;
    const found = await replayVerdict({
      store,
      schemas,
      sha256: (bytes) => digests.sha256(bytes),
      period: { offering, territory, month },
      rulesetHash,
    });
    this.printLine('       pro rata  user-centric  track');
    for (const { trackId, recorded, replayed } of sideBySide(found, LINES_SHOWN))
      this.printLine(`   ${cell(recorded)} ${cell(replayed)}  ${await this.titleOf(trackId)}`);
  }

  private async showStatement(period: PlayedPeriod): Promise<void> {
    const { settlement, lines } = await this.statement(period);
    const { pool, payable, unmatched, plays } = settlement;
    this.printLine(`   ${period.offering} ${period.territory} ${period.month}:`);
    this.printLine(
      `   ${plays.counted} plays counted; rejected: ${Object.entries(plays.rejected).map(rejectedText).join(', ')}`,
    );
    this.printLine(`   pool ${pool.amount} EUR: ${payable.amount} for payees, ${unmatched.amount} unmatched`);
    this.printLine(`   the largest of ${lines.length} lines:`);
    for (const { trackId, plays, money, splits } of lines.toSorted(byPlays).slice(0, LINES_SHOWN))
      this.printLine(
        `   ${money.amount.padStart(12)} EUR for ${String(plays).padStart(4)} plays, ${splits.map(({ account }) => account.split(':', 1)[0]).join(', ')}: ${await this.titleOf(trackId)}`,
      );
  }

  /** Reads all pages of the statement. */
  private async statement(period: PlayedPeriod): Promise<Pick<Answer, 'settlement'> & { lines: Line[] }> {
    const finance = await this.finance();
    const lines: Line[] = [];
    for (let cursor = ''; ;) {
      const { settlement, items, next } = await finance(
        'GET',
        `${pathOf(period)}/statement?limit=200${cursor}`,
      );
      lines.push(...items);
      if (next === undefined) return { settlement, lines };
      cursor = `&cursor=${encodeURIComponent(next)}`;
    }
  }

  private async titleOf(trackId: string): Promise<string> {
    const track = await this.running.service.dependencies.models.get<TrackPage>(tracks, trackId);
    return track?.title ?? trackId;
  }

  /** Every period with plays. */
  private async played(): Promise<readonly PlayedPeriod[]> {
    const { models } = this.running.service.dependencies;
    const { live } = await models.builds(royaltyUsageByTrack);
    if (!live) throw new Error('The royalty usage has not been built.');
    const found = new Map<string, Period & { tracks: { trackId: string; plays: number }[] }>();
    for await (const page of models.scan(live))
      for (const { document } of page) {
        const { offering, territory, month, trackId, plays } = document as TrackUsageLine;
        const period = { offering, territory, month };
        const known = found.get(periodIdOf(period)) ?? { ...period, tracks: [] };
        known.tracks.push({ trackId, plays });
        found.set(periodIdOf(period), known);
      }
    return Array.from(found.values(), (period) => ({
      ...period,
      plays: period.tracks.reduce((sum, { plays }) => sum + plays, 0),
      tracks: period.tracks.toSorted((a, b) => b.plays - a.plays),
    }));
  }

  private async finance() {
    const { tokens } = this.running.service.dependencies;
    const token = await tokens.issueToken({ role: 'finance', subject: 'demo', ttl: TOKEN_SECONDS });
    return async (method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> => {
      const headers = {
        Authorization: `Bearer ${token}`,
        ...(body ? { 'Content-Type': 'application/json', 'Idempotency-Key': randomUUID() } : {}),
      };
      const request = { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) };
      for (let attempt = 1; ; attempt++) {
        const response = await fetch(`${this.running.server.url}${path}`, request).catch((error: unknown) => {
          // The server closes idle connections. The idempotency key makes it safe to repeat the request.
          if (attempt === ATTEMPTS_MAX) throw error;
        });
        if (!response) continue;
        const text = await response.text();
        if (response.ok) return JSON.parse(text) as Answer;
        // The projections have not reached the other closes yet.
        if (!text.includes('"NotYetVisible"') || attempt === ATTEMPTS_MAX)
          throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      }
    };
  }
}

/** The fields of responses that the demo reads. */
type Answer = {
  readonly id: string;
  readonly items: readonly Line[];
  readonly next?: string;
  readonly settlement: {
    readonly pool: { readonly amount: string };
    readonly payable: { readonly amount: string };
    readonly unmatched: { readonly amount: string };
    readonly plays: { readonly counted: number; readonly rejected: Readonly<Record<string, number>> };
  };
};

type Line = {
  readonly trackId: string;
  readonly plays: number;
  readonly money: { readonly amount: string };
  readonly splits: readonly { readonly account: string }[];
};

const byPlays = (a: Line, b: Line): number => b.plays - a.plays || (a.trackId < b.trackId ? -1 : 1);

const pathOf = ({ offering, territory, month }: Period): string =>
  `/v1/royalties/periods/${offering}/${territory}/${month}`;

const rejectedText = ([reason, count]: readonly [string, number]): string => `${count} ${reason}`;

const cell = (micros: bigint | null): string => (micros === null ? '-' : decimalOf(micros)).padStart(12);

const concurrently = async <T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> => {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT_MAX }, worker));
};
