import { generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, SignJWT, UnsecuredJWT } from 'jose';
import { JwtAccessTokens } from '../../../../src/infrastructure/auth/jwt-access-tokens.js';
import { loadTokenKeys, type TokenKeys } from '../../../../src/infrastructure/auth/token-keys.js';
import { BadConfig, readConfig } from '../../../../src/infrastructure/config.js';
import { SetClock } from '../../../support/time/settable-clock.js';

const LISTENER = '0190a6c4-7b1e-7c3a-9c55-2f6b8f3f0a11';
const START_MS = Date.UTC(2026, 9, 1);

const folder = mkdtempSync(join(tmpdir(), 'playledger-keys-'));
let keys: TokenKeys;
beforeAll(async () => {
  keys = await loadTokenKeys(readConfig({ PLAYLEDGER_DATA_DIR: folder }));
});
afterAll(() => rmSync(folder, { recursive: true }));

const setUp = () => {
  const clock = new SetClock(START_MS);
  return { clock, tokens: new JwtAccessTokens(keys, clock) };
};

const order = { role: 'listener', subject: LISTENER, ttl: 300 } as const;
const payload = { sub: LISTENER, roles: ['listener'], jti: 'j', iss: 'playledger', aud: 'playledger' };
const seconds = START_MS / 1_000;

const signed = (
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  key = keys.privateKey,
): Promise<string> =>
  new SignJWT({ ...payload, iat: seconds, exp: seconds + 300, ...claims })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: keys.kid, ...header })
    .sign(key);

/** Signs headers that the library refuses to sign. */
const signedByHand = (header: Record<string, unknown>): string => {
  const base64 = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const input = [
    base64({ alg: 'EdDSA', typ: 'at+jwt', kid: keys.kid, ...header }),
    base64({ ...payload, iat: seconds, exp: seconds + 300 }),
  ].join('.');
  return `${input}.${sign(null, Buffer.from(input), keys.privateKey).toString('base64url')}`;
};

describe('a token that we issued', () => {
  test('identifies its bearer', async () => {
    const { tokens } = setUp();
    expect(await tokens.verify(await tokens.issueToken(order))).toEqual({
      subject: LISTENER,
      roles: ['listener'],
    });
  });

  test('is rejected 30 seconds after it expires, also on repeated use', async () => {
    const { tokens, clock } = setUp();
    const token = await tokens.issueToken(order);
    for (const _ of [1, 2]) {
      clock.ms = START_MS + 329_000;
      expect(await tokens.verify(token)).toBeDefined();
      clock.ms = START_MS + 330_000;
      expect(await tokens.verify(token)).toBeUndefined();
    }
  });

  test('stays valid after a key rotation when the previous key is configured', async () => {
    const token = await setUp().tokens.issueToken(order);
    const next = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
    const env = { PLAYLEDGER_DATA_DIR: folder, PLAYLEDGER_TOKEN_KEY: next };
    const old = readFileSync(join(folder, 'keys/token.pem'), 'utf8');
    const both = await loadTokenKeys(readConfig({ ...env, PLAYLEDGER_TOKEN_KEY_PREVIOUS: old }));
    const one = await loadTokenKeys(readConfig(env));
    expect(await new JwtAccessTokens(both, new SetClock(START_MS)).verify(token)).toBeDefined();
    expect(await new JwtAccessTokens(one, new SetClock(START_MS)).verify(token)).toBeUndefined();
  });

  test.each([
    ['a listener without a UUID', { ...order, subject: 'bob' }],
    ['a subject with a colon', { role: 'admin', subject: 'a:b', ttl: 60 } as const],
    ['no time', { ...order, ttl: 0 }],
    ['more than 30 days', { ...order, ttl: 30 * 86_400 + 1 }],
    ['half a second', { ...order, ttl: 0.5 }],
  ])('is not made for %s', (_what, bad) =>
    expect(setUp().tokens.issueToken(bad)).rejects.toBeInstanceOf(RangeError),
  );
});

