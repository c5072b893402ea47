import { z } from 'zod';
import { byStartThenId } from '../../domain/royalty/counting/finished-play.js';
import type { PeriodPlay } from '../../domain/royalty/counting/usage-rules.js';
import { verdictsOf } from '../../domain/royalty/counting/verdicts.js';
import { splitByShares } from '../../domain/royalty/rules/shares.js';
import type { Ruleset, SharingRules } from '../../domain/royalty/rulesets/ruleset.js';
import { accounts } from '../../domain/royalty/statements/statement.js';
import { compareBytes } from '../../domain/shared/exact/byte-order.js';
import { reportFields } from './counting.js';
import { amount, Aside, count, countingPolicy, mapOf, segmentOf, weight } from './fields.js';
import {
  caseOfNone,
  inSuspense,
  listenerFees,
  revenue,
  rulesetWith,
  settled,
  usageOfPlays,
} from './month.js';
import { operation } from './operation.js';
import { CONFLICT, mergedPlays, reportsOf } from './reports.js';
import { artistCentricPolicy } from './sharing.js';

const inactive = z.enum(['pro-rata', 'suspense']);

/** A policy may hold the parameters of several models; one model is applied. */
const common = {
  count: countingPolicy,
  distributablePpm: count,
  inactive: inactive.optional(),
  ...artistCentricPolicy.partial().shape,
};

const policySchema = z.discriminatedUnion('model', [
  z.strictObject({ ...common, model: z.literal('proRata') }),
  z.strictObject({ ...common, model: z.literal('userCentric'), inactive: inactive.default('pro-rata') }),
  z.strictObject({ ...common, ...artistCentricPolicy.shape, model: z.literal('artistCentric') }),
]);

const inputSchema = z.strictObject({
  users: z.array(z.looseObject({ userId: z.string(), fee: amount })),
  tracks: mapOf(
    z.looseObject({
      durationMs: count,
      sharesPpm: mapOf(weight),
      artistId: z.string().optional(),
      noise: z.boolean().default(false),
    }),
  ),
  reports: z.array(
    z.looseObject({
      ...reportFields,
      userId: z.string(),
      trackId: z.string(),
      active: z.boolean().default(false),
    }),
  ),
});

type Policy = z.infer<typeof policySchema>;
type Input = z.infer<typeof inputSchema>;

/** One period from reports to accounts: R1 to R11 and R15, by one settlement. */
export const endToEnd = operation(policySchema, inputSchema, (policy, input) => {
  const ruleset = rulesetWith(sharingOf(policy), { credit: policy.count });
  const plays = playsOf(input);
  const trackIds = new Set(plays.map(({ trackId }) => trackId));
  const usage = usageOfPlays(ruleset, plays, {
    timelineOf: (trackId) => [{ from: 0, shares: sharesIn(input, trackId) }],
    recordingOf: (trackId) => {
      const { artistId = trackId, noise } = trackOf(input, trackId);
      return { artistId, isNoise: noise };
    },
  });
  const { lines, shared } = settled(ruleset, [moneyOf(policy, input)], usage);

  const booked = new Map<string, bigint>();
  for (const { splits } of lines)
    for (const { account, amount } of splits) booked.set(account, (booked.get(account) ?? 0n) + amount);
  const earned = new Map(lines.map(({ trackId, amount }) => [trackId, amount]));
  const held = booked.get(accounts.held(CONFLICT));
  return {
    pool: shared.pool,
    platformRetained: shared.platform,
    // A track without counted plays has no line; a vector may expect it with 0.
    tracks: withZeros(earned, trackIds),
    payable: withZeros(of(booked, accounts.payee('')), partiesOf(input, trackIds)),
    disputed: of(booked, accounts.disputed('')),
    unmatched: of(booked, accounts.unmatched('')),
    ...(held === undefined ? {} : { held: new Aside(new Map([[CONFLICT, held]])) }),
    suspense: inSuspense(shared),
    plays: creditsOf(ruleset, plays),
  };
});

