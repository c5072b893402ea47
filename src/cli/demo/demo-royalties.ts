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
/** Requests that are under way at once. */
const AT_ONCE = 16;
/** Of one request; each waits up to 2 seconds for the projections. */
const ATTEMPTS_MAX = 100;
/** Invented: what a play earns the service, micro-units. */
const REVENUE_PER_PLAY = 10_000n;
/** Tracks of the period that is shown whose shares are claimed; the others go unmatched. */
const CLAIMED = 200;
const LINES_SHOWN = 5;

/** A period and what was played in it, most played track first. */
export type PlayedPeriod = Period & {
  readonly plays: number;
  readonly tracks: readonly { readonly trackId: string; readonly plays: number }[];
};

/** Finance at work: revenue for each month, shares, closes, a statement, and what another model would have paid. */
export class DemoRoyalties {
  constructor(
    private readonly running: RunningService,
    private readonly tell: (line: string) => void,
  ) {}

  /** @returns the period with most plays; undefined when no month is over in which anything was played */
  async closeAll(): Promise<PlayedPeriod | undefined> {
    const finance = await this.finance();
    const thisMonth = monthOf(Date.now());
    const played = (await this.played()).filter(({ month }) => month < thisMonth);
    const [largest] = played.toSorted((a, b) => b.plays - a.plays);
    if (!largest) {
      this.tell('   There is none in which anything was played.');
      return undefined;
    }

    const began = performance.now();
    await inTurns(largest.tracks.slice(0, CLAIMED), ({ trackId }) =>
      finance('POST', `/v1/royalties/tracks/${encodeURIComponent(trackId)}/claims`, {
        claimId: 'demo',
        right: 'recording',
        territory: '*',
        claimant: 'demo-label',
        sharePpm: 1_000_000,
        validFrom: '2000-01-01T00:00:00.000Z',
      }),
    );
    await inTurns(played, (period) =>
      finance('POST', `${pathOf(period)}/revenue`, {
        reportId: 'demo',
        amount: decimalOf(BigInt(period.plays) * REVENUE_PER_PLAY),
        currency: 'EUR',
        kind: 'subscription',
      }),
    );
    await inTurns(played, (period) =>
      finance('POST', `${pathOf(period)}/close`, { early: 'the demo shows what a close does' }),
    );
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    this.tell(
      `   Closed with an invented revenue of 0.01 EUR a play: ${played.length} of them, in ${seconds} s`,
    );
    await this.running.service.caughtUp();
    await this.showStatement(largest);
    return largest;
  }

  /** What the user-centric model would have paid for the same period: nothing is changed by the question. */
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
    this.tell('       pro rata  user-centric  track');
    for (const { trackId, recorded, replayed } of sideBySide(found, LINES_SHOWN))
      this.tell(`   ${cell(recorded)} ${cell(replayed)}  ${await this.titleOf(trackId)}`);
  }

  private async showStatement(period: PlayedPeriod): Promise<void> {
    const { settlement, lines } = await this.statement(period);
    const { pool, payable, unmatched, plays } = settlement;
    this.tell(`   ${period.offering} ${period.territory} ${period.month}:`);
    this.tell(
      `   ${plays.counted} plays count, ${Object.entries(plays.rejected).map(rejectedText).join(', ')}`,
    );
    this.tell(
      `   of a pool of ${pool.amount} EUR, ${payable.amount} go to payees, ${unmatched.amount} wait for an owner`,
    );
    this.tell(`   the largest of ${lines.length} lines:`);
    for (const { trackId, plays, money, splits } of lines.toSorted(byPlays).slice(0, LINES_SHOWN))
      this.tell(
        `   ${money.amount.padStart(12)} EUR for ${String(plays).padStart(4)} plays, ${splits.map(({ account }) => account.split(':', 1)[0]).join(', ')}: ${await this.titleOf(trackId)}`,
      );
  }

  /** The whole statement, page by page. */
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

  /** Every period in which anything was played. */
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
          // The server lets go of a connection that was idle for too long: with its key a request may be repeated.
          if (attempt === ATTEMPTS_MAX) throw error;
        });
        if (!response) continue;
        const text = await response.text();
        if (response.ok) return JSON.parse(text) as Answer;
        // The projections are folding what others have just closed.
        if (!text.includes('"NotYetVisible"') || attempt === ATTEMPTS_MAX)
          throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      }
    };
  }
}

/** What the demo looks at of the answers it gets. */
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

const rejectedText = ([reason, count]: readonly [string, number]): string => `${count} are ${reason}`;

const cell = (micros: bigint | null): string => (micros === null ? '-' : decimalOf(micros)).padStart(12);

const inTurns = async <T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> => {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
};
