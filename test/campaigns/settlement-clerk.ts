import { eventually } from '../support/time/eventually.js';
import { must } from './campaign.js';
import { type Answered, persistent, type Requester, requester } from './service-client.js';

/** Steps of finance in one month, in order. `credit` waits until both journals are in the payee accounts. */
export const STEPS = ['revenue', 'close', 'refund', 'restate', 'credit', 'propose', 'release'] as const;

export type Step = (typeof STEPS)[number];

const PAYEE = 'label-0';
const PAYEES = 5;
const TRACKS_MAX = 250;
const AT_ONCE = 16;
const CREDITED_MAX_MS = 30_000;

/** Claims every track for one of five labels. */
export const claimTracks = async (env: Readonly<Record<string, string>>, url: string): Promise<void> => {
  const finance = persistent(await requester(env, 'finance', 'fay'));
  const tracks = await trackIds(finance, url);
  const left = tracks.entries();
  const worker = async (): Promise<void> => {
    for (const [index, trackId] of left) {
      const claim = {
        claimId: 'c',
        right: 'recording',
        territory: '*',
        claimant: `label-${index % PAYEES}`,
        sharePpm: 1_000_000,
        validFrom: '2000-01-01T00:00:00.000Z',
      };
      accepted(await finance(url, `claim:${trackId}`, `/v1/royalties/tracks/${trackId}/claims`, claim));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
};

const trackIds = async (finance: Requester, url: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for (let cursor = ''; ;) {
    const page = accepted(await finance(url, '', `/v1/tracks?limit=100${cursor}`));
    found.push(...(page['items'] as readonly { trackId: string }[]).map(({ trackId }) => trackId));
    if (typeof page['next'] !== 'string' || found.length > TRACKS_MAX) return found.sort();
    cursor = `&cursor=${encodeURIComponent(page['next'])}`;
  }
};

/** Two finance users. One step of one month always has the same idempotency key. */
export class Clerk {
  private constructor(
    private readonly fay: Requester,
    private readonly gus: Requester,
  ) {}

  static async of(env: Readonly<Record<string, string>>): Promise<Clerk> {
    return new Clerk(await requester(env, 'finance', 'fay'), await requester(env, 'finance', 'gus'));
  }

  /** @throws {Error} when the response is an error or missing */
  async does(step: Step, month: string, url: string): Promise<void> {
    if (step === 'credit') await this.credited(month, url);
    else accepted(await this.asks(step, month, url, persistent));
  }

  /** Sends the step once. @returns whether the service answered it before it was killed */
  async tries(step: Step, month: string, url: string): Promise<boolean> {
    if (step === 'credit') return false;
    const answer = await this.asks(step, month, url, (once) => once);
    if (answer && answer.status >= 400 && answer.status !== 503) accepted(answer);
    return answer !== undefined && answer.status < 400;
  }

  private async asks(
    step: Exclude<Step, 'credit'>,
    month: string,
    url: string,
    how: (ask: Requester) => Requester,
  ): Promise<Answered | undefined> {
    const period = `/v1/royalties/periods/premium/ZZ/${month}`;
    const payouts = `/v1/royalties/accounts/${PAYEE}/payouts`;
    const ask = (path: string, body: object, who = this.fay) => how(who)(url, `${step}:${month}`, path, body);
    switch (step) {
      case 'revenue':
        return ask(`${period}/revenue`, {
          reportId: 'r',
          amount: '1000.00',
          currency: 'EUR',
          kind: 'subscription',
        });
      case 'close':
        return ask(`${period}/close`, { early: 'a campaign' });
      case 'refund':
        return ask(`${period}/refunds`, { reportId: 'b', amount: '100.01', currency: 'EUR' });
      case 'restate':
        return ask(`${period}/restatements`, { reason: 'REFUND' });
      case 'propose':
        return ask(payouts, { payoutId: month, currency: 'EUR' });
      case 'release':
        return ask(`${payouts}/${month}/release`, { currency: 'EUR' }, this.gus);
    }
  }

  private async credited(month: string, url: string): Promise<void> {
    const journals = [0, 1].map((number) => `premium.ZZ.${month}.${number}`);
    for (let payee = 0; payee < PAYEES; payee++) {
      const path = `/v1/royalties/accounts/label-${payee}/entries?currency=EUR&limit=200`;
      await eventually(async () => {
        const page = await this.fay(url, '', path);
        const entries = (page?.body['items'] ?? []) as readonly { id: string }[];
        must(
          journals.every((journal) => entries.some(({ id }) => id === journal)),
          `The journals of ${month} have not come to label-${payee}.`,
        );
      }, CREDITED_MAX_MS);
    }
  }
}

const accepted = (answer: Answered | undefined): Answered['body'] => {
  if (!answer || answer.status >= 400) throw new Error(`The service answered ${JSON.stringify(answer)}.`);
  return answer.body;
};
