import { EventEmitter } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { LongResponses } from '../../../../src/infrastructure/http/edge/long-responses.js';
import type { EdgeRequest, EdgeResponse } from '../../../../src/infrastructure/http/edge/request.js';
import { checkReport } from '../../../../src/domain/royalty/dsr/validator.js';
import { type Client, bootApp, type TestApp } from '../../../support/http/test-app.js';
import type { Placed } from '../../../support/specs/projection-spec.js';
import { DSR_PARTIES, DSR_QUERY } from '../../../support/http/expected-routes.js';
import {
  closeBegun,
  journal,
  line,
  lines,
  ofPeriod,
  PERIOD,
  summary,
} from '../../../support/royalty/statement-facts.js';

const PATH = '/v1/royalties/periods/premium/DE/2026-10';

let service: TestApp;
let finance: Client;
let ann: Client;
let last: Record<string, string>;

/** The events of a close, of its restatement and of a close under way. */
const facts: readonly Placed[] = [
  { stream: 'artist-four', type: 'ArtistRegistered', data: { name: 'Four, "The"', at: 0 } },
  {
    stream: 'track-t-1',
    type: 'TrackRegistered',
    data: {
      title: '=HYPERLINK("x")',
      artistId: 'four',
      durationMs: 200_000,
      isrc: 'USRC17607839',
      kind: 'music',
      at: 0,
    },
  },
  closeBegun,
  lines(0, [
    line('t-1', { 'held:c-1': '30', 'payee:ann': '40', 'payee:bob': '20' }, { plays: 3 }),
    line('t-2', { 'disputed:t-2': '10' }),
    line('t-3', {}),
  ]),
  journal(0, { [`pool:${PERIOD}`]: '-100', 'held:c-1': '30', 'payee:ann': '60', 'disputed:t-2': '10' }),
  ofPeriod('PeriodClosed', summary()),
  ofPeriod('RestatementBegun', { number: 1, fence: '50', reason: 'LATE_PLAYS', at: 1 }),
  lines(1, [
    {
      ...line('t-1', { 'payee:ann': '-5', 'payee:bob': '-20', 'held:c-1': '25' }, { plays: 1 }),
      penalty: { artificial: 9, charges: [{ account: 'payee:ann', amount: '-4' }] },
    },
  ]),
  ofPeriod('PeriodRestated', { number: 1, ...summary({ fence: '50', counted: 4, penalties: '-4' }) }),
  ofPeriod('PeriodCloseBegun', closeBegun.data, 'premium.DE.2026-11'),
  lines(0, [line('t-1', { 'payee:ann': '1' })], { period: 'premium.DE.2026-11' }),
];

beforeAll(async () => {
  service = await bootApp();
  [finance, ann] = await Promise.all([service.client('finance'), service.client('label', 'ann')]);
  const { store, ids, schemas } = service.dependencies;
  const revisions = new Map<string, number>();
  let position = 0n;
  for (const { stream, type, data } of facts) {
    const revision = revisions.get(stream) ?? -1;
    const metadata = {
      commandId: ids.newId(),
      commandHash: 'h',
      actor: 'test:test',
      at: 0,
      schema: schemas.versionFor(type, data),
    };
    ({ position } = await store.append(stream, revision, [{ id: ids.newId(), type, data, metadata }]));
    revisions.set(stream, revision + 1);
  }
  last = { 'min-position': String(position) };
});
afterAll(() => service.stop());

