import { type Role, ROLES } from '../../src/application/ports/access-tokens.js';

const ALL: readonly Role[] = ROLES;
export const LISTENER_ID = '0190a6c4-7b1e-7c3a-9c55-2f6b8f3f0a11';
const PLAY_ID = '0190a6c4-7b1e-7c3a-9c55-2f6b8f3f0a12';

export type ExpectedRoute = {
  readonly for: readonly Role[] | 'public' | 'operator';
  /** A good request: path for the pattern, body for a write; and the status that it is answered with. */
  readonly path?: string;
  readonly body?: object;
  readonly status: number;
};

const report = { for: ['listener'], body: { positionMs: 1 }, status: 404 } as const;

/** Every route there is. One that is not here, or whose access differs, fails. */
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
  'POST /v1/plays/:playId/stop': { ...report, path: `/v1/plays/${PLAY_ID}/stop` },
  'GET /v1/plays/now-playing': { for: ['listener'], status: 200 },
  'GET /v1/plays/history': { for: ['listener'], status: 200 },
  'GET /v1/charts/top-tracks': { for: ALL, status: 200 },
  'GET /v1/royalties/usage': {
    for: ['finance', 'auditor', 'admin'],
    path: '/v1/royalties/usage?period=2026-10',
    status: 200,
  },
  'GET /healthz': { for: 'public', status: 200 },
  'GET /readyz': { for: 'public', status: 200 },
  'GET /metrics': { for: 'operator', status: 200 },
  'GET /openapi.json': { for: 'public', status: 200 },
  'GET /docs': { for: 'public', status: 200 },
  'GET /docs/start.js': { for: 'public', status: 200 },
  'GET /docs/:asset': { for: 'public', path: '/docs/swagger-ui.css', status: 200 },
};
