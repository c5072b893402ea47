import { Injectable } from '@nestjs/common';
import { reject } from '../../domain/decider.js';
import {
  type ExaminationScope,
  type Finding,
  openExamination,
} from '../../domain/royalty/examination/examination.js';
import { openSignals, type Signals } from '../../domain/royalty/examination/examination-signals.js';
import { type Period, periodIdOf } from '../../domain/royalty/periods/period-id.js';
import { PRO_RATA } from '../../domain/royalty/rulesets/defaults.js';
import { rightPaidBy } from '../../domain/royalty/sharing/pools.js';
import { type ShareTimeline, UNCLAIMED } from '../../domain/royalty/counting/share-timeline.js';
import { windowOf } from '../../domain/royalty/counting/window.js';
import { canonicalJson, utf8 } from '../../domain/shared/exact/canonical-json.js';
import { hex } from '../../domain/shared/exact/sha256.js';
import { CommandRejected } from '../streams/command-rejected.js';
import { hashOfRuleset } from '../../domain/royalty/rulesets/ruleset-hash.js';
import { Digests } from '../ports/digests.js';
import { Ids } from '../ports/ids.js';
import { ReadModels } from '../ports/read-models.js';
import { listenersOf, type SettlementScope, settlementScope } from '../royalty/settlement/listeners.js';
import { SettlementLog } from '../royalty/settlement/settlement-log.js';

/** The period to examine, its ruleset, and the log position that ends the examination. */
export type ExaminationRequest = {
  readonly period: Period;
  readonly rulesetHash: string;
  /** Log position, decimal. Plays after it are ignored. */
  readonly fence: string;
};

/** A finding with the id and the evidence of its case. */
export type Suspicion = Finding & {
  /** Derived from period, rule and subject, so that a suspicion found again leads to the same case. */
  readonly caseId: string;
  /** The evidence with period, ruleset, fence, rule and subject, in RFC 8785 form. */
  readonly document: string;
  /** SHA-256 of the document, hexadecimal. */
  readonly evidenceHash: string;
};

/** Examines periods, on the read model of plays that settlements use. Changes nothing. */
@Injectable()
export class Examiner {
  constructor(
    private readonly log: SettlementLog,
    private readonly models: ReadModels,
    private readonly digests: Digests,
    private readonly ids: Ids,
  ) {}

  /** Hash of the ruleset for periods without an active one. */
  get defaultRuleset(): string {
    return hashOfRuleset(this.digests, PRO_RATA);
  }

  /**
   * Applies the rules that may hold money.
   *
   * @throws {CommandRejected} `RulesetNotFound`
   * @throws {ModelNotReady} {ReadModelsUnavailable} {StoreUnavailable}
   */
  async suspicions(request: ExaminationRequest): Promise<readonly Suspicion[]> {
    const scope = await this.scopeOf(request);
    const examination = openExamination(scope);
    for await (const listeners of listenersOf(this.models, this.scope(request, scope)))
      for (const { listenerId, plays, before } of listeners) examination.add(listenerId, plays, before);
    return examination.findings().map((finding) => this.suspicionOf(request, finding));
  }

  /** Computes the signals, which never hold money. @throws as `suspicions` */
  async signals(request: ExaminationRequest): Promise<Signals> {
    const scope = await this.scopeOf(request);
    const { territory } = request.period;
    const of = { right: rightPaidBy(scope.ruleset), territory, window: scope.window };
    const timelines = new Map<string, ShareTimeline>();
    const fold = openSignals(scope, (trackId) => timelines.get(trackId) ?? UNCLAIMED);
    for await (const listeners of listenersOf(this.models, this.scope(request, scope))) {
      const tracks = new Set(listeners.flatMap(({ plays }) => plays.map(({ trackId }) => trackId)));
      const unknown = [...tracks].filter((trackId) => !timelines.has(trackId));
      const found = await this.log.timelines(unknown, of, BigInt(request.fence));
      for (const [i, timeline] of found.entries()) timelines.set(unknown[i] ?? '', timeline);
      for (const { listenerId, plays, before } of listeners) fold.add(listenerId, plays, before);
    }
    return fold.signals();
  }

  private scope({ period, fence }: ExaminationRequest, { ruleset }: ExaminationScope): SettlementScope {
    return settlementScope(this.models, { period, ruleset, fence });
  }

  private async scopeOf({ period, rulesetHash: hash }: ExaminationRequest): Promise<ExaminationScope> {
    const published = await this.log.ruleset(hash);
    // The default ruleset is published when it is first used to open cases or to settle.
    const ruleset = published ?? (hash === this.defaultRuleset ? PRO_RATA : undefined);
    if (!ruleset)
      throw new CommandRejected(reject('RulesetNotFound', 'No ruleset with this hash is published.'));
    const window = windowOf(period.month);
    return { ruleset, periodId: periodIdOf(period), window };
  }

  private suspicionOf({ period, rulesetHash, fence }: ExaminationRequest, finding: Finding): Suspicion {
    const periodId = periodIdOf(period);
    const { rule, subject, evidence } = finding;
    const document = canonicalJson({ periodId, rulesetHash, fence, rule, subject, evidence });
    return {
      ...finding,
      caseId: this.ids.derived('case', periodId, rule, subject.kind, subject.id),
      document,
      evidenceHash: hex(this.digests.sha256(utf8(document))),
    };
  }
}
