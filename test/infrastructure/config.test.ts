import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BadConfig, readConfig, SETTINGS } from '../../src/infrastructure/config.js';

const messageOf = (env: Record<string, string>): string => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof BadConfig) return error.message;
    throw error;
  }
  throw new Error('accepted');
};

describe('an empty environment', () => {
  test('means all roles, loopback and the embedded engines', () =>
    expect(readConfig({ PATH: '/bin' })).toMatchObject({
      production: false,
      port: 4480,
      host: '127.0.0.1',
      dataDir: resolve('./data'),
      roles: new Set(['api', 'projector', 'scheduler']),
      eventStoreUrl: undefined,
      mongoDbUrl: undefined,
      ratePerSecond: 20,
      rateBurst: 60,
      playsPerMinute: 12,
      logLevel: 'info',
    }));
  test('is equivalent to an empty value', () => expect(readConfig({ PORT: '' }).port).toBe(4480));
});

describe('a setting', () => {
  test('is read with its type', () =>
    expect(
      readConfig({ PORT: '0', PLAYLEDGER_ROLES: 'api, projector', PLAYLEDGER_RATE_PER_SECOND: '0' }),
    ).toMatchObject({ port: 0, roles: new Set(['api', 'projector']), ratePerSecond: 0 }));
  test('of the tests is ignored', () =>
    expect(readConfig({ PLAYLEDGER_TEST_MONGODB_URL: 'x' }).port).toBe(4480));

  test.each([
    ['an unknown name', { PLAYLEDGER_DATADIR: 'x' }, 'PLAYLEDGER_DATADIR is not a setting'],
    ['a port out of range', { PORT: '99999' }, 'PORT must be from 0 to 65535'],
    ['a port in words', { PORT: '0x50' }, 'PORT must be a whole number'],
    [
      'an unknown role',
      { PLAYLEDGER_ROLES: 'api,web' },
      'PLAYLEDGER_ROLES must be a comma-separated list of api, projector',
    ],
    [
      'another scheme',
      { PLAYLEDGER_EVENTSTORE_URL: 'http://x' },
      'PLAYLEDGER_EVENTSTORE_URL must start with esdb://',
    ],
    [
      'a short secret',
      { PLAYLEDGER_METRICS_TOKEN: 'short' },
      'PLAYLEDGER_METRICS_TOKEN must have 32 characters',
    ],
    ['two keys', { PLAYLEDGER_TOKEN_KEY: 'a', PLAYLEDGER_TOKEN_KEY_FILE: 'b' }, 'are both set: remove one'],
    ['production without a key', { NODE_ENV: 'production' }, 'PLAYLEDGER_TOKEN_KEY_FILE is missing'],
  ])('is rejected with its name: %s', (_what, env, message) => expect(messageOf(env)).toContain(message));

  test('is never repeated in the message', () =>
    expect(
      messageOf({ PLAYLEDGER_METRICS_TOKEN: 'hunter2', PLAYLEDGER_MONGODB_URL: 'hunter2' }),
    ).not.toContain('hunter2'));
  test('is rejected together with all other invalid ones', () =>
    expect(messageOf({ PORT: 'x', PLAYLEDGER_LOG_LEVEL: 'loud', PLAYLEDGER_X: '' }).split('\n')).toHaveLength(
      4,
    ));
});

test('every setting has a description', () => {
  expect(SETTINGS.length).toBeGreaterThan(10);
  for (const { name, description } of SETTINGS)
    expect(`${name}: ${description}`).toMatch(/^[A-Z_]+: .{20,}\.$/);
});
