import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ARTIST_CENTRIC } from '../../../../src/domain/royalty/rulesets/defaults.js';
import { type Answer, bootApp, type Client, type TestApp } from '../../../support/http/test-app.js';
import { eventually } from '../../../support/time/eventually.js';
import { SetClock } from '../../../support/time/settable-clock.js';
import { DAY_MS } from '../../../../src/domain/shared/civil-date.js';

// Evidence that does not depend on device clocks or players: times of receipt, deliveries, and sources of plays.

const PATH = '/v1/royalties/periods/premium/DE/2026-10';
/** The clock of the service: noon of 30 November 2026. */
const NOW = Date.UTC(2026, 10, 30, 12);
const OCTOBER_28 = Date.UTC(2026, 9, 28, 12);

let service: TestApp;
let finance: Client;
let ada: Client;
let song: string;
let rain: string;
let sent: string;

const done = (answer: Answer): Answer => {
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
  return answer;
};
const rfc3339 = (ms: number): string => new Date(ms).toISOString();

/** A play of 40 seconds, reported at its end. */
const heard = async (trackId: string, startedAt: number, over: object = {}): Promise<string> => {
  const playId = randomUUID();
  const place = { trackId, territory: 'DE', offering: 'premium', deviceId: 'phone', source: 'search' };
  done(await ada.post('/v1/plays', { ...place, playId, at: rfc3339(startedAt), ...over }));
  const stop = { positionMs: 40_000, at: rfc3339(startedAt + 40_000) };
  done(await ada.post(`/v1/plays/${playId}/stop`, stop));
  return playId;
};

beforeAll(async () => {
  const clock = new SetClock(NOW);
  service = await bootApp({ dependencies: () => ({ clock }) });
  [finance, ada] = await Promise.all([service.client('finance'), service.client('listener')]);
  const label = await service.client('label', 'ann');
  const artistId = done(await label.post('/v1/artists', { name: 'Weather' })).json.id;
  const track = { artistId, durationMs: 180_000 };
  song = done(await label.post('/v1/tracks', { ...track, title: 'Song' })).json.id;
  rain = done(await label.post('/v1/tracks', { ...track, title: 'Rain' })).json.id;
});
afterAll(() => service.stop());

