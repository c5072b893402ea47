import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { reject } from '../../domain/decider.js';
import { integrityCase } from '../../domain/integrity/case.js';
import type { Signals } from '../../domain/royalty/examination/examination-signals.js';
import { periodClose } from '../../domain/royalty/periods/period-close.js';
import { type Period, periodIdOf, periodOf } from '../../domain/royalty/periods/period-id.js';
import { utf8 } from '../../domain/shared/exact/canonical-json.js';
import { hex } from '../../domain/shared/exact/sha256.js';
import { playReports } from '../../projections/royalty/play-reports.js';
import { royaltyPlays } from '../../projections/royalty/royalty-plays.js';
import { CommandRejected } from '../streams/command-rejected.js';
import { ReadYourWrites } from '../projecting/read-your-writes.js';
import { Digests } from '../ports/digests.js';
import { conflictEvidence } from './conflict-evidence.js';
import { Examiner } from './examiner.js';
import { SettlementLog } from '../royalty/settlement/settlement-log.js';
import { Streams } from '../streams/streams.js';

/** The read models that plays are read from. */
const PLAYS = [royaltyPlays, playReports];

/** Returns the signals F4, F10, F11 and F12 over all plays of a period so far. */
export class GetSignals extends Query<Signals> {
  constructor(
    readonly period: Period,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(GetSignals)
export class GetSignalsHandler implements IQueryHandler<GetSignals> {
  constructor(
    private readonly streams: Streams,
    private readonly log: SettlementLog,
    private readonly readYourWrites: ReadYourWrites,
    private readonly examiner: Examiner,
  ) {}

  async execute({ period, minPosition }: GetSignals): Promise<Signals> {
    await Promise.all(PLAYS.map((model) => this.readYourWrites.reached(model, minPosition)));
    const { state } = await this.streams.load(periodClose, periodIdOf(period));
    const fence = (await this.log.head()).toString();
    const rulesetHash =
      state.close?.rulesetHash ?? (await this.log.rulesetInForce(period)) ?? this.examiner.defaultRuleset;
    return this.examiner.signals({ period, rulesetHash, fence });
  }
}

/** The evidence of a case, recomputed from the plays as of the opening. */
export type CaseEvidence = {
  readonly caseId: string;
  readonly evidenceHash: string;
  /** The canonical document; null when these plays do not lead to the case. */
  readonly document: string | null;
  /** Whether the document's hash equals `evidenceHash`. */
  readonly isEqual: boolean;
};

export class GetCaseEvidence extends Query<CaseEvidence> {
  constructor(
    readonly caseId: string,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(GetCaseEvidence)
export class GetCaseEvidenceHandler implements IQueryHandler<GetCaseEvidence> {
  constructor(
    private readonly streams: Streams,
    private readonly log: SettlementLog,
    private readonly readYourWrites: ReadYourWrites,
    private readonly examiner: Examiner,
    private readonly digests: Digests,
  ) {}

  async execute({ caseId, minPosition }: GetCaseEvidence): Promise<CaseEvidence> {
    const { state } = await this.streams.load(integrityCase, caseId);
    if (state.status === 'unknown')
      throw new CommandRejected(reject('CaseNotFound', 'The case does not exist.'));
    const { periodId, rulesVersion, fence, evidenceHash, rule, subject } = state.content;
    const period = periodOf(periodId);
    const none = { caseId, evidenceHash, document: null, isEqual: false };
    // A case that a person opened has no fence, so its evidence cannot be recomputed.
    if (!period || fence === undefined) return none;
    if (rule === 'CONFLICTING_REPORT') {
      const document = await conflictEvidence(this.log, { periodId, fence, playId: subject.id });
      const hash = hex(this.digests.sha256(utf8(document)));
      return { ...none, document, isEqual: hash === evidenceHash };
    }
    const atLeast = BigInt(fence);
    const upTo = minPosition === undefined || minPosition < atLeast ? atLeast : minPosition;
    await Promise.all(PLAYS.map((model) => this.readYourWrites.reached(model, upTo)));
    const suspicions = await this.examiner.suspicions({ period, rulesetHash: rulesVersion, fence });
    const found = suspicions.find((suspicion) => suspicion.caseId === caseId);
    return found ? { ...none, document: found.document, isEqual: found.evidenceHash === evidenceHash } : none;
  }
}
