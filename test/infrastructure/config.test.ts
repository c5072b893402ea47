import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BadConfig, readConfig, SETTINGS } from '../../src/infrastructure/config.js';

const complaint = (env: Record<string, string>): string => {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof BadConfig) return error.message;
    throw error;
  }
  throw new Error('accepted');
};

describe('with nothing set', () => {
  test('serves all roles on loopback, with the embedded engines', () =>
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
  test('an empty value is not a value', () => expect(readConfig({ PORT: '' }).port).toBe(4480));
});

describe('what is set', () => {
  test('is read as the type that it means', () =>
    expect(
      readConfig({ PORT: '0', PLAYLEDGER_ROLES: 'api, projector', PLAYLEDGER_RATE_PER_SECOND: '0' }),
    ).toMatchObject({ port: 0, roles: new Set(['api', 'projector']), ratePerSecond: 0 }));
  test('may be there for tests only', () =>
    expect(readConfig({ PLAYLEDGER_TEST_MONGODB_URL: 'x' }).port).toBe(4480));

  test.each([
    ['an unknown name', { PLAYLEDGER_DATADIR: 'x' }, 'PLAYLEDGER_DATADIR is not a setting'],
    ['a port that is none', { PORT: '99999' }, 'PORT must be from 0 to 65535'],
    ['a port in words', { PORT: '0x50' }, 'PORT must be a whole number'],
    ['an unknown role', { PLAYLEDGER_ROLES: 'api,web' }, 'PLAYLEDGER_ROLES must be a list of api, projector'],
    [
      'another scheme',
      { PLAYLEDGER_EVENTSTORE_URL: 'http://x' },
      'PLAYLEDGER_EVENTSTORE_URL must begin with esdb://',
    ],
    [
      'a short secret',
      { PLAYLEDGER_METRICS_TOKEN: 'short' },
      'PLAYLEDGER_METRICS_TOKEN must have 32 characters',
    ],
    ['two keys', { PLAYLEDGER_TOKEN_KEY: 'a', PLAYLEDGER_TOKEN_KEY_FILE: 'b' }, 'choose one'],
    ['production without a key', { NODE_ENV: 'production' }, 'PLAYLEDGER_TOKEN_KEY_FILE is missing'],
  ])('is refused by name: %s', (_what, env, said) => expect(complaint(env)).toContain(said));

  test('is never repeated in a complaint', () =>
    expect(
      complaint({ PLAYLEDGER_METRICS_TOKEN: 'hunter2', PLAYLEDGER_MONGODB_URL: 'hunter2' }),
    ).not.toContain('hunter2'));
  test('is complained of all at once', () =>
    expect(complaint({ PORT: 'x', PLAYLEDGER_LOG_LEVEL: 'loud', PLAYLEDGER_X: '' }).split('\n')).toHaveLength(
      4,
    ));
});

test('every setting says what it means', () => {
  expect(SETTINGS.length).toBeGreaterThan(10);
  for (const { name, description } of SETTINGS)
    expect(`${name}: ${description}`).toMatch(/^[A-Z_]+: .{20,}\.$/);
});
