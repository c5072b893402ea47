import type { CaseOpened } from '../../../domain/integrity/case.js';
import type { PeriodEvent, PeriodInput } from '../../../domain/royalty/periods/period-events.js';
import { type Period, periodIdOf } from '../../../domain/royalty/periods/period-id.js';
import type { RulesetPublished } from '../../../domain/royalty/rulesets/ruleset-registry.js';
import {
  type RulesetActivated,
  scopeIdOf,
  scopesOf,
} from '../../../domain/royalty/rulesets/ruleset-scope.js';
import { PRO_RATA } from '../../../domain/royalty/rulesets/defaults.js';
import type { CaseFacts } from '../../../domain/royalty/statements/settlement.js';
import type { Ruleset } from '../../../domain/royalty/rulesets/ruleset.js';
import type { Month } from '../../../domain/shared/calendar.js';
import { hashOfRuleset } from '../../../domain/royalty/rulesets/ruleset-hash.js';
import type { Sha256 } from '../../../domain/shared/exact/sha256.js';
import type { At, ReplayLog, ReplaySource } from './replay-log.js';

export type ReplayRequest = ReplaySource & {
  readonly sha256: Sha256;
  readonly period: Period;
  /**
   * Reads the log up to this position, or up to the first event recorded after this instant (epoch milliseconds).
   * Absent: up to the fence of the period's last settlement, or the whole log if there is none.
   */
  readonly asOf?: { readonly position: bigint } | { readonly at: number } | undefined;
  /** Uses another ruleset than the period's, for a what-if. */
  readonly rulesetHash?: string | undefined;
  /** Called from time to time with the progress. */
  readonly onProgress?: ((position: bigint, plays: number) => void) | undefined;
};

/** Why a period cannot be replayed. */
export class NotReplayable extends Error {
  override readonly name = 'NotReplayable';
  constructor(
    readonly code: 'RulesetNotFound' | 'NoRevenue' | 'RatesMissing' | 'CaseNotFound',
    detail: string,
  ) {
    super(detail);
  }
}

/** A period to replay, with the ruleset, fence and inputs to use. */
export type ReplayTask = {
  readonly period: Period;
  readonly fence: bigint;
  readonly inputs: readonly PeriodInput[];
  /** Cases released after the fence, whose decision is applied all the same (edge case 43). */
  readonly released: readonly CaseFacts[];
  readonly ruleset: Ruleset;
  readonly rulesetHash: string;
};

/** @throws {NotReplayable} `RulesetNotFound` */
export const taskOf = async (request: ReplayRequest, log: ReplayLog): Promise<ReplayTask> => {
  const { store, period, asOf, sha256 } = request;
  const history = await log.stream<PeriodEvent>(`period-${periodIdOf(period)}`);
  const limit =
    asOf === undefined ? undefined : 'position' in asOf ? asOf.position : await log.positionAt(asOf.at);
  const basis: SettlementBasis = basisOf(history, limit) ?? {
    fence: limit ?? (await store.head()),
    inputs: inputsUpTo(history, limit),
  };
  const rulesetHash =
    request.rulesetHash ??
    basis.rulesetHash ??
    (await inForce(log, period, basis.fence)) ??
    hashOfRuleset({ sha256 }, PRO_RATA);
  const { fence, inputs, released = [] } = basis;
  return {
    period,
    fence,
    inputs,
    released: await Promise.all(released.map((caseId) => releasedCase(log, caseId))),
    rulesetHash,
    ruleset: await rulesetNamed(log, rulesetHash, sha256),
  };
};

const releasedCase = async (log: ReplayLog, caseId: string): Promise<CaseFacts> => {
  const [opened] = await log.stream<CaseOpened>(`case-${caseId}`);
  if (!opened)
    throw new NotReplayable('CaseNotFound', `The log has no case ${caseId}, although it was released.`);
  const { subject, rule } = opened.event.data;
  const about = { caseId, subject, status: 'release' } as const;
  return rule === 'CONFLICTING_REPORT' ? { ...about, isConflict: true } : about;
};

type SettlementBasis = {
  readonly fence: bigint;
  readonly inputs: readonly PeriodInput[];
  readonly rulesetHash?: string;
  /** Cases released after the fence, whose decision is applied all the same (edge case 43). */
  readonly released?: readonly string[];
};

/** The last settlement begun at or before `limit`, with `limit` as fence if given; undefined if there is none. */
const basisOf = (
  history: readonly At<PeriodEvent>[],
  limit: bigint | undefined,
): SettlementBasis | undefined => {
  let basis: SettlementBasis | undefined;
  let rulesetHash: string | undefined;
  const inputs: PeriodInput[] = [];
  for (const { event, position } of history) {
    if (limit !== undefined && position > limit) break;
    if (event.type === 'PeriodCloseBegun') {
      ({ rulesetHash } = event.data);
      basis = { fence: BigInt(event.data.fence), inputs: [...inputs], rulesetHash };
    } else if (event.type === 'RestatementBegun' && event.data.released && basis) {
      basis = { ...basis, released: event.data.released };
    } else if (event.type === 'RestatementBegun') {
      basis = {
        fence: BigInt(event.data.fence),
        inputs: [...inputs],
        ...(rulesetHash === undefined ? {} : { rulesetHash }),
      };
    } else if (isInput(event)) inputs.push(event);
  }
  if (basis === undefined || limit === undefined) return basis;
  // A replay as of a position reads all facts up to it, not only those up to an earlier fence.
  const { released: _seen, ...rest } = basis;
  return { ...rest, fence: limit, inputs };
};

const inputsUpTo = (history: readonly At<PeriodEvent>[], limit: bigint | undefined): readonly PeriodInput[] =>
  history
    .filter(({ position }) => limit === undefined || position <= limit)
    .map(({ event }) => event)
    .filter(isInput);

const isInput = (event: PeriodEvent): event is PeriodInput =>
  !event.type.startsWith('Period') && event.type !== 'RestatementBegun';

const inForce = async (log: ReplayLog, period: Period, fence: bigint): Promise<string | undefined> => {
  for (const scope of scopesOf(period)) {
    let found: { readonly from: Month; readonly hash: string } | undefined;
    for (const { event, position } of await log.stream<RulesetActivated>(`rulescope-${scopeIdOf(scope)}`)) {
      const { from } = event.data;
      if (position <= fence && from <= period.month && from >= (found?.from ?? from)) found = event.data;
    }
    if (found) return found.hash;
  }
  return undefined;
};

const rulesetNamed = async (log: ReplayLog, hash: string, sha256: Sha256): Promise<Ruleset> => {
  const [published] = await log.stream<RulesetPublished>(`ruleset-${hash}`);
  const ruleset =
    published?.event.data.ruleset ?? (hash === hashOfRuleset({ sha256 }, PRO_RATA) ? PRO_RATA : undefined);
  if (!ruleset || hashOfRuleset({ sha256 }, ruleset) !== hash)
    throw new NotReplayable('RulesetNotFound', `The log has no ruleset ${hash}.`);
  return ruleset;
};
