import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ProcessRunner } from '../../../../src/application/projecting/process-runner.js';
import { processesWith } from '../../../../src/composition/processes.js';
import { type Answer, bootApp, type Client, type TestApp } from '../../../support/http/test-app.js';
import { eventually } from '../../../support/time/eventually.js';
import { SetClock } from '../../../support/time/settable-clock.js';

// R15 over HTTP: numbered reports of offline plays.

/** The clock of the service: noon of 30 November 2026. */
const NOW = Date.UTC(2026, 10, 30, 12);
const OCTOBER_28 = Date.UTC(2026, 9, 28, 12);

let service: TestApp;
let ada: Client;
let bob: Client;
let finance: Client;
let song: string;

const done = (answer: Answer): Answer => {
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
  return answer;
};
const at = (s: number): string => new Date(OCTOBER_28 + s * 1_000).toISOString();
const place = () => ({ trackId: song, territory: 'DE', offering: 'premium', deviceId: 'phone' });

/** The segment `[fromS, toS)`, heard without a pause. */
const said = (deviceSeq: number, fromS: number, toS: number, over: object = {}) => ({
  ...place(),
  deviceSeq,
  startedAt: at(0),
  endedAt: at(toS),
  stretches: [{ fromMs: fromS * 1_000, toMs: toS * 1_000, wallMs: (toS - fromS) * 1_000 }],
  ...over,
});
const report = (playId: string, body: object, headers: Record<string, string> = {}) =>
  ada.post(`/v1/plays/${playId}/reports`, body, headers);

/** The end of a play in the history of its listener. */
const historyOf = async (playId: string, { json }: Answer) => {
  const { items } = (await ada.get('/v1/plays/history?limit=200', { 'min-position': json.position })).json;
  return items.find((item: { playId: string }) => item.playId === playId);
};
/** The events of a play in the log. */
const logged = async (playId: string) => {
  const events = [];
  for await (const page of service.dependencies.store.readStream(`play-${playId}`)) events.push(...page);
  return events;
};
const startLive = async (playId: string) => {
  done(await ada.post('/v1/plays', { ...place(), playId, at: at(0) }));
  done(await ada.post(`/v1/plays/${playId}/progress`, { positionMs: 20_000, at: at(20) }));
};

beforeAll(async () => {
  const clock = new SetClock(NOW);
  service = await bootApp({ dependencies: () => ({ clock }) });
  [ada, bob, finance] = await Promise.all([
    service.client('listener'),
    service.client('listener'),
    service.client('finance'),
  ]);
  const label = await service.client('label', 'ann');
  const artistId = done(await label.post('/v1/artists', { name: 'The Examples' })).json.id;
  song = done(await label.post('/v1/tracks', { title: 'Song', artistId, durationMs: 180_000 })).json.id;
});
afterAll(() => service.stop());

