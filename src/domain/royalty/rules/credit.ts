import { mulDiv, PPM, productAtLeast } from '../../shared/exact/integers.js';
import { type Heard, listenedMs, type Measure } from '../../shared/listening/segments.js';
import { FULL_CREDIT_PPM, type ThresholdPolicy, thresholdCreditPpm } from './counting.js';

/** R3: credit grows with the part heard, up to a whole play at `fullAt` (or at the end of a shorter track). */
export type LinearPolicy = {
  readonly kind: 'gradLinear';
  readonly fullAt: 'duration' | number;
  /** Less listening than this, or than a whole shorter track, earns nothing. */
  readonly minMs: number;
  readonly measure: Measure;
};

/** R3: credit in steps. The highest step reached by the part heard applies; the order of `tiers` does not matter. */
export type TiersPolicy = {
  readonly kind: 'gradTiers';
  readonly tiers: readonly { readonly fromPpm: number; readonly creditPpm: number }[];
  readonly measure: Measure;
};

/** R3: the rule of scrobblers, num/den of the track or `maxMs`. For exports, not for royalties. */
export type FractionPolicy = {
  readonly kind: 'fractionOrMax';
  readonly num: number;
  readonly den: number;
  readonly maxMs: number;
  /** The track must be longer than this. */
  readonly minDurationMsExclusive: number;
  readonly measure: Measure;
};

/** How a ruleset turns a play into credit. */
export type CountingPolicy = ThresholdPolicy | LinearPolicy | TiersPolicy | FractionPolicy;

/**
 * R2 and R3. A play with no listening has no credit under any policy. Nor has a play of a track of unknown length
 * (`durationMs` null) under a policy that counts parts of the track, until a correction of the length restates it.
 *
 * @returns ppm of one play: 0 to 1,000,000 unless a tier gives more
 */
export const creditPpm = (policy: CountingPolicy, heard: Heard, durationMs: number | null): number => {
  const listened = listenedMs(heard, policy.measure);
  if (listened <= 0) return 0;
  switch (policy.kind) {
    case 'threshold':
      return thresholdCreditPpm(policy, heard, durationMs);
    case 'gradLinear':
      return linear(policy, listened, durationMs);
    case 'gradTiers':
      return durationMs === null ? 0 : tier(policy, listened, durationMs);
    case 'fractionOrMax':
      return durationMs !== null && isScrobble(policy, listened, durationMs) ? FULL_CREDIT_PPM : 0;
  }
};

const linear = ({ fullAt, minMs }: LinearPolicy, listened: number, durationMs: number | null): number => {
  if (fullAt === 'duration' && durationMs === null) return 0;
  const longest = durationMs ?? Number.MAX_SAFE_INTEGER;
  const full = fullAt === 'duration' ? longest : Math.min(fullAt, longest);
  if (full <= 0 || listened < Math.min(minMs, longest)) return 0;
  return mulDiv(Math.min(listened, full), PPM, full);
};

const tier = ({ tiers }: TiersPolicy, listened: number, durationMs: number): number => {
  let reached: TiersPolicy['tiers'][number] | undefined;
  for (const step of tiers) {
    const isReached = productAtLeast(listened, PPM, step.fromPpm, durationMs);
    if (isReached && (!reached || step.fromPpm > reached.fromPpm)) reached = step;
  }
  return reached?.creditPpm ?? 0;
};

const isScrobble = (policy: FractionPolicy, listened: number, durationMs: number): boolean =>
  durationMs > policy.minDurationMsExclusive &&
  (productAtLeast(listened, policy.den, durationMs, policy.num) || listened >= policy.maxMs);
