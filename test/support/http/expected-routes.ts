import { type Role, ROLES } from '../../../src/application/ports/access-tokens.js';
import { PRO_RATA } from '../../../src/domain/royalty/rulesets/defaults.js';

/** An audio server reports deliveries and may read nothing. */
const ALL: readonly Role[] = ROLES.filter((role) => role !== 'delivery');
export const LISTENER_ID = '0190a6c4-7b1e-7c3a-9c55-2f6b8f3f0a11';
const PLAY_ID = '0190a6c4-7b1e-7c3a-9c55-2f6b8f3f0a12';

/** Parties with the check characters of their ids. */
export const DSR_PARTIES = new URLSearchParams({
  sender: 'PADPIDA2014111801Y',
  senderName: 'Example Service',
  recipient: 'PADPIDA2013020802I',
  recipientName: 'Example Label',
}).toString();
export const DSR_QUERY = `profile=RoyaltyReportingProfile&${DSR_PARTIES}`;

export type ExpectedRoute = {
  readonly for: readonly Role[] | 'public' | 'operator';
  /** A valid request: the path for the pattern, the body of a write, and the expected status. */
  readonly path?: string;
  readonly body?: object;
  /** Every field of the body is optional. */
  readonly needsNothing?: boolean;
  readonly status: number;
};

const FINANCE = ['finance', 'admin'] as const;
const READERS = ['finance', 'auditor', 'admin'] as const;
const PAYEES_TOO = ['label', 'finance', 'auditor', 'admin'] as const;
const HASH = 'a'.repeat(64);

const PERIOD = '/v1/royalties/periods/premium/DE/2026-10';
const money = { reportId: 'r1', amount: '12.345678', currency: 'EUR' };
const periodWrite = { for: FINANCE, status: 201 } as const;

const ACCOUNT = '/v1/royalties/accounts/none';

const report = { for: ['listener'], body: { positionMs: 1 }, status: 404 } as const;

