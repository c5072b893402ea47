import { describe, expect, test } from '@jest/globals';
import { rulesApplied } from '../../../../src/domain/royalty/counting/explain.js';
import {
  REJECTION_CODES,
  RULE_ORDER,
  type RuleName,
} from '../../../../src/domain/royalty/counting/rule-order.js';
import type { PeriodPlay } from '../../../../src/domain/royalty/counting/usage-rules.js';
import { type VerdictRules, verdictsOf } from '../../../../src/domain/royalty/counting/verdicts.js';
import type { Ruleset } from '../../../../src/domain/royalty/rulesets/ruleset.js';
import { OCTOBER } from '../../../support/playback/plays.js';
import { aPlay, LENIENT } from '../../../support/royalty/month.js';

/** Contains every rule. */
const STRICT: Ruleset = {
  ...LENIENT,
  counting: {
    ...LENIENT.counting,
    delivery: { windowMs: 0, edgeToleranceMs: 0 },
    concurrency: { maxStreams: 1, overlapToleranceMs: 0 },
    straightRunMax: 1,
  },
  integrity: { ...LENIENT.integrity, wallClock: { perDeviceMs: 60_000, perAccountMs: 86_400_000 } },
  eligibility: { minStreams: 1_000, windowMonths: 1, minListeners: null },
};

const EARLIER = aPlay({ startedAt: OCTOBER, endedAt: OCTOBER + 600_000 });

/** Together with `EARLIER` it breaks every rule. */
const BROKEN = aPlay({
  startedAt: OCTOBER + 300_000,
  endedAt: OCTOBER + 200_000,
  receivedAt: OCTOBER + 500_000,
  playedMs: 0,
  uniqueMs: 0,
  claimed: { playedMs: 60_000, uniqueMs: 60_000, wallMs: 60_000 },
});

/** The case of the play, and whether its track is eligible. */
type Circumstances = Pick<VerdictRules, 'caseOf' | 'isEligible'>;

const HEARD = { playedMs: 60_000, uniqueMs: 60_000, wallMs: 60_000 };

/** One repair per rule, in the order in which the rules apply, and the reason of the rejection without it. */
const REPAIRS: readonly {
  readonly name: RuleName;
  readonly reason: string;
  readonly play?: Partial<PeriodPlay>;
  readonly circumstances?: Circumstances;
}[] = [
  { name: 'time', reason: 'NEGATIVE_DURATION', play: { endedAt: OCTOBER + 400_000 } },
  { name: 'delivery', reason: 'NO_DELIVERY_EVIDENCE', play: { claimed: { ...HEARD, uniqueMs: 29_999 } } },
  { name: 'credit', reason: 'BELOW_THRESHOLD', play: { ...HEARD, claimed: undefined } },
  {
    name: 'concurrency',
    reason: 'CONCURRENT',
    play: { startedAt: OCTOBER + 600_000, endedAt: OCTOBER + 700_000, receivedAt: OCTOBER + 700_000 },
  },
  { name: 'wallClock', reason: 'DAY_FULL', play: { deviceId: 'tablet' } },
  { name: 'straightRuns', reason: 'STRAIGHT_RUN', play: { trackId: 'track-2' } },
  {
    name: 'eligibility',
    reason: 'BELOW_ELIGIBILITY',
    circumstances: {
      isEligible: () => true,
      caseOf: () => ({ caseId: 'c', confirmed: true, isConflict: true }),
    },
  },
  {
    name: 'conflict',
    reason: 'CONFLICTING_REPORT',
    circumstances: { isEligible: () => true, caseOf: () => ({ caseId: 'c', confirmed: true }) },
  },
  { name: 'case', reason: 'ARTIFICIAL', circumstances: { isEligible: () => true, caseOf: () => undefined } },
];

/** The play after the first `count` repairs, and its verdict. */
const afterRepairs = (count: number) => {
  const repairs = REPAIRS.slice(0, count);
  const play: PeriodPlay = Object.assign({}, BROKEN, ...repairs.map((repair) => repair.play));
  const circumstances: Circumstances = {
    isEligible: () => false,
    caseOf: () => ({ caseId: 'c', confirmed: true, isConflict: true }),
    ...repairs.at(-1)?.circumstances,
  };
  const plays = [EARLIER, play];
  const rules: VerdictRules = {
    ruleset: STRICT,
    isEligible: (trackId) => trackId === EARLIER.trackId || circumstances.isEligible?.(trackId) === true,
    caseOf: (one) => (one === EARLIER ? undefined : circumstances.caseOf(one)),
  };
  const verdicts = verdictsOf(rules, plays);
  return { verdict: verdicts[1], rules: rulesApplied(STRICT, plays, verdicts, 1) };
};

describe('the order of the rules', () => {
  test('is that of the table, for verdicts and for explanations', () => {
    expect(RULE_ORDER.map(({ name }) => name)).toEqual(REPAIRS.map(({ name }) => name));
    expect(new Set(REJECTION_CODES).size).toBe(REJECTION_CODES.length);
  });

  test.each(REPAIRS.map(({ name, reason }, index) => ({ name, reason, index })))(
    'a play that breaks $name and every later rule is rejected by $name in both: $reason',
    ({ reason, index }) => {
      const { verdict, rules } = afterRepairs(index);
      expect(verdict).toEqual({ is: 'rejected', reason });
      expect(RULE_ORDER[index]?.reasons).toContain(reason);
      expect(rules.map(({ rule }) => rule)).toEqual(RULE_ORDER.map(({ number }) => number));
      expect(rules.map(({ outcome }) => outcome)).toEqual(
        RULE_ORDER.map((_, i) => (i < index ? 'passed' : i === index ? 'failed' : 'notReached')),
      );
    },
  );

  test('a play that breaks no rule passes all', () => {
    const { verdict, rules } = afterRepairs(REPAIRS.length);
    expect(verdict).toMatchObject({ is: 'counted' });
    expect(rules.every(({ outcome }) => outcome === 'passed')).toBe(true);
  });

  test('a rule absent from the ruleset is off in the explanation', () => {
    const verdicts = verdictsOf({ ruleset: LENIENT, caseOf: () => undefined }, [EARLIER]);
    const off = rulesApplied(LENIENT, [EARLIER], verdicts, 0).filter(({ outcome }) => outcome === 'off');
    expect(off.map(({ rule }) => rule)).toEqual(['R20', 'R16', 'F2', 'R5', 'R17']);
  });
});
