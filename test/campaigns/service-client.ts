import { playledger } from '../support/cli/program.js';
import { eventually } from '../support/time/eventually.js';
import { must } from './campaign.js';

const CAUGHT_UP_MAX_MS = 30_000;
const VISIBLE_MAX_MS = 30_000;

export type Answered = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

/**
 * Sends one request of a client with a role: a POST with an idempotency key if there is a body, else a GET. Resolves
 * with undefined when there was no response; the service may or may not have executed the command.
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

/** Retries while the service answers 503, that is, while the projections have not caught up. */
export const persistent =
  (ask: Requester): Requester =>
  async (...request) => {
    const end = performance.now() + VISIBLE_MAX_MS;
    for (;;) {
      const answer = await ask(...request);
      if (answer?.status !== 503 || performance.now() > end) return answer;
    }
  };

/** Resolves once no projection lags behind the log. */
export const caughtUp = (url: string): Promise<void> =>
  eventually(async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    const lags = [...metrics.matchAll(/^playledger_projection_lag\{.*\} (\d+)$/gm)].map(([, lag]) => lag);
    must(lags.length > 0 && lags.every((lag) => lag === '0'), `The projections lag: ${lags.join(', ')}`);
  }, CAUGHT_UP_MAX_MS);
