import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { USER_CENTRIC } from '../../../../src/domain/royalty/rulesets/defaults.js';
import { type Answer, bootApp, type Client, type TestApp } from '../../../support/http/test-app.js';
import { eventsOf } from '../../../support/http/server-sent-events.js';
import { eventually } from '../../../support/time/eventually.js';
import { SetClock } from '../../../support/time/settable-clock.js';
import { DAY_MS } from '../../../../src/domain/shared/civil-date.js';

const PERIOD = { offering: 'premium', territory: 'DE', month: '2026-10' };
const PATH = '/v1/royalties/periods/premium/DE/2026-10';
/** The clock of the service: noon of 5 November 2026. */
const NOW = Date.UTC(2026, 10, 5, 12);
const OCTOBER_20 = Date.UTC(2026, 9, 20, 12);

let service: TestApp;
let finance: Client;
let auditor: Client;
let ann: Client;
let last: Record<string, string> = {};
const tracks: string[] = [];

const done = (answer: Answer): Answer => {
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
  if (answer.json?.position !== undefined) last = { 'min-position': answer.json.position };
  return answer;
};

const heard = async (listener: Client, trackId: string, day: number): Promise<string> => {
  const playId = randomUUID();
  const at = (s: number) => new Date(OCTOBER_20 + day * DAY_MS + s * 1_000).toISOString();
  const body = { playId, trackId, territory: 'DE', offering: 'premium', deviceId: 'phone' };
  done(await listener.post('/v1/plays', { ...body, at: at(0) }));
  done(await listener.post(`/v1/plays/${playId}/stop`, { positionMs: 40_000, at: at(40) }));
  return playId;
};

/** Starts a replay as an auditor and follows it to its end. */
const replayed = async (order: object = {}): Promise<Answer['json']> => {
  const { json, status } = await auditor.post('/v1/royalties/replays', { period: PERIOD, ...order });
  expect(status).toBe(201);
  return eventually(async () => {
    const found = await auditor.get(`/v1/royalties/replays/${json.id}`);
    expect(found.json.status).toBe('done');
    return found.json.result;
  });
};

beforeAll(async () => {
  const clock = new SetClock(NOW);
  service = await bootApp({ dependencies: () => ({ clock }) });
  [finance, auditor, ann] = await Promise.all([
    service.client('finance'),
    service.client('auditor'),
    service.client('label', 'ann'),
  ]);
  const artist = done(await ann.post('/v1/artists', { name: 'The Examples' }));
  for (const title of ['One', 'Two', 'Three']) {
    const track = { title, artistId: artist.json.id, durationMs: 180_000 };
    tracks.push(done(await ann.post('/v1/tracks', track)).json.id);
  }
});
afterAll(() => service.stop());