describe('finance', () => {
  test('reads a statement with its lines, page by page', async () => {
    const first = await finance.get(`${PATH}/statement?limit=2`, last);
    expect(first.json).toMatchObject({
      offering: 'premium',
      territory: 'DE',
      month: '2026-10',
      number: 0,
      stage: 'final',
      reason: null,
      settlement: {
        pool: { amount: '0.000100', currency: 'EUR' },
        plays: { counted: 3, held: 1, rejected: { BELOW_THRESHOLD: 2 } },
      },
    });
    expect(first.json.items[0]).toEqual({
      trackId: 't-1',
      plays: 3,
      creditPpm: 3_000_000,
      money: { amount: '0.000090', currency: 'EUR' },
      splits: [
        { account: 'held:c-1', money: { amount: '0.000030', currency: 'EUR' } },
        { account: 'payee:ann', money: { amount: '0.000040', currency: 'EUR' } },
        { account: 'payee:bob', money: { amount: '0.000020', currency: 'EUR' } },
      ],
    });
    const second = await finance.get(
      `${PATH}/statement?limit=2&cursor=${encodeURIComponent(first.json.next)}`,
    );
    expect(second.json.items.map((one: { trackId: string }) => one.trackId)).toEqual(['t-3']);
    expect(second.json.next).toBeUndefined();
  });

  test('lists restatements and reads their differences', async () => {
    const list = await finance.get(`${PATH}/restatements`, last);
    expect(list.json.items).toMatchObject([
      { number: 1, reason: 'LATE_PLAYS', settlement: { plays: { counted: 4 } } },
    ]);
    const delta = await finance.get(`${PATH}/statement?number=1`, last);
    expect(delta.json.items).toMatchObject([{ trackId: 't-1', plays: 1, money: { amount: '0.000000' } }]);
  });

  test('counts rejected plays by reason', async () => {
    expect((await finance.get(`${PATH}/rejected`, last)).json).toEqual({
      offering: 'premium',
      territory: 'DE',
      month: '2026-10',
      number: 1,
      counted: 4,
      held: 1,
      rejected: [{ reason: 'BELOW_THRESHOLD', plays: 2 }],
    });
  });

  test('finds no statement of a period that is open or closing', async () => {
    for (const month of ['2026-11', '2026-12'])
      for (const what of ['statement', 'statement.csv', `statement.dsr?${DSR_QUERY}`])
        expect(await finance.get(`/v1/royalties/periods/premium/DE/${month}/${what}`, last)).toMatchObject({
          status: 404,
          json: { code: 'StatementNotFound' },
        });
  });

  test('sees the age of unallocated money', async () => {
    const { json } = await finance.get('/v1/royalties/accounts/ageing', last);
    expect(json.items).toEqual([
      {
        kind: 'disputed',
        offering: 'premium',
        territory: 'DE',
        month: '2026-10',
        money: { amount: '0.000010', currency: 'EUR' },
      },
      expect.objectContaining({ kind: 'held', money: { amount: '0.000030', currency: 'EUR' } }),
    ]);
    const held = await finance.get('/v1/royalties/accounts/ageing?kind=held', last);
    expect(held.json.items).toHaveLength(1);
  });

  test('reads the balances of the ledger, by account or of one kind', async () => {
    const read = async (query = '') =>
      (await finance.get(`/v1/royalties/accounts/balances${query}`, last)).json.items.map(
        ({ account, money }: { account: string; money: { amount: string } }) => [account, money.amount],
      );
    expect(await read()).toEqual([
      ['disputed:t-2', '0.000010'],
      ['held:c-1', '0.000030'],
      ['payee:ann', '0.000060'],
      ['pool:premium.DE.2026-10', '-0.000100'],
    ]);
    expect(await read('?kind=payee')).toEqual([['payee:ann', '0.000060']]);
    expect(await finance.get('/v1/royalties/accounts/balances?kind=lottery')).toMatchObject({ status: 400 });
  });
});