test('a ruleset with evidence pays plays that are possible, delivered and music', async () => {
  const ruleset = {
    ...ARTIST_CENTRIC,
    name: 'Artist-centric, by evidence',
    counting: { ...ARTIST_CENTRIC.counting, delivery: { windowMs: DAY_MS, edgeToleranceMs: 2_000 } },
  };
  const { id: hash } = done(await finance.post('/v1/royalties/rulesets', ruleset)).json;
  const scope = { offering: 'premium', territory: 'DE', from: '2026-10' };
  done(await finance.post(`/v1/royalties/rulesets/${hash}/activations`, scope));
  done(await finance.post(`/v1/tracks/${rain}/classification`, { kind: 'noise' }));

  sent = await heard(song, OCTOBER_28);
  const noise = await heard(rain, OCTOBER_28 + 60_000);
  const unsent = await heard(song, OCTOBER_28 + 120_000, { deviceId: 'tablet' });
  const old = await heard(song, NOW - 37 * DAY_MS - 1);
  const ahead = await heard(song, NOW + 600_000);
  const audio = await service.client('delivery', 'cdn');
  const to = {
    listenerId: ada.subject,
    deviceId: 'phone',
    fromMs: 0,
    toMs: 180_000,
    at: rfc3339(OCTOBER_28),
  };
  const deliveries = [song, rain].map((trackId) => ({ ...to, trackId }));
  done(await audio.post('/v1/deliveries', { deliveries }));

  const revenue = { reportId: 'r1', amount: '20.00', currency: 'EUR', kind: 'subscription' };
  done(await finance.post(`${PATH}/revenue`, revenue));
  const closed = done(await finance.post(`${PATH}/close`, { early: 'a test' }));
  const last = { 'min-position': closed.json.position };
  const { json } = await finance.get(`${PATH}/statement`, last);
  expect(json.settlement.plays).toMatchObject({
    counted: 2,
    rejected: { NO_DELIVERY_EVIDENCE: 1, TOO_OLD: 1 },
  });
  const money = new Map(
    json.items.map((item: { trackId: string; money: { amount: string } }) => [
      item.trackId,
      item.money.amount,
    ]),
  );
  expect([money.get(song), money.get(rain)]).toEqual(['11.000000', '0.000000']);

  const rejected = (await finance.get(`${PATH}/rejected`, last)).json.rejected;
  expect(rejected).toEqual([
    { reason: 'NO_DELIVERY_EVIDENCE', plays: 1 },
    { reason: 'TOO_OLD', plays: 1 },
  ]);
  const explained = async (playId: string) => (await finance.get(`/v1/royalties/plays/${playId}`)).json;
  const rule = async (playId: string, name: string) =>
    (await explained(playId)).rules.find((one: { rule: string }) => one.rule === name);
  expect(await rule(sent, 'R20')).toMatchObject({
    outcome: 'passed',
    inputs: { borneOut: { uniqueMs: 40_000 } },
  });
  expect(await rule(unsent, 'R20')).toMatchObject({
    outcome: 'failed',
    inputs: { borneOut: { uniqueMs: 0 } },
  });
  expect(await rule(old, 'R14')).toMatchObject({ outcome: 'failed', inputs: { maxLateMs: 37 * DAY_MS } });
  expect(await rule(noise, 'R9')).toMatchObject({ inputs: { active: true, isNoise: true, noiseWeight: 0 } });
  expect((await explained(ahead)).verdict).toEqual({ is: 'rejected', reason: 'FUTURE' });

  const period = { offering: 'premium', territory: 'DE', month: '2026-10' };
  const auditor = await service.client('auditor');
  const replay = done(await auditor.post('/v1/royalties/replays', { period }));
  const found = await eventually(async () => {
    const answer = await auditor.get(`/v1/royalties/replays/${replay.json.id}`);
    expect(answer.json.status).toBe('done');
    return answer.json.result;
  });
  expect(found).toMatchObject({ verdict: 'equal', differencesInAll: 0 });
});

test('the same month is due for a restatement once a length is corrected, and explanations show both lengths', async () => {
  const label = await service.client('label', 'ann');
  expect((await label.post(`/v1/tracks/${song}/correction`, { durationMs: 30_000 })).status).toBe(403);
  const corrected = done(await finance.post(`/v1/tracks/${song}/correction`, { durationMs: 30_000 }));
  const since = { 'min-position': corrected.json.position };
  expect((await finance.get(`/v1/tracks/${song}`, since)).json.durationMs).toBe(30_000);
  const waiting = {
    month: '2026-10',
    restatementDue: true,
    restatementReasons: [{ reason: 'METADATA', since: expect.stringContaining('2026-11-30T12:00:00') }],
  };
  expect((await finance.get(PATH, since)).json).toMatchObject(waiting);
  expect((await finance.get('/v1/royalties/periods?restatementDue=true', since)).json.items).toMatchObject([
    waiting,
  ]);
  const explained = async () => (await finance.get(`/v1/royalties/plays/${sent}`)).json;
  expect((await explained()).play).toMatchObject({ durationMs: 180_000, correctedDurationMs: null });

  const restated = done(await finance.post(`${PATH}/restatements`, { reason: 'METADATA' }));
  const after = await finance.get(PATH, { 'min-position': restated.json.position });
  expect(after.json).toMatchObject({ restatementDue: false, restatementReasons: [], restatements: 1 });
  const { play, rules } = await explained();
  expect(play).toMatchObject({ durationMs: 180_000, correctedDurationMs: 30_000, playedMs: 40_000 });
  expect(rules.find(({ rule }: { rule: string }) => rule === 'R2').inputs).toMatchObject({
    durationMs: 30_000,
    reportedDurationMs: 180_000,
    playedMs: 30_000,
  });
});
