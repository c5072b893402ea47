import { TIME_FAULTS } from '../rules/time-check.js';
import type { Ruleset } from '../rulesets/ruleset.js';

type OrderedRule = {
  readonly name: string;
  /** Number in the rule book. */
  readonly number: string;
  /** What a play is rejected for by this rule. */
  readonly reasons: readonly string[];
  /** Whether the ruleset has the rule. */
  readonly isOn: (ruleset: Ruleset) => boolean;
};

const always = (): boolean => true;

/**
 * The rules that reject plays, in the order in which they apply: the first that fails is the reason. Verdicts and their
 * explanation both read this table. A rule sees only plays that passed the rules before it, so that a skipped play
 * takes no stream and no place in a run.
 */
export const RULE_ORDER = [
  /** Ended before it began, ended after it was received, arrived too late, rendered longer than it lasted. */
  { name: 'time', number: 'R14', reasons: TIME_FAULTS, isOn: always },
  /** Deliveries confirm too little of a play that would have credit as its device reported it. */
  {
    name: 'delivery',
    number: 'R20',
    reasons: ['NO_DELIVERY_EVIDENCE'],
    isOn: ({ counting }) => counting.delivery !== null,
  },
  /** R3 where credit is graduated. `LENGTH_UNKNOWN`: credit depends on a length that a later correction may supply. */
  {
    name: 'credit',
    number: 'R2',
    reasons: ['NOTHING_HEARD', 'LENGTH_UNKNOWN', 'BELOW_THRESHOLD'],
    isOn: always,
  },
  /** The account was playing as many streams as it may. */
  {
    name: 'concurrency',
    number: 'R16',
    reasons: ['CONCURRENT'],
    isOn: ({ counting }) => counting.concurrency !== null,
  },
  /** The device has used up its listening time of the UTC day. */
  {
    name: 'wallClock',
    number: 'F2',
    reasons: ['DAY_FULL'],
    isOn: ({ integrity }) => integrity.wallClock !== null,
  },
  /** Too many plays of the same track in a row. */
  {
    name: 'straightRuns',
    number: 'R5',
    reasons: ['STRAIGHT_RUN'],
    isOn: ({ counting }) => counting.straightRunMax !== null,
  },
  /** The track has too few streams or listeners in its last months. */
  {
    name: 'eligibility',
    number: 'R17',
    reasons: ['BELOW_ELIGIBILITY'],
    isOn: ({ eligibility }) => eligibility !== null,
  },
  /** A confirmed case found that the device's reports contradict each other. */
  { name: 'conflict', number: 'R15', reasons: ['CONFLICTING_REPORT'], isOn: always },
  /** A confirmed case found the play artificial (R18). */
  { name: 'case', number: 'case', reasons: ['ARTIFICIAL'], isOn: always },
] as const satisfies readonly OrderedRule[];

export type RuleName = (typeof RULE_ORDER)[number]['name'];

/** The reasons of one rule. */
export type ReasonOf<Name extends RuleName> = Extract<
  (typeof RULE_ORDER)[number],
  { readonly name: Name }
>['reasons'][number];

/** Why a play earns nothing. */
export type RejectionCode = ReasonOf<RuleName>;

/** In the order in which they apply. */
export const REJECTION_CODES: readonly RejectionCode[] = RULE_ORDER.flatMap(({ reasons }) => [...reasons]);
