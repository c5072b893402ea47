import { RecentlyUsedMap } from '../../../application/streams/recently-used-map.js';

const CLIENTS_REMEMBERED = 100_000;

type Bucket = { tokens: number; filledAt: number };

/** The state of a client's limit after a request. */
export type Quota = {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Whole seconds until the next request is allowed; 0 if it is allowed now. */
  readonly retryAfter: number;
};

export type RateLimits = {
  /** Sustained requests per second; 0 disables the limit. */
  readonly perSecond: number;
  /** Most requests at once after a pause. */
  readonly burst: number;
};

/** A token bucket for each client, kept for at least the 100,000 most recent clients. */
export class RateLimit {
  /** An evicted client has either been idle, or there are more clients than one process should serve. */
  private readonly buckets = new RecentlyUsedMap<Bucket>(CLIENTS_REMEMBERED);

  /** @param now monotonic clock, milliseconds */
  constructor(
    readonly limits: RateLimits,
    private readonly now: () => number = () => performance.now(),
  ) {}

  take(client: string): Quota {
    const { perSecond, burst } = this.limits;
    if (perSecond === 0) return { allowed: true, remaining: burst, retryAfter: 0 };

    const now = this.now();
    const bucket = this.buckets.get(client, () => ({ tokens: burst, filledAt: now }));
    const filled = Math.min(burst, bucket.tokens + ((now - bucket.filledAt) * perSecond) / 1_000);
    const allowed = filled >= 1;
    const left = allowed ? filled - 1 : filled;
    bucket.tokens = left;
    bucket.filledAt = now;
    return {
      allowed,
      remaining: Math.floor(left),
      retryAfter: left >= 1 ? 0 : Math.ceil((1 - left) / perSecond),
    };
  }
}

/** Most plays that a listener may start at once after a pause: searching for a song takes many short plays. */
const PLAYS_AT_ONCE = 60;

/** A device sends all reports of an offline time at once, and a play may have several. */
const REPORTS_PER_PLAY = 10;

/** Limits the plays that a listener starts. People do not start them faster for long; plays by programs are not paid. */
export class PlayLimit extends RateLimit {
  constructor(perMinute: number, now?: () => number) {
    super({ perSecond: perMinute / 60, burst: PLAYS_AT_ONCE }, now);
  }
}

/** Limits the numbered reports that the devices of a listener send. */
export class LateReportLimit extends RateLimit {
  constructor(playsPerMinute: number, now?: () => number) {
    super(
      { perSecond: (playsPerMinute * REPORTS_PER_PLAY) / 60, burst: PLAYS_AT_ONCE * REPORTS_PER_PLAY },
      now,
    );
  }
}
