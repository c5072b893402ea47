import { ROLES, type Role } from '../application/ports/access-tokens.js';
import { JwtAccessTokens } from '../infrastructure/auth/jwt-access-tokens.js';
import { loadTokenKeys } from '../infrastructure/auth/token-keys.js';
import { readConfig } from '../infrastructure/config.js';
import { SystemClock } from '../infrastructure/identity/system-clock.js';
import { type CliCommand, type ExitCode, parse, print, UsageError } from './command.js';

const TTL_SECONDS_DEFAULT = 3_600;

export const token: CliCommand = {
  usage: `--role ROLE --subject SUBJECT [--ttl SECONDS]

  ROLE     ${ROLES.join(', ')}
  SUBJECT  who the token speaks for: a UUID for a listener, else up to 128 letters, digits and ._@-
  SECONDS  how long it is valid, at most 30 days (default: ${TTL_SECONDS_DEFAULT})

  Prints the token alone: curl -H "Authorization: Bearer $(playledger token --role finance --subject me)" ...`,

  run: async (args): Promise<ExitCode> => {
    const { values } = parse({
      args: [...args],
      options: {
        role: { type: 'string' },
        subject: { type: 'string' },
        ttl: { type: 'string', default: String(TTL_SECONDS_DEFAULT) },
      },
    });
    const { role, subject, ttl } = values;
    if (!isRole(role)) throw new UsageError(`--role takes one of ${ROLES.join(', ')}.`);
    if (subject === undefined) throw new UsageError('--subject is missing.');
    if (!/^\d{1,7}$/.test(ttl)) throw new UsageError('--ttl takes whole seconds.');

    const tokens = new JwtAccessTokens(await loadTokenKeys(readConfig(process.env)), new SystemClock());
    try {
      print(await tokens.issueToken({ role, subject, ttl: Number(ttl) }));
    } catch (error) {
      if (error instanceof RangeError) throw new UsageError(error.message);
      throw error;
    }
    return 0;
  },
};

const isRole = (role: string | undefined): role is Role => ROLES.some((known) => known === role);
