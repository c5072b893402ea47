import { playledger } from '../support/cli/program.js';
import { eventually } from '../support/time/eventually.js';
import { must } from './campaign.js';

const CAUGHT_UP_MAX_MS = 30_000;
const VISIBLE_MAX_MS = 30_000;

export type Answered = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/**
 * A client with a role. Its requests are POSTs under an idempotency key where they have a body, else GETs. Undefined:
 * there was no answer, and nobody knows what the service did.
 */
export type Requester = (
  url: string,
  key: string,
  path: string,
  body?: object,
) => Promise<Answered | undefined>;

export const requester = async (
  env: Readonly<Record<string, string>>,
  role: string,
  subject: string,
): Promise<Requester> => {
  const { code, out, err } = await playledger(['token', '--role', role, '--subject', subject], env);
  must(code === 0, `There is no token for ${role} ${subject}: ${err}`);
  const authorization = `Bearer ${out.trim()}`;
  return async (url, key, path, body) => {
    const headers = { authorization, 'content-type': 'application/json', 'idempotency-key': key };
    const request = body
      ? { method: 'POST', headers, body: JSON.stringify(body) }
      : { headers: { authorization } };
    try {
      const response = await fetch(`${url}${path}`, request);
      return { status: response.status, body: JSON.parse(await response.text()) as Answered['body'] };
    } catch {
      return undefined;
    }
  };
};

/** As a client does that was told to come back: asks again while the projections have not got there. */
export const persistent =
  (ask: Requester): Requester =>
  async (...request) => {
    const end = performance.now() + VISIBLE_MAX_MS;
    for (;;) {
      const answer = await ask(...request);
      if (answer?.status !== 503 || performance.now() > end) return answer;
    }
  };

/** Waits until every projection has seen the whole log. */
export const caughtUp = (url: string): Promise<void> =>
  eventually(async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const lags = [...metrics.matchAll(/^playledger_projection_lag\{.*\} (\d+)$/gm)].map(([, lag]) => lag);
    must(lags.length > 0 && lags.every((lag) => lag === '0'), `The projections lag: ${lags.join(', ')}`);
  }, CAUGHT_UP_MAX_MS);
