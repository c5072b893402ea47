import { resolve } from 'node:path';
import { z } from 'zod';

export const PROCESS_ROLES = ['api', 'projector', 'scheduler'] as const;

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be from ${min} to ${max}`);

const address = (...schemes: readonly string[]) =>
  z
    .string()
    .refine(
      (url) => schemes.some((scheme) => url.startsWith(`${scheme}://`)),
      `must start with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    );

const setting = <S extends z.ZodType>(schema: S, description: string) => schema.describe(description);

/** All environment variables. Their descriptions are printed by `serve --help`. */
const environment = {
  NODE_ENV: setting(
    z.string().optional(),
    'With `production` the service starts only if the token key is configured. Default: development.',
  ),
  PORT: setting(
    integer(0, 65_535).default(4480),
    'Port of the HTTP server; 0 chooses a free port. Default: 4480.',
  ),
  PLAYLEDGER_HOST: setting(
    z.string().min(1).default('127.0.0.1'),
    'Address to listen on; 0.0.0.0 for all addresses. Default: 127.0.0.1.',
  ),
  PLAYLEDGER_DATA_DIR: setting(
    z
      .string()
      .min(1)
      .default('./data')
      .transform((path) => resolve(path)),
    'Folder for the embedded engines and generated keys. Default: ./data.',
  ),
  PLAYLEDGER_ROLES: setting(
    z
      .string()
      .default(PROCESS_ROLES.join(','))
      .transform((list) => list.split(',').map((role) => role.trim()))
      .pipe(
        z
          .array(z.enum(PROCESS_ROLES, `must be a comma-separated list of ${PROCESS_ROLES.join(', ')}`))
          .min(1),
      ),
    'Roles of this process: a comma-separated list of api, projector, scheduler. Default: all.',
  ),
  PLAYLEDGER_EVENTSTORE_URL: setting(
    address('esdb', 'esdb+discover', 'kurrentdb', 'kurrentdb+discover').optional(),
    'EventStoreDB for the log, such as esdb://HOST:PORT?tls=false. Default: embedded.',
  ),
  PLAYLEDGER_MONGODB_URL: setting(
    address('mongodb', 'mongodb+srv').optional(),
    'MongoDB for the read models, such as mongodb://HOST:PORT/NAME. Default: embedded.',
  ),
  PLAYLEDGER_TOKEN_KEY: setting(
    z.string().min(1).optional(),
    'Ed25519 private key that signs access tokens, as PEM or JWK. Default: generated once in DATA_DIR/keys.',
  ),
  PLAYLEDGER_TOKEN_KEY_FILE: setting(
    z.string().min(1).optional(),
    'File with the key, instead of PLAYLEDGER_TOKEN_KEY.',
  ),
  PLAYLEDGER_TOKEN_KEY_PREVIOUS: setting(
    z.string().min(1).optional(),
    'Previous key, public or private: its tokens are accepted until they expire. Default: none.',
  ),
  PLAYLEDGER_METRICS_TOKEN: setting(
    z.string().min(32, 'must have 32 characters or more').optional(),
    'Bearer token for /metrics. Default: no token from loopback outside production, else an admin token.',
  ),
  PLAYLEDGER_RATE_PER_SECOND: setting(
    integer(0, 1_000_000).default(20),
    'Requests per second of each principal, sustained; 0 removes the limit. Default: 20.',
  ),
  PLAYLEDGER_RATE_BURST: setting(
    integer(1, 1_000_000).default(60),
    'Requests of a principal in a burst. Default: 60.',
  ),
  PLAYLEDGER_PLAYS_PER_MINUTE: setting(
    integer(0, 1_000_000).default(12),
    'Plays that a listener may start per minute, sustained, with bursts of 60; ten times as many numbered reports; 0 removes the limit. Default: 12.',
  ),
  PLAYLEDGER_SOCKETS_MAX: setting(
    integer(1, 100_000).default(2_000),
    'Most open connections. Default: 2000.',
  ),
  PLAYLEDGER_SOCKETS_PER_ADDRESS: setting(
    integer(1, 100_000).default(100),
    'Most open connections of one client address; raise it behind a reverse proxy. Default: 100.',
  ),
  PLAYLEDGER_LOG_LEVEL: setting(
    z
      .enum(
        ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
        'must be trace, debug, info, warn, error, fatal or silent',
      )
      .default('info'),
    'Lowest level that is logged, to standard error. Default: info.',
  ),
};

/** Variables of tests and CI, which run in the same environment. */
const FOREIGN = /^PLAYLEDGER_TEST_\w+$/;

const schema = z
  .object(environment)
  .refine((env) => !(env.PLAYLEDGER_TOKEN_KEY && env.PLAYLEDGER_TOKEN_KEY_FILE), {
    path: ['PLAYLEDGER_TOKEN_KEY_FILE'],
    message: 'and PLAYLEDGER_TOKEN_KEY are both set: remove one',
  })
  .refine(
    (env) => env.NODE_ENV !== 'production' || env.PLAYLEDGER_TOKEN_KEY || env.PLAYLEDGER_TOKEN_KEY_FILE,
    {
      path: ['PLAYLEDGER_TOKEN_KEY_FILE'],
      message:
        'is missing: production needs a configured key. Create one with: openssl genpkey -algorithm ed25519 -out token.pem',
    },
  )
  .transform((env) => ({
    production: env.NODE_ENV === 'production',
    port: env.PORT,
    host: env.PLAYLEDGER_HOST,
    dataDir: env.PLAYLEDGER_DATA_DIR,
    roles: new Set(env.PLAYLEDGER_ROLES),
    eventStoreUrl: env.PLAYLEDGER_EVENTSTORE_URL,
    mongoDbUrl: env.PLAYLEDGER_MONGODB_URL,
    tokenKey: env.PLAYLEDGER_TOKEN_KEY,
    tokenKeyFile: env.PLAYLEDGER_TOKEN_KEY_FILE,
    previousTokenKey: env.PLAYLEDGER_TOKEN_KEY_PREVIOUS,
    metricsToken: env.PLAYLEDGER_METRICS_TOKEN,
    ratePerSecond: env.PLAYLEDGER_RATE_PER_SECOND,
    playsPerMinute: env.PLAYLEDGER_PLAYS_PER_MINUTE,
    rateBurst: env.PLAYLEDGER_RATE_BURST,
    socketsMax: env.PLAYLEDGER_SOCKETS_MAX,
    socketsPerAddress: env.PLAYLEDGER_SOCKETS_PER_ADDRESS,
    logLevel: env.PLAYLEDGER_LOG_LEVEL,
  }));

export type Config = Readonly<z.output<typeof schema>>;

/** Name and description of each setting, for `serve --help`. */
export const SETTINGS: readonly { readonly name: string; readonly description: string }[] = Object.entries(
  environment,
).map(([name, { description = '' }]) => ({ name, description }));

/** The environment is invalid. The message names each setting and says what to do. */
export class BadConfig extends Error {
  override readonly name = 'BadConfig';
  constructor(problems: readonly string[]) {
    super(`Invalid configuration:\n${problems.map((line) => `  ${line}`).join('\n')}`);
  }
}

/**
 * Reads the settings. Messages never repeat values: they may be secrets.
 *
 * @throws {BadConfig}
 */
export const readConfig = (env: Readonly<Record<string, string | undefined>>): Config => {
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith('PLAYLEDGER_') && !Object.hasOwn(environment, name) && !FOREIGN.test(name),
  );
  // Shells and compose files use an empty value for "not set".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  const problems = [
    ...unknown.map((name) => `${name} is not a setting of this release: remove it, or correct its spelling.`),
    ...(parsed.error?.issues ?? []).map((issue) => `${String(issue.path[0])} ${issue.message}.`),
  ];
  if (problems.length > 0 || !parsed.data) throw new BadConfig(problems);
  return parsed.data;
};