describe('a token is rejected', () => {
  const stranger = generateKeyPairSync('ed25519').privateKey;
  test.each<[string, () => string | Promise<string>]>([
    ['garbage', () => 'garbage'],
    ['nothing', () => ''],
    ['over 4 kB', async () => `${await signed()}${'A'.repeat(5_000)}`],
    ['signed by another key under our kid', () => signed({}, {}, stranger)],
    ['with another kid', () => signed({}, { kid: 'other' })],
    ['without a kid', () => signed({}, { kid: undefined })],
    [
      'that brings its own key',
      async () => signed({}, { kid: 'x', jwk: await exportJWK(stranger) }, stranger),
    ],
    ['of another type', () => signed({}, { typ: 'JWT' })],
    ['without a type', () => signed({}, { typ: undefined })],
    ['that is not signed', () => new UnsecuredJWT({ ...payload, iat: seconds, exp: seconds + 300 }).encode()],
    [
      'signed with our public key as a shared secret',
      () =>
        new SignJWT({ ...payload, iat: seconds, exp: seconds + 300 })
          .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: keys.kid })
          .sign(
            new TextEncoder().encode(
              String(keys.publicKeys.get(keys.kid)?.export({ type: 'spki', format: 'pem' })),
            ),
          ),
    ],
    ['of another issuer', () => signed({ iss: 'x' })],
    ['for another audience', () => signed({ aud: 'x' })],
    ['expired', () => signed({ iat: seconds - 900, exp: seconds - 31 })],
    ['issued in the future', () => signed({ iat: seconds + 60 })],
    ['valid for a year', () => signed({ exp: seconds + 366 * 86_400 })],
    ['without an expiry', () => signed({ exp: undefined })],
    ['without an id', () => signed({ jti: undefined })],
    ['without a subject', () => signed({ sub: undefined })],
    ['for a listener without a UUID', () => signed({ sub: 'bob' })],
    ['without roles', () => signed({ roles: [] })],
    ['with a role that we do not know', () => signed({ roles: ['root'] })],
    ['with roles in a string', () => signed({ roles: 'admin' })],
    ['with a critical extension that is unknown', () => signedByHand({ crit: ['x'], x: 1 })],
    [
      'changed in one letter',
      async () => {
        const [head, body = '', signature] = (await signed()).split('.');
        const changed = JSON.stringify({
          ...JSON.parse(String(Buffer.from(body, 'base64url'))),
          roles: ['admin'],
        });
        return [head, Buffer.from(changed).toString('base64url'), signature].join('.');
      },
    ],
  ])('%s', async (what, make) => {
    // The control below shows that the same function makes a valid token without the fault.
    expect({ what, answer: await setUp().tokens.verify(await make()) }).toEqual({ what, answer: undefined });
  });

  test.each([
    ['signed by the library', () => signed()],
    ['signed by hand', () => signedByHand({})],
  ])('and the control is accepted: %s', async (_what, make) =>
    expect(await setUp().tokens.verify(await make())).toEqual({ subject: LISTENER, roles: ['listener'] }),
  );
});

describe('the key', () => {
  test('is created once in the data folder, readable only by its owner', async () => {
    expect((await loadTokenKeys(readConfig({ PLAYLEDGER_DATA_DIR: folder }))).kid).toBe(keys.kid);
    expect(statSync(join(folder, 'keys/token.pem')).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700);
  });

  test('may be a JWK', async () => {
    const jwk = JSON.stringify(keys.privateKey.export({ format: 'jwk' }));
    const empty = join(folder, 'unused');
    const loaded = await loadTokenKeys(readConfig({ PLAYLEDGER_DATA_DIR: empty, PLAYLEDGER_TOKEN_KEY: jwk }));
    expect(loaded.kid).toBe(keys.kid);
    expect(existsSync(empty)).toBe(false);
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
  test.each([
    ['garbage', { PLAYLEDGER_TOKEN_KEY: 'garbage' }],
    ['broken JSON', { PLAYLEDGER_TOKEN_KEY: '{"kty"' }],
    ['an RSA key', { PLAYLEDGER_TOKEN_KEY: rsa.export({ type: 'pkcs8', format: 'pem' }) }],
    ['a missing file', { PLAYLEDGER_TOKEN_KEY_FILE: '/does/not/exist' }],
    ['a broken key before', { PLAYLEDGER_TOKEN_KEY_PREVIOUS: 'garbage' }],
  ])('is rejected with the name of its setting: %s', async (_what, env) => {
    const loading = loadTokenKeys(readConfig({ PLAYLEDGER_DATA_DIR: folder, ...env }));
    await expect(loading).rejects.toBeInstanceOf(BadConfig);
    await expect(loading).rejects.toThrow(Object.keys(env)[0]);
  });
});
