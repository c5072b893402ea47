import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { SignJWT } from 'jose';
import { ROLES } from '../../../../src/application/ports/access-tokens.js';
import { loadTokenKeys } from '../../../../src/infrastructure/auth/token-keys.js';
import { routeTable } from '../../../../src/infrastructure/http/routes/routes.js';
import { bootApp, type TestApp } from '../../../support/http/test-app.js';
import { LISTENER_ID, ROUTES } from '../../../support/http/expected-routes.js';

let service: TestApp;
const METRICS_TOKEN = 'm'.repeat(32);
beforeAll(async () => {
  service = await bootApp({ env: { PLAYLEDGER_METRICS_TOKEN: METRICS_TOKEN } });
});
afterAll(() => service.stop());

const statusOf = async (route: string, authorization: string | undefined): Promise<number> => {
  const [method = '', pattern = ''] = route.split(' ');
  const { path = pattern, body } = ROUTES[route] ?? { path: pattern };
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  return (await service.request(method, path, { headers, ...(body ? { body } : {}) })).status;
};

test('there are exactly these routes', () => {
  const routes = routeTable(service.app.getHttpAdapter()).map(({ method, path }) => `${method} ${path}`);
  expect(routes.toSorted()).toEqual(Object.keys(ROUTES).toSorted());
});

test('an auditor changes nothing', () => {
  const open = Object.entries(ROUTES).filter(
    ([, { for: roles }]) => Array.isArray(roles) && roles.includes('auditor'),
  );
  expect(open.length).toBeGreaterThan(0);
  const others = open.map(([route]) => route).filter((route) => !route.startsWith('GET '));
  // Starts a computation and appends no events.
  expect(others).toEqual(['POST /v1/royalties/replays']);
});

describe.each(Object.entries(ROUTES))('%s', (route, { for: roles, status }) => {
  const isPublic = roles === 'public';

  test.each<[string, () => Promise<string | undefined>]>([
    ['no token', async () => undefined],
    ['a garbage token', async () => 'Bearer garbage'],
    ['another scheme', async () => 'Basic YWRtaW46YWRtaW4='],
    ['an expired token', () => bearer({ exp: nowSeconds() - 60, iat: nowSeconds() - 120 })],
    ['a token of another key', () => bearer({}, generateKeyPairSync('ed25519').privateKey)],
    ['a token that ends before its signature', async () => (await bearer({})).replace(/\.[^.]*$/, '')],
  ])('with %s: requires authentication', async (_what, authorization) => {
    expect(await statusOf(route, await authorization())).toBe(isPublic ? status : 401);
  });

  test.each(ROLES)('as %s', async (role) => {
    const subject = role === 'listener' ? LISTENER_ID : role;
    const token = await service.tokens.issueToken({ role, subject, ttl: 60 });
    const admitted = isPublic || (roles === 'operator' ? ['admin'] : roles).includes(role);
    expect(await statusOf(route, `Bearer ${token}`)).toBe(admitted ? status : 403);
  });
});

const nowSeconds = () => Math.floor(Date.now() / 1_000);

const bearer = async (claims: Record<string, unknown>, key?: KeyObject): Promise<string> => {
  const keys = await loadTokenKeys(service.dependencies.config);
  const payload = { iss: 'playledger', aud: 'playledger', sub: LISTENER_ID, roles: ROLES, jti: 'j' };
  const token = new SignJWT({ ...payload, iat: nowSeconds(), exp: nowSeconds() + 60, ...claims });
  token.setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: keys.kid });
  return `Bearer ${await token.sign(key ?? keys.privateKey)}`;
};

test('a token with the role auditor changes nothing, whatever its other roles', async () => {
  const token = await bearer({});
  expect(await statusOf('GET /v1/plays/history', token)).toBe(200);
  expect(await statusOf('POST /v1/artists', token)).toBe(403);
  expect(await statusOf('POST /v1/royalties/replays', token)).toBe(201);
});

describe('metrics', () => {
  test('are open to the holder of the metrics token', async () =>
    expect(await statusOf('GET /metrics', `Bearer ${METRICS_TOKEN}`)).toBe(200));
  test('are closed to wrong tokens of any length', async () => {
    for (const wrong of ['m'.repeat(31), 'm'.repeat(33), 'n'.repeat(32)])
      expect(await statusOf('GET /metrics', `Bearer ${wrong}`)).toBe(401);
  });
});

describe('a route without roles', () => {
  @Controller('forgotten')
  class Forgotten {
    @Get()
    answer() {
      return 'open';
    }
  }

  test('admits nobody', async () => {
    const other = await bootApp({ controllers: [Forgotten] });
    try {
      expect((await other.request('GET', '/forgotten')).status).toBe(401);
      for (const role of ROLES) expect((await (await other.client(role)).get('/forgotten')).status).toBe(403);
    } finally {
      await other.stop();
    }
  });
});