describe('a month of plays becomes money', () => {
  let playId: string;

  test('plays are heard, revenue is reported, shares are claimed', async () => {
    const [ada, bob] = await Promise.all([service.client('listener'), service.client('listener')]);
    for (let day = 0; day < 3; day++) playId = await heard(ada, tracks[0] ?? '', day);
    await heard(bob, tracks[1] ?? '', 0);
    await heard(bob, tracks[2] ?? '', 1);
    const revenue = { reportId: 'r1', amount: '20.00', currency: 'EUR', kind: 'subscription' };
    done(await finance.post(`${PATH}/revenue`, revenue));
    const claim = { right: 'recording', territory: '*', validFrom: '2026-01-01T00:00:00.000Z' };
    const claims = [
      [0, 'ann', 1_000_000],
      [1, 'ann', 250_000],
      [1, 'bob', 750_000],
    ] as const;
    for (const [track, claimant, sharePpm] of claims) {
      const body = { ...claim, claimId: `${track}-${claimant}`, claimant, sharePpm };
      done(await finance.post(`/v1/royalties/tracks/${tracks[track]}/claims`, body));
    }
    const { json } = await finance.get(PATH, last);
    expect(json).toMatchObject({ status: 'open', revenue: [{ amount: '20.000000', currency: 'EUR' }] });
  });

  test('a provisional statement shows the result of a close and books nothing', async () => {
    done(await finance.post(`${PATH}/provisional`, { early: 'a look' }));
    const { json } = await finance.get(`${PATH}/statement`, last);
    expect(json).toMatchObject({ stage: 'provisional', settlement: { plays: { counted: 5 } }, items: [] });
    expect((await finance.get('/v1/royalties/accounts/ageing', last)).json.items).toEqual([]);
  });

  test('it cannot be closed before its due day without a reason', async () => {
    expect(await finance.post(`${PATH}/close`, {})).toMatchObject({
      status: 409,
      json: { code: 'TooEarlyToClose' },
    });
  });

  test('after the close, every micro-unit of the pool is in a line', async () => {
    done(await finance.post(`${PATH}/close`, { early: 'a test' }));
    const { json } = await finance.get(`${PATH}/statement`, last);
    expect(json).toMatchObject({
      stage: 'final',
      settlement: {
        pool: { amount: '11.000000', currency: 'EUR' },
        payable: { amount: '8.800000' },
        unmatched: { amount: '2.200000' },
        plays: { counted: 5, rejected: {} },
      },
    });
    const money = new Map(
      json.items.map((item: { trackId: string; money: object }) => [item.trackId, item.money]),
    );
    expect(tracks.map((id) => money.get(id))).toEqual([
      { amount: '6.600000', currency: 'EUR' },
      { amount: '2.200000', currency: 'EUR' },
      { amount: '2.200000', currency: 'EUR' },
    ]);
  });

  test('a second close changes nothing', async () => {
    done(await finance.post(`${PATH}/close`, { early: 'again' }));
    expect((await finance.get(`${PATH}/restatements`, last)).json.items).toEqual([]);
  });

  test('a label sees its own payments, and unclaimed money is held', async () => {
    const { json } = await ann.get('/v1/royalties/statements/payees/ann', last);
    expect(json.items).toMatchObject([{ month: '2026-10', lines: 2, money: { amount: '7.150000' } }]);
    expect((await ann.get('/v1/royalties/statements/payees/bob', last)).json.items).toEqual([]);
    expect((await finance.get('/v1/royalties/accounts/ageing', last)).json.items).toEqual([
      { kind: 'unmatched', ...PERIOD, money: { amount: '2.200000', currency: 'EUR' } },
    ]);
  });

  test('a line leads to its plays', async () => {
    const { json } = await finance.get(`${PATH}/lines/${tracks[0]}/plays?limit=2`, last);
    expect(json.items).toHaveLength(2);
    const rest = await finance.get(
      `${PATH}/lines/${tracks[0]}/plays?limit=2&cursor=${encodeURIComponent(json.next)}`,
    );
    expect(rest.json.items).toMatchObject([{ playId, trackId: tracks[0], playedMs: 40_000 }]);
  });

  test('a play leads to its rules, its verdict and its line', async () => {
    const { json } = await auditor.get(`/v1/royalties/plays/${playId}`, last);
    expect(json).toMatchObject({
      playId,
      period: PERIOD,
      stage: 'closed',
      play: { trackId: tracks[0], segments: [[0, 40_000]] },
      verdict: { is: 'counted', creditPpm: 1_000_000 },
      money: {
        lineAmount: '6.600000',
        splits: [{ account: 'payee:ann', amount: '6.600000' }],
      },
    });
    const outcomes = new Map(
      json.rules.map(({ rule, outcome }: { rule: string; outcome: string }) => [rule, outcome]),
    );
    expect(outcomes.get('R2')).toBe('passed');
    expect([...outcomes.values()]).not.toContain('failed');
  });

  test('an auditor recomputes it from the log: equal', async () => {
    expect(await replayed()).toMatchObject({ verdict: 'equal', differencesInAll: 0 });
  });

  test('an auditor follows the progress of a replay', async () => {
    const { json } = await auditor.post('/v1/royalties/replays', { period: PERIOD });
    const headers = { authorization: `Bearer ${auditor.token}` };
    const response = await fetch(`${service.url}/v1/royalties/replays/${json.id}/events`, { headers });
    const last = (await Array.fromAsync(eventsOf(response))).at(-1);
    expect(last?.event).toBe('done');
    expect(JSON.parse(last?.data ?? '')).toMatchObject({ status: 'done', result: { verdict: 'equal' } });
  });

  test('a replay with another model changes nothing', async () => {
    const { json } = done(await finance.post('/v1/royalties/rulesets', USER_CENTRIC));
    const result = await replayed({ ruleset: json.id });
    expect(result.verdict).toBe('whatIf');
    // Each of two listeners distributes half of 11.00: all of it to the first track, or half of it to each track.
    expect(result.tracks[0]).toEqual({
      trackId: tracks[0],
      recorded: eur('6.600000'),
      replayed: eur('5.500000'),
    });
    expect(result.tracks.slice(1)).toMatchObject([
      { recorded: eur('2.200000'), replayed: eur('2.750000') },
      { recorded: eur('2.200000'), replayed: eur('2.750000') },
    ]);
    expect((await finance.get(`${PATH}/restatements`)).json.items).toEqual([]);
  });

  test('a late play is restated: the differences add up to 0, and the replay is equal again', async () => {
    await heard(await service.client('listener'), tracks[2] ?? '', 5);
    expect(await replayed()).toMatchObject({ verdict: 'equal' });
    done(await finance.post(`${PATH}/restatements`, { reason: 'LATE_USAGE' }));

    const list = await finance.get(`${PATH}/restatements`, last);
    expect(list.json.items).toMatchObject([
      {
        number: 1,
        reason: 'LATE_USAGE',
        settlement: { pool: { amount: '11.000000' }, plays: { counted: 6 } },
      },
    ]);
    const delta = await finance.get(`${PATH}/statement?number=1`, last);
    const micros = delta.json.items.map((item: { money: { amount: string } }) =>
      BigInt(item.money.amount.replace('.', '')),
    );
    expect(micros).toHaveLength(3);
    expect(micros.reduce((sum: bigint, part: bigint) => sum + part, 0n)).toBe(0n);
    expect(await replayed()).toMatchObject({ verdict: 'equal', differencesInAll: 0 });
  });

  test('as of the position before the late play it equals the closed statement', async () => {
    const { json } = await finance.get(`${PATH}/statement`, last);
    const result = await replayed({ asOf: { position: json.settlement.fence } });
    expect(result.replayed.linesRoot).toBe(json.settlement.roots.lines);
    expect(result.verdict).toBe('different');
  });

  test('a replay with an unpublished ruleset fails with its reason', async () => {
    const order = { period: PERIOD, ruleset: 'f'.repeat(64) };
    const { json } = await auditor.post('/v1/royalties/replays', order);
    await eventually(async () => {
      const found = await auditor.get(`/v1/royalties/replays/${json.id}`);
      expect(found.json).toMatchObject({ status: 'failed', failure: { code: 'RulesetNotFound' } });
    });
  });
});

const eur = (amount: string) => ({ amount, currency: 'EUR' });