describe('a device without a connection', () => {
  test('sends a numbered report of an unknown play', async () => {
    const playId = randomUUID();
    const answer = done(await report(playId, said(1, 0, 40)));
    expect(answer).toMatchObject({ status: 200, json: { id: playId } });
    expect(await historyOf(playId, answer)).toMatchObject({
      startedAt: at(0),
      endedAt: at(40),
      playedMs: 40_000,
      mode: 'offline',
      reason: 'reported',
    });
  });

  test('edge case 14: completes offline a play that started online; it is one finished play', async () => {
    const playId = randomUUID();
    await startLive(playId);
    done(await report(playId, said(2, 60, 90)));
    const answer = done(await report(playId, said(1, 10, 60, { deviceId: 'tablet' })));
    expect(await historyOf(playId, answer)).toMatchObject({
      deviceId: 'phone',
      playedMs: 100_000,
      uniqueMs: 90_000,
      endedAt: at(90),
    });
    const live = await ada.get('/v1/plays/now-playing', { 'min-position': answer.json.position });
    expect(live.json.items).toEqual([]);
  });

  test('gets an error for a closed play and can send a numbered report instead', async () => {
    const playId = randomUUID();
    await startLive(playId);
    done(await report(playId, said(1, 20, 60)));
    const late = await ada.post(`/v1/plays/${playId}/stop`, { positionMs: 90_000, at: at(90) });
    expect(late).toMatchObject({ status: 409, json: { code: 'PlayNotLive' } });
    const again = done(await report(playId, said(2, 60, 90)));
    expect(await historyOf(playId, again)).toMatchObject({ uniqueMs: 90_000 });
  });

  test('edge case 15: repeats a report, under the same key or another, without effect', async () => {
    const playId = randomUUID();
    const key = { 'idempotency-key': randomUUID() };
    const first = done(await report(playId, said(1, 0, 40), key));
    for (const headers of [key, {}, { 'sent-at': new Date(NOW - 60_000).toISOString() }])
      expect(done(await report(playId, said(1, 0, 40), headers)).json).toEqual(first.json);
    expect(await logged(playId)).toHaveLength(3);
  });

  test('edge case 16: sends different reports under one number: both are kept and the shorter one counts', async () => {
    for (const order of [
      [said(1, 0, 40), said(1, 0, 35)],
      [said(1, 0, 35), said(1, 0, 40)],
    ]) {
      const playId = randomUUID();
      for (const body of order) done(await report(playId, body));
      const events = await logged(playId);
      expect(events.map(({ type }) => type)).toEqual([
        'PlayStarted',
        'PlayStopped',
        'PlayReported',
        'PlayReported',
      ]);
      expect(events.at(-1)?.data).toMatchObject({
        after: { uniqueMs: 35_000 },
        caseId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    }
  });

  test('counts as a play once enough was heard', async () => {
    const other = done(
      await (
        await service.client('label', 'ann')
      ).post('/v1/tracks', {
        title: 'Other',
        artistId: (await ada.get(`/v1/tracks/${song}`)).json.artistId,
        durationMs: 180_000,
      }),
    ).json.id;
    const playId = randomUUID();
    const counts = async ({ json }: Answer) =>
      (await finance.get(`/v1/tracks/${other}/play-counts`, { 'min-position': json.position })).json;
    const one = done(await report(playId, said(1, 0, 20, { trackId: other })));
    expect(await counts(one)).toMatchObject({ plays: 1, counted: 0, playedMs: '20000' });
    const two = done(await report(playId, said(2, 20, 30, { trackId: other })));
    expect(await counts(two)).toMatchObject({ plays: 1, counted: 1, playedMs: '30000' });
  });

  test('with a clock that is an hour slow has its times corrected', async () => {
    const playId = randomUUID();
    const sent = { 'sent-at': new Date(NOW - 3_600_000).toISOString() };
    const answer = done(await report(playId, said(1, 0, 40), sent));
    expect(await historyOf(playId, answer)).toMatchObject({ startedAt: at(3_600), endedAt: at(3_640) });
  });
});

describe('an impossible report', () => {
  test('of the play of another listener gets the same error as that of an unknown play', async () => {
    const playId = randomUUID();
    done(await report(playId, said(1, 0, 40)));
    const foreign = await bob.post(`/v1/plays/${playId}/reports`, said(2, 40, 50));
    const missing = await bob.post(`/v1/plays/${randomUUID()}/stop`, { positionMs: 1 });
    expect(foreign).toMatchObject({
      status: 404,
      json: { code: 'PlayNotFound', detail: missing.json.detail },
    });
  });

  test.each([
    ['another territory', { territory: 'FR' }, 409, 'ReportOfAnotherPlay'],
    ['another start', { startedAt: at(121), endedAt: at(200) }, 409, 'ReportOfAnotherPlay'],
    ['an unknown track', { trackId: 'none' }, 404, 'TrackNotFound'],
    ['three days', { endedAt: at(3 * 86_400) }, 422, 'PlayTooLong'],
    ['a stretch that runs backward', { stretches: [{ fromMs: 2, toMs: 1, wallMs: 0 }] }, 422, 'BadSegments'],
    ['no stretch', { stretches: [] }, 400, 'ValidationFailed'],
    ['a number below 0', { deviceSeq: -1 }, 400, 'ValidationFailed'],
  ] as const)('names %s: it is refused and changes nothing', async (_what, over, status, code) => {
    const playId = randomUUID();
    done(await report(playId, said(1, 0, 40)));
    expect(await report(playId, said(2, 40, 60, over))).toMatchObject({ status, json: { code } });
    expect(await logged(playId)).toHaveLength(3);
  });
});

describe('numbered reports are paid', () => {
  const PERIOD = { offering: 'family', territory: 'DE', month: '2026-10' };
  const PATH = '/v1/royalties/periods/family/DE/2026-10';
  let eve: Client;

  const heard = (playId: string, deviceSeq: number, fromS: number, toS: number) =>
    eve.post(`/v1/plays/${playId}/reports`, said(deviceSeq, fromS, toS, { offering: 'family' }));
  const position = ({ json }: Answer) => ({ 'min-position': json.position });
  /** Runs the processes up to the head of the log. */
  const react = async () => {
    const { store, models, schemas, timer, settlements, projections: status } = service.dependencies;
    for (const process of processesWith({ store, models, schemas, timer, settlements, status }))
      await new ProcessRunner(process, store, models, schemas, timer).run(new AbortController().signal, true);
  };
  const replayed = async () => {
    const { json } = done(await finance.post('/v1/royalties/replays', { period: PERIOD }));
    return eventually(async () => {
      const found = await finance.get(`/v1/royalties/replays/${json.id}`);
      expect(found.json.status).toBe('done');
      return found.json.result.verdict;
    });
  };
  const explained = async (playId: string) => (await finance.get(`/v1/royalties/plays/${playId}`)).json;
  /** The plays of the last settlement, with the whole log applied. */
  const plays = async () => {
    const head = { 'min-position': String(await service.dependencies.store.head()) };
    return (await finance.get(PATH, head)).json.settlement.plays;
  };

  beforeAll(async () => {
    eve = await service.client('listener');
    const revenue = { reportId: 'r1', amount: '20.00', currency: 'EUR', kind: 'subscription' };
    done(await finance.post(`${PATH}/revenue`, revenue));
  });

  test('a contradictory play is held, released by a person, and restated after later reports', async () => {
    const [contradicted, extended] = [randomUUID(), randomUUID()];
    done(await heard(contradicted, 1, 0, 60));
    done(await heard(contradicted, 1, 0, 40));
    const known = { playId: extended, trackId: song, territory: 'DE', offering: 'family', deviceId: 'phone' };
    done(await eve.post('/v1/plays', { ...known, at: at(300) }));
    done(await eve.post(`/v1/plays/${extended}/stop`, { positionMs: 20_000, at: at(320) }));

    done(await finance.post(`${PATH}/close`, { early: 'a test' }));
    expect(await plays()).toMatchObject({ counted: 0, held: 1, rejected: { BELOW_THRESHOLD: 1 } });
    expect(await replayed()).toBe('equal');
    const { conflict, reports, verdict } = await explained(contradicted);
    expect(verdict).toEqual({ is: 'held', creditPpm: 1_000_000, caseId: conflict });
    expect(reports).toMatchObject([
      { deviceSeq: 1, segments: [[0, 60_000]], outcome: 'superseded' },
      { deviceSeq: 1, segments: [[0, 40_000]], outcome: 'counted' },
    ]);

    await react();
    const found = await finance.get(`/v1/royalties/cases/${conflict}`);
    expect(found.json).toMatchObject({
      rule: 'CONFLICTING_REPORT',
      subject: { kind: 'play', id: contradicted },
      status: 'open',
    });
    expect((await finance.get(`/v1/royalties/cases/${conflict}/evidence`)).json).toMatchObject({
      isEqual: true,
    });
    expect((await finance.get(PATH)).json).toMatchObject({ restatementDue: false });
    done(await finance.post(`/v1/royalties/cases/${conflict}/decision`, { decision: 'release' }));
    await react();
    expect(await plays()).toMatchObject({ counted: 1, held: 0 });
    expect(await replayed()).toBe('equal');

    const more = said(1, 20, 40, { offering: 'family', startedAt: at(300), endedAt: at(340) });
    const late = done(await eve.post(`/v1/plays/${extended}/reports`, more));
    expect((await finance.get(PATH, position(late))).json).toMatchObject({
      restatementDue: true,
      restatementReasons: [{ reason: 'LATE_USAGE' }],
    });
    expect(await explained(extended)).toMatchObject({ stage: 'late', verdict: { is: 'counted' } });
    const restated = done(await finance.post(`${PATH}/restatements`, { reason: 'LATE_USAGE' }));
    expect(await plays()).toMatchObject({ counted: 2, held: 0, rejected: {} });
    expect((await finance.get(PATH, position(restated))).json).toMatchObject({ restatementDue: false });
    expect(await replayed()).toBe('equal');
  });

  test('a person cannot open a case CONFLICTING_REPORT', async () => {
    const body = {
      rule: 'CONFLICTING_REPORT',
      rulesVersion: 'a'.repeat(64),
      periodId: 'family.DE.2026-10',
      subject: { kind: 'play', id: randomUUID() },
      evidenceHash: 'b'.repeat(64),
    };
    expect(await finance.post('/v1/royalties/cases', body)).toMatchObject({
      status: 400,
      json: { code: 'ValidationFailed' },
    });
  });
});