describe('a statement as a file', () => {
  test('is CSV that spreadsheets do not run as formulas', async () => {
    const answer = await finance.get(`${PATH}/statement.csv`, last);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="premium.DE.2026-10.0.csv"');
    const track = (rest: string) =>
      `premium.DE.2026-10,0,t-1,USRC17607839,"'=HYPERLINK(""x"")","Four, ""The""",3,3.000000,EUR,0.000090,${rest}`;
    expect(answer.text.split('\r\n')).toEqual([
      'period,statement,track_id,isrc,title,artist,plays,streams,currency,track_amount,account,account_amount,of_which_penalty',
      track('held:c-1,0.000030,0.000000'),
      track('payee:ann,0.000040,0.000000'),
      track('payee:bob,0.000020,0.000000'),
      'premium.DE.2026-10,0,t-2,,t-2,unknown,1,1.000000,EUR,0.000010,disputed:t-2,0.000010,0.000000',
      'premium.DE.2026-10,0,t-3,,t-3,unknown,1,1.000000,EUR,0.000000,,0.000000,0.000000',
      '',
    ]);
  });

  test.each(['BasicAudioProfileSRB', 'RoyaltyReportingProfile'])(
    'is a DSR file of the profile %s that our own check lets pass',
    async (profile) => {
      const query = DSR_QUERY.replace('RoyaltyReportingProfile', profile);
      const answer = await finance.get(`${PATH}/statement.dsr?${query}`, last);
      expect(answer.headers.get('content-disposition')).toMatch(
        /^attachment; filename="DSR_PADPIDA2013020802I_PADPIDA2014111801Y_premium_2026-10_DE_1of1_\d{8}T\d{6}\.tsv"$/,
      );
      const rows = answer.text.split('\n').slice(0, -1);
      expect(checkReport(rows)).toEqual([]);
    },
  );

  test('returns charges for artificial plays', async () => {
    const penalty = { amount: '-0.000004', currency: 'EUR' };
    const { json } = await finance.get(`${PATH}/statement?number=1`, last);
    expect(json).toMatchObject({ settlement: { penalties: penalty } });
    expect(json.items[0].penalty).toEqual({
      artificial: 9,
      charges: [{ account: 'payee:ann', money: penalty }],
    });
    const { text } = await finance.get(`${PATH}/statement.csv?number=1`, last);
    expect(text).toContain(',payee:ann,-0.000005,-0.000004\r\n');
    const own = await ann.get('/v1/royalties/statements/payees/ann/premium/DE/2026-10?number=1', last);
    expect(own.json.items).toMatchObject([{ money: { amount: '-0.000005' }, penalty }]);
  });

  test('exports the totals of a period, restatements included, as a DSR file', async () => {
    const { text } = await finance.get(`${PATH}/statement.dsr?${DSR_QUERY}`, last);
    const rows = text.split('\n').map((row) => row.split('\t').filter((cell) => cell !== ''));
    expect(rows.filter(([record]) => record === 'LI01')).toEqual([
      ['LI01', '1', '1', 'held:c-1', '61.111111', '0.000055', '0.000055'],
      ['LI01', '1', '1', 'ann', '38.888888', '0.000035', '0.000035'],
      ['LI01', '2', '1', 'disputed:t-2', '100.000000', '0.000010', '0.000010'],
    ]);
    expect(rows.find(([record]) => record === 'SU03.01')).toEqual([
      'SU03.01',
      '1',
      `${PERIOD}.t-1`,
      '1',
      't-1',
      '4',
      '0.000090',
    ]);
  });

  test('is rejected for invalid DDEX party ids', async () => {
    const wrong = DSR_QUERY.replace('2014111801Y', '2014111801Z');
    expect(await finance.get(`${PATH}/statement.dsr?${wrong}`)).toMatchObject({
      status: 400,
      json: { code: 'ValidationFailed' },
    });
  });
});

