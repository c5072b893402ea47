import { RecentlyUsedMap } from '../../../application/streams/recently-used-map.js';

const CLIENTS_REMEMBERED = 100_000;

type Bucket = { tokens: number; filledAt: number };

/** What a client is told of its limit. */
export type Quota = {
  readonly allowed: boolean;
  readonly remaining: number;
  /** Whole seconds until one more request is allowed; 0 when one is. */
  readonly retryAfter: number;
};

export type RateLimits = {
  /** Requests a second in the long run; 0 lifts the limit. */
  readonly perSecond: number;
  /** Requests at once after a rest. */
  readonly burst: number;
};

/** A token bucket for each client, for at least the 100,000 seen last. */
export class RateLimit {
  /** Who is forgotten has rested, or there are more clients than one process should serve. */
  private readonly buckets = new RecentlyUsedMap<Bucket>(CLIENTS_REMEMBERED);

  /** @param now milliseconds that only grow */
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

/** Plays that a listener may start at once after a rest: to look for a song takes many short ones. */
const PLAYS_AT_ONCE = 60;

/** Reports of what was heard without a connection come all at once, and a play may have several. */
const REPORTS_PER_PLAY = 10;

/** How fast a listener may start plays: nobody hears tracks faster for long, and what a program hears is not paid. */
export class PlayLimit extends RateLimit {
  constructor(perMinute: number, now?: () => number) {
    super({ perSecond: perMinute / 60, burst: PLAYS_AT_ONCE }, now);
  }
}

/** How fast a listener's devices may tell what was heard without a connection. */
export class LateReportLimit extends RateLimit {
  constructor(playsPerMinute: number, now?: () => number) {
    super(
      { perSecond: (playsPerMinute * REPORTS_PER_PLAY) / 60, burst: PLAYS_AT_ONCE * REPORTS_PER_PLAY },
      now,
    );
  }
}