/** The booked amounts of one kind of account, by the rest of its name. */
const of = (booked: ReadonlyMap<string, bigint>, prefix: string): ReadonlyMap<string, bigint> =>
  new Map(
    Array.from(booked)
      .filter(([account]) => account.startsWith(prefix))
      .map(([account, amount]) => [account.slice(prefix.length), amount]),
  );

const withZeros = (amounts: ReadonlyMap<string, bigint>, names: Iterable<string>) =>
  new Map<string, bigint | Aside>([
    ...Array.from(names, (name): [string, Aside] => [name, new Aside(0n)]),
    ...amounts,
  ]);

const trackOf = ({ tracks }: Input, id: string) => {
  const track = tracks.get(id);
  if (!track) throw new RangeError(`The track ${id} is not among the tracks.`);
  return track;
};

/** Shares by party, in the byte order that a timeline has. */
const sharesIn = (input: Input, trackId: string): ReadonlyMap<string, bigint> =>
  new Map([...trackOf(input, trackId).sharesPpm].sort(([a], [b]) => compareBytes(a, b)));

/** The parties whose shares in these tracks can be paid. */
const partiesOf = (input: Input, trackIds: ReadonlySet<string>): readonly string[] =>
  [...trackIds].flatMap((trackId) => [...splitByShares(0n, sharesIn(input, trackId)).payable.keys()]);

const playsOf = (input: Input): readonly PeriodPlay[] => {
  const users = new Set(input.users.map(({ userId }) => userId));
  const first = new Map(input.reports.map((report) => [report.playbackId, report]));
  for (const { playbackId, userId, trackId } of input.reports) {
    const play = first.get(playbackId);
    if (play?.userId !== userId || play.trackId !== trackId)
      throw new RangeError(`The reports of ${playbackId} name several users or tracks.`);
    if (!users.has(userId)) throw new RangeError(`The user ${userId} is not among the users.`);
  }
  const { plays } = reportsOf(input.reports, (report) =>
    segmentOf(report, trackOf(input, report.trackId).durationMs),
  );
  return mergedPlays(plays, (playId) => {
    const { userId = '', trackId = '', active = false } = first.get(playId) ?? {};
    const { durationMs } = trackOf(input, trackId);
    return { listenerId: userId, trackId, durationMs, source: active ? 'search' : 'unknown' };
  });
};

const sharingOf = (policy: Policy): SharingRules => {
  const { distributablePpm } = policy;
  switch (policy.model) {
    case 'proRata':
      return { model: 'proRata', distributablePpm };
    case 'userCentric':
      return { model: 'userCentric', distributablePpm, idleFees: policy.inactive };
    case 'artistCentric': {
      const { proMinStreams, proMinListeners, userCap, proBoost, activeBoost, noiseWeight } = policy;
      const boosts = { userCap, proBoost, activeBoost, noiseWeight };
      return { model: 'artistCentric', distributablePpm, proMinStreams, proMinListeners, ...boosts };
    }
  }
};

/** The fees of the users: user by user if the model needs them (R8), else as one sum (R7). */
const moneyOf = ({ model }: Policy, { users }: Input) =>
  model === 'userCentric' ? listenerFees(users) : revenue(users.reduce((sum, { fee }) => sum + fee, 0n));

/** Credit by play; 0 for a rejected play. */
const creditsOf = (ruleset: Ruleset, plays: readonly PeriodPlay[]): ReadonlyMap<string, number> => {
  const ordered = plays.toSorted(byStartThenId);
  const verdicts = verdictsOf({ ruleset, caseOf: caseOfNone }, ordered);
  return new Map(
    ordered.map(({ playId }, i) => {
      const verdict = verdicts[i];
      return [playId, verdict === undefined || verdict.is === 'rejected' ? 0 : verdict.creditPpm];
    }),
  );
};