/** Every route and its access. A route that is missing here or has other access fails a test. */
export const ROUTES: Readonly<Record<string, ExpectedRoute>> = {
  'POST /v1/artists': { for: ['label', 'admin'], body: { name: 'A' }, status: 201 },
  'GET /v1/artists': { for: ALL, status: 200 },
  'GET /v1/artists/:artistId': { for: ALL, path: '/v1/artists/none', status: 404 },
  'POST /v1/tracks': {
    for: ['label', 'admin'],
    body: { title: 'T', artistId: 'none', durationMs: null },
    status: 404,
  },
  'GET /v1/tracks': { for: ALL, status: 200 },
  'GET /v1/tracks/:trackId': { for: ALL, path: '/v1/tracks/none', status: 404 },
  'POST /v1/tracks/:trackId/classification': {
    for: FINANCE,
    path: '/v1/tracks/none/classification',
    body: { kind: 'noise' },
    status: 404,
  },
  'POST /v1/tracks/:trackId/correction': {
    for: FINANCE,
    path: '/v1/tracks/none/correction',
    body: { durationMs: 183_000 },
    status: 404,
  },
  'GET /v1/tracks/:trackId/play-counts': { for: ALL, path: '/v1/tracks/none/play-counts', status: 200 },
  'POST /v1/plays': {
    for: ['listener'],
    body: { trackId: 'none', territory: 'DE', offering: 'premium', deviceId: 'd' },
    status: 404,
  },
  'POST /v1/plays/:playId/seek': {
    ...report,
    path: `/v1/plays/${PLAY_ID}/seek`,
    body: { fromMs: 1, toMs: 2 },
  },
  'POST /v1/plays/:playId/pause': { ...report, path: `/v1/plays/${PLAY_ID}/pause` },
  'POST /v1/plays/:playId/resume': { ...report, path: `/v1/plays/${PLAY_ID}/resume` },
  'POST /v1/plays/:playId/progress': { ...report, path: `/v1/plays/${PLAY_ID}/progress` },
  'POST /v1/plays/:playId/reports': {
    for: ['listener'],
    path: `/v1/plays/${PLAY_ID}/reports`,
    body: {
      trackId: 'none',
      territory: 'DE',
      offering: 'premium',
      deviceId: 'd',
      deviceSeq: 1,
      startedAt: '2026-10-01T12:00:00.000Z',
      endedAt: '2026-10-01T12:00:30.000Z',
      stretches: [{ fromMs: 0, toMs: 30_000, wallMs: 30_000 }],
    },
    status: 404,
  },
  'POST /v1/plays/:playId/stop': { ...report, path: `/v1/plays/${PLAY_ID}/stop` },
  'POST /v1/deliveries': {
    for: ['delivery', 'admin'],
    body: {
      deliveries: [
        {
          listenerId: LISTENER_ID,
          deviceId: 'd',
          trackId: 't',
          fromMs: 0,
          toMs: 1,
          at: '2026-10-01T00:00:00.000Z',
        },
      ],
    },
    status: 201,
  },
  'GET /v1/plays/now-playing': { for: ['listener'], status: 200 },
  'GET /v1/plays/now-playing/events': { for: ['listener'], status: 200 },
  'GET /v1/plays/history': { for: ['listener'], status: 200 },
  'GET /v1/charts/top-tracks': { for: ALL, status: 200 },
  'GET /v1/royalties/usage': {
    for: ['finance', 'auditor', 'admin'],
    path: '/v1/royalties/usage?period=2026-10',
    status: 200,
  },
  'POST /v1/royalties/rulesets': { for: FINANCE, body: PRO_RATA, status: 201 },
  'GET /v1/royalties/rulesets': { for: READERS, status: 200 },
  'GET /v1/royalties/rulesets/:hash': {
    for: READERS,
    path: `/v1/royalties/rulesets/${HASH}`,
    status: 404,
  },
  'POST /v1/royalties/rulesets/:hash/activations': {
    for: FINANCE,
    path: `/v1/royalties/rulesets/${HASH}/activations`,
    body: { offering: '*', territory: 'DE', from: '2026-10' },
    status: 404,
  },
  'GET /v1/royalties/activations': { for: READERS, status: 200 },
  'GET /v1/royalties/periods': { for: READERS, status: 200 },
  'GET /v1/royalties/periods/:offering/:territory/:month': {
    for: READERS,
    path: '/v1/royalties/periods/none/DE/2026-10',
    status: 404,
  },
  'GET /v1/royalties/periods/:offering/:territory/:month/inputs': {
    for: READERS,
    path: '/v1/royalties/periods/none/DE/2026-10/inputs',
    status: 200,
  },
  'POST /v1/royalties/periods/:offering/:territory/:month/revenue': {
    ...periodWrite,
    path: `${PERIOD}/revenue`,
    body: { ...money, kind: 'subscription' },
  },
  'POST /v1/royalties/periods/:offering/:territory/:month/refunds': {
    ...periodWrite,
    path: '/v1/royalties/periods/none/DE/2026-10/refunds',
    body: money,
    status: 422,
  },
  'POST /v1/royalties/periods/:offering/:territory/:month/content-cost': {
    ...periodWrite,
    path: `${PERIOD}/content-cost`,
    body: { ...money, reportId: 'c1' },
  },
  'POST /v1/royalties/periods/:offering/:territory/:month/performance-royalties': {
    ...periodWrite,
    path: `${PERIOD}/performance-royalties`,
    body: { ...money, reportId: 'p1' },
  },
  'POST /v1/royalties/periods/:offering/:territory/:month/subscriber-months': {
    ...periodWrite,
    path: `${PERIOD}/subscriber-months`,
    body: { reportId: 's1', lines: [{ plan: 'family', weightPpm: 1_750_000, days: 31, count: 2 }] },
  },
  'POST /v1/royalties/periods/:offering/:territory/:month/listener-fees': {
    ...periodWrite,
    path: `${PERIOD}/listener-fees`,
    body: { reportId: 'f1', currency: 'EUR', fees: [{ listenerId: LISTENER_ID, amount: '9.99' }] },
  },
  'POST /v1/royalties/periods/:offering/:territory/:month/plan-fees': {
    ...periodWrite,
    path: `${PERIOD}/plan-fees`,
    body: {
      reportId: 'plans-1',
      currency: 'EUR',
      plans: [{ members: [LISTENER_ID], prices: [{ amount: '9.99', days: 31 }] }],
    },
  },
  'POST /v1/royalties/periods/:offering/:territory/:month/exchange-rates': {
    ...periodWrite,
    path: `${PERIOD}/exchange-rates`,
    body: { from: 'USD', to: 'EUR', numerator: 92, denominator: 100 },
  },
  'POST /v1/royalties/tracks/:trackId/claims': {
    for: ['label', 'finance', 'admin'],
    path: '/v1/royalties/tracks/none/claims',
    body: {
      claimId: 'c1',
      right: 'recording',
      territory: '*',
      claimant: 'label',
      sharePpm: 1,
      validFrom: '2026-01-01T00:00:00.000Z',
    },
    status: 404,
  },
  'GET /v1/royalties/tracks/:trackId/claims': {
    for: PAYEES_TOO,
    path: '/v1/royalties/tracks/none/claims',
    status: 200,
  },
  'GET /v1/royalties/tracks/:trackId/disputes': {
    for: READERS,
    path: '/v1/royalties/tracks/none/disputes',
    status: 200,
  },
  'POST /v1/royalties/tracks/:trackId/disputes/resolve': {
    for: FINANCE,
    path: '/v1/royalties/tracks/none/disputes/resolve',
    body: {
      right: 'recording',
      territory: '*',
      shares: [{ payee: 'label', sharePpm: 1 }],
      validFrom: '2026-01-01T00:00:00.000Z',
    },
    status: 409,
  },
  'GET /v1/royalties/disputes': { for: READERS, status: 200 },
  'GET /v1/royalties/accounts': { for: PAYEES_TOO, status: 200 },
  'GET /v1/royalties/accounts/:payee': { for: PAYEES_TOO, path: ACCOUNT, status: 404 },
  'GET /v1/royalties/accounts/:payee/entries': {
    for: PAYEES_TOO,
    path: '/v1/royalties/accounts/label/entries?currency=EUR',
    status: 200,
  },
  'POST /v1/royalties/accounts/:payee/terms': {
    for: FINANCE,
    path: '/v1/royalties/accounts/terms/terms',
    body: { minPayout: '50', currency: 'EUR' },
    status: 200,
  },
  'POST /v1/royalties/accounts/:payee/advances': {
    for: FINANCE,
    path: '/v1/royalties/accounts/advanced/advances',
    body: { advanceId: 'a1', amount: '1000.00', currency: 'EUR' },
    status: 201,
  },
  'POST /v1/royalties/accounts/:payee/advances/:advanceId/reversal': {
    for: FINANCE,
    path: `${ACCOUNT}/advances/none/reversal`,
    body: { currency: 'EUR', reason: 'Paid twice' },
    status: 404,
  },
  'POST /v1/royalties/accounts/:payee/payouts': {
    for: FINANCE,
    path: `${ACCOUNT}/payouts`,
    body: { currency: 'EUR' },
    status: 409,
  },
  'POST /v1/royalties/accounts/:payee/payouts/:payoutId/release': {
    for: FINANCE,
    path: `${ACCOUNT}/payouts/none/release`,
    body: { currency: 'EUR' },
    status: 404,
  },
  'POST /v1/royalties/accounts/:payee/payouts/:payoutId/fail': {
    for: FINANCE,
    path: `${ACCOUNT}/payouts/none/fail`,
    body: { currency: 'EUR', reason: 'Account closed' },
    status: 404,
  },
  'GET /v1/royalties/cases': { for: READERS, status: 200 },
  'GET /v1/royalties/cases/:caseId': { for: READERS, path: '/v1/royalties/cases/none', status: 404 },
  'GET /v1/royalties/cases/:caseId/evidence': {
    for: READERS,
    path: '/v1/royalties/cases/none/evidence',
    status: 404,
  },
  'POST /v1/royalties/periods/:offering/:territory/:month/examinations': {
    for: FINANCE,
    path: `${PERIOD}/examinations`,
    body: {},
    status: 200,
  },
  'GET /v1/royalties/periods/:offering/:territory/:month/signals': {
    for: READERS,
    path: `${PERIOD}/signals`,
    status: 200,
  },
  'POST /v1/royalties/cases': {
    for: FINANCE,
    body: {
      caseId: 'c1',
      rule: 'F7',
      rulesVersion: HASH,
      periodId: 'premium.DE.2026-10',
      subject: { kind: 'track', id: 't1' },
      evidenceHash: HASH,
    },
    status: 201,
  },
  'POST /v1/royalties/cases/:caseId/score': {
    for: FINANCE,
    path: '/v1/royalties/cases/none/score',
    body: { model: 'm', version: '1', score: 900_000 },
    status: 404,
  },
  'POST /v1/royalties/cases/:caseId/decision': {
    for: FINANCE,
    path: '/v1/royalties/cases/none/decision',
    body: { decision: 'release' },
    status: 404,
  },
  ...Object.fromEntries(
    ['statement', 'statement.csv', 'restatements', 'lines/:trackId/plays'].map((what) => [
      `GET /v1/royalties/periods/:offering/:territory/:month/${what}`,
      {
        for: READERS,
        path: `/v1/royalties/periods/none/DE/2026-10/${what.replace(':trackId', 'none')}`,
        status: what.startsWith('statement') ? 404 : 200,
      },
    ]),
  ),
  'GET /v1/royalties/periods/:offering/:territory/:month/statement.dsr': {
    for: ['finance', 'auditor', 'admin'],
    path: `/v1/royalties/periods/none/DE/2026-10/statement.dsr?${DSR_QUERY}`,
    status: 404,
  },
  ...Object.fromEntries(
    ['provisional', 'close', 'restatements'].map((what) => [
      `POST /v1/royalties/periods/:offering/:territory/:month/${what}`,
      {
        for: FINANCE,
        path: `/v1/royalties/periods/none/DE/2026-10/${what}`,
        body: what === 'restatements' ? { reason: 'LATE_USAGE' } : { early: 'imported history' },
        needsNothing: what !== 'restatements',
        status: 409,
      },
    ]),
  ),
  'GET /v1/royalties/plays/:playId': { for: READERS, path: '/v1/royalties/plays/none', status: 404 },
  'GET /v1/royalties/periods/:offering/:territory/:month/rejected': {
    for: READERS,
    path: '/v1/royalties/periods/none/DE/2026-10/rejected',
    status: 404,
  },
  'POST /v1/royalties/replays': {
    for: READERS,
    body: { period: { offering: 'none', territory: 'DE', month: '2026-10' } },
    status: 201,
  },
  'GET /v1/royalties/replays/:replayId': {
    for: READERS,
    path: `/v1/royalties/replays/${LISTENER_ID}`,
    status: 404,
  },
  'GET /v1/royalties/replays/:replayId/events': {
    for: READERS,
    path: `/v1/royalties/replays/${LISTENER_ID}/events`,
    status: 404,
  },
  'GET /v1/royalties/statements/payees/:payee': {
    for: ['label', 'finance', 'auditor', 'admin'],
    path: '/v1/royalties/statements/payees/none',
    status: 200,
  },
  'GET /v1/royalties/statements/payees/:payee/:offering/:territory/:month': {
    for: ['label', 'finance', 'auditor', 'admin'],
    path: '/v1/royalties/statements/payees/none/premium/DE/2026-10',
    status: 404,
  },
  ...Object.fromEntries(
    ['statement.csv', 'statement.dsr'].map((what) => [
      `GET /v1/royalties/statements/payees/:payee/:offering/:territory/:month/${what}`,
      {
        for: PAYEES_TOO,
        path: `/v1/royalties/statements/payees/none/premium/DE/2026-10/${what}${what.endsWith('dsr') ? `?${DSR_PARTIES}` : ''}`,
        status: 404,
      },
    ]),
  ),
  'GET /v1/royalties/accounts/ageing': { for: ['finance', 'auditor', 'admin'], status: 200 },
  'GET /v1/royalties/accounts/balances': { for: READERS, status: 200 },
  'GET /v1/operations/projections': { for: ['admin'], status: 200 },
  'GET /v1/operations/projections/events': { for: ['admin'], status: 200 },
  'POST /v1/operations/projections/:name/rebuild': {
    for: ['admin'],
    path: '/v1/operations/projections/nothing/rebuild',
    body: {},
    status: 404,
  },
  'GET /healthz': { for: 'public', status: 200 },
  'GET /readyz': { for: 'public', status: 200 },
  'GET /metrics': { for: 'operator', status: 200 },
  // Leads to /docs, where fetch goes on to.
  'GET /': { for: 'public', status: 200 },
  'GET /openapi.json': { for: 'public', status: 200 },
  'GET /docs': { for: 'public', status: 200 },
  'GET /docs/start.js': { for: 'public', status: 200 },
  'GET /docs/:asset': { for: 'public', path: '/docs/swagger-ui.css', status: 200 },
};
