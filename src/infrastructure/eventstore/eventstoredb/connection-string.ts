/**
 * Options that take effect here. Not among them: `defaultDeadline`, `throwOnAppendFailure` (the adapter sets both its
 * own way). Spelling is free in case, `_` and `-`, as the client has it.
 */
const OPTIONS: ReadonlySet<string> = new Set([
  'tls',
  'tlscafile',
  'usercertfile',
  'userkeyfile',
  'connectionname',
  'nodepreference',
  'maxdiscoverattempts',
  'discoveryinterval',
  'gossiptimeout',
  'keepaliveinterval',
  'keepalivetimeout',
]);

/** By default the client pings after 10 s and waits 10 s more: too long to detect a half-open connection within 15 s. */
const PING_ANSWER_MS = 3_000;

/**
 * Converts a connection string to the client's form. Checks it first, because the client's error for an unknown option
 * contains the whole string, password included.
 *
 * @throws {Error} which describes the fault and never contains credentials
 */
export const toClientString = (connectionString: string): string => {
  const [, address = '', query = ''] = /^(.*?)(?:\?([^?@]*))?$/s.exec(connectionString.trim()) ?? [];
  const url = address.replace(/^(?:kurrentdb|kurrent|kdb)(\+discover)?:/, 'esdb$1:').replace(/\/+$/, '');
  if (!/^esdb(\+discover)?:\/\/./.test(url)) {
    throw new Error(
      'An EventStoreDB address looks like esdb://host:2113?tls=false or esdb+discover://cluster.name:2113.',
    );
  }
  const options = query.split('&').filter((option) => option !== '');
  const flat = new Map(options.map((option) => [nameOf(option), option.slice(option.indexOf('=') + 1)]));
  if (flat.get('tlsverifycert') === 'false' && flat.get('tls') !== 'false') {
    throw new Error(
      'EventStoreDB certificates are always verified: name the authority by tlsCAFile instead.',
    );
  }
  const kept = options.filter((option) => nameOf(option) !== 'tlsverifycert');
  for (const option of kept) {
    if (!OPTIONS.has(nameOf(option))) {
      throw new Error(`The EventStoreDB address has the unknown option "${option.split('=')[0]}".`);
    }
  }
  if (!flat.has('keepalivetimeout')) kept.push(`keepAliveTimeout=${PING_ANSWER_MS}`);
  return `${url}?${kept.join('&')}`;
};

const nameOf = (option: string): string => (option.split('=')[0] ?? '').toLowerCase().replaceAll(/[_-]/g, '');
