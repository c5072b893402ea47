const BUCKETS_MAX = 100_000;

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

/** A token bucket for each client, for the 100,000 seen last. */
export class RateLimit {
  /** Oldest use first. Who is forgotten has rested, or there are more clients than one process should serve. */
  private readonly buckets = new Map<string, Bucket>();

  /** @param now milliseconds that only grow */
  constructor(
    readonly limits: RateLimits,
    private readonly now: () => number = () => performance.now(),
  ) {}

  take(client: string): Quota {
    const { perSecond, burst } = this.limits;
    if (perSecond === 0) return { allowed: true, remaining: burst, retryAfter: 0 };

    const now = this.now();
    const { tokens, filledAt } = this.buckets.get(client) ?? { tokens: burst, filledAt: now };
    const filled = Math.min(burst, tokens + ((now - filledAt) * perSecond) / 1_000);
    const allowed = filled >= 1;
    const left = allowed ? filled - 1 : filled;

    this.buckets.delete(client);
    this.buckets.set(client, { tokens: left, filledAt: now });
    if (this.buckets.size > BUCKETS_MAX) this.forgetOldest();
    return {
      allowed,
      remaining: Math.floor(left),
      retryAfter: left >= 1 ? 0 : Math.ceil((1 - left) / perSecond),
    };
  }

  private forgetOldest(): void {
    for (const client of this.buckets.keys()) {
      this.buckets.delete(client);
      return;
    }
  }
}