describe('a label', () => {
  test('sees its statements, latest first, and nothing of a close under way', async () => {
    const { json } = await ann.get('/v1/royalties/statements/payees/ann', last);
    expect(json.items).toMatchObject([
      { number: 1, reason: 'LATE_PLAYS', lines: 1, money: { amount: '-0.000005' } },
      { number: 0, reason: null, lines: 1, money: { amount: '0.000040' } },
    ]);
  });

  test('sees its own lines and no others', async () => {
    const { json } = await ann.get('/v1/royalties/statements/payees/ann/premium/DE/2026-10', last);
    expect(json).toMatchObject({ payee: 'ann', money: { amount: '0.000040', currency: 'EUR' } });
    expect(json.items).toEqual([
      {
        trackId: 't-1',
        plays: 3,
        creditPpm: 3_000_000,
        trackMoney: { amount: '0.000090', currency: 'EUR' },
        money: { amount: '0.000040', currency: 'EUR' },
      },
    ]);
    expect(JSON.stringify(json)).not.toContain('bob');
  });

  const OWN = '/v1/royalties/statements/payees/ann/premium/DE/2026-10';

  test('exports its own part as CSV, without data of others', async () => {
    const answer = await ann.get(`${OWN}/statement.csv?number=1`, last);
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename="ann.premium.DE.2026-10.1.csv"',
    );
    expect(answer.text.split('\r\n').slice(1)).toEqual([
      `premium.DE.2026-10,1,t-1,USRC17607839,"'=HYPERLINK(""x"")","Four, ""The""",1,1.000000,EUR,0.000000,payee:ann,-0.000005,-0.000004`,
      '',
    ]);
  });

  test('exports its part as a DSR file, without the pool and other payees', async () => {
    const answer = await ann.get(`${OWN}/statement.dsr?${DSR_PARTIES}`, last);
    const rows = answer.text.split('\n').slice(0, -1);
    expect(checkReport(rows)).toEqual([]);
    const cells = rows.map((row) => row.split('\t').filter((cell) => cell !== ''));
    expect(cells.find(([record]) => record === 'SY07')?.slice(-6)).toEqual([
      'premium',
      '4',
      'EUR',
      'ann',
      '0.000035',
      '0.000035',
    ]);
    expect(cells.filter(([record]) => record === 'LI01')).toEqual([
      ['LI01', '1', '1', 'ann', '38.888888', '0.000035', '0.000035'],
    ]);
  });

  test('gets two files at once, and a third when one is complete', async () => {
    const answers = service.app.get(LongResponses);
    const request = { edge: { actor: 'label:ann' } } as EdgeRequest;
    const sending = [1, 2].map(() => new EventEmitter());
    for (const response of sending) answers.enter(request, response as EdgeResponse, 'text/csv');

    const csv = () => ann.get(`${OWN}/statement.csv`, last);
    const refused = await csv();
    expect(refused).toMatchObject({ status: 429, json: { code: 'TooManyExports' } });
    expect(refused.headers.get('retry-after')).toBe('5');
    expect((await finance.get(`${PATH}/statement.csv`, last)).status).toBe(200);
    sending[0]?.emit('close');
    for (let times = 0; times < 3; times++) expect((await csv()).status).toBe(200);
    sending[1]?.emit('close');
  });

  test.each(['statement.csv', `statement.dsr?${DSR_PARTIES}`])('gets no %s of another', async (file) => {
    for (const payee of ['bob', 'nobody'])
      expect(
        await ann.get(`/v1/royalties/statements/payees/${payee}/premium/DE/2026-10/${file}`, last),
      ).toMatchObject({ status: 404, json: { code: 'StatementNotFound' } });
    expect((await finance.get(`${OWN.replace('ann', 'nobody')}/${file}`, last)).status).toBe(404);
  });

  test('cannot distinguish data of others from missing data', async () => {
    for (const payee of ['bob', 'nobody']) {
      const list = await ann.get(`/v1/royalties/statements/payees/${payee}`, last);
      expect({ status: list.status, json: list.json }).toEqual({ status: 200, json: { items: [] } });
      const one = await ann.get(`/v1/royalties/statements/payees/${payee}/premium/DE/2026-10`, last);
      expect(one).toMatchObject({ status: 404, json: { code: 'StatementNotFound' } });
    }
    const seen = await finance.get('/v1/royalties/statements/payees/bob/premium/DE/2026-10', last);
    expect(seen).toMatchObject({ status: 200, json: { money: { amount: '0.000020' } } });
  });
});
