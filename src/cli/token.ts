import { ROLES, type Role } from '../application/ports/access-tokens.js';
import { JwtAccessTokens } from '../infrastructure/auth/jwt-access-tokens.js';
import { loadTokenKeys } from '../infrastructure/auth/token-keys.js';
import { readConfig } from '../infrastructure/config.js';
import { SystemClock } from '../infrastructure/identity/system-clock.js';
import { type CliCommand, type ExitCode, parse, print, UsageError } from './command.js';

const TTL_SECONDS_DEFAULT = 3_600;

export const token: CliCommand = {
  usage: `--role ROLE --subject SUBJECT [--ttl SECONDS]

  Issues an access token, signed with PLAYLEDGER_TOKEN_KEY or with the key in the data folder, and prints only the token.
  ROLE     ${ROLES.join(', ')}
  SUBJECT  the user of the token: a UUID for a listener, else up to 128 letters, digits and ._@-
  SECONDS  lifetime, at most 30 days (default: ${TTL_SECONDS_DEFAULT})

  Example: curl -H "Authorization: Bearer $(playledger token --role finance --subject me)" ...`,

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
    if (!isRole(role)) throw new UsageError(`--role takes one of: ${ROLES.join(', ')}.`);
    if (subject === undefined) throw new UsageError('Add --subject SUBJECT.');
    if (!/^\d{1,7}$/.test(ttl)) throw new UsageError('--ttl takes a whole number of seconds, such as 3600.');

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
