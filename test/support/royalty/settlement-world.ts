import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NewEvent, RecordedEvent } from '../../../src/application/ports/event-store.js';
import { EventStore, NO_STREAM } from '../../../src/application/ports/event-store.js';
import { type ProjectionState, ProjectionStatus } from '../../../src/application/ports/projection-status.js';
import { ReadYourWrites } from '../../../src/application/projecting/read-your-writes.js';
import { Projectors } from '../../../src/application/projecting/projectors.js';
import {
  ClosePeriod,
  ClosePeriodHandler,
  MakeProvisional,
  MakeProvisionalHandler,
  RestatePeriod,
  RestatePeriodHandler,
} from '../../../src/application/royalty/closing.commands.js';
import {
  ExaminePeriod,
  ExaminePeriodHandler,
} from '../../../src/application/integrity/examination.commands.js';
import {
  type CaseEvidence,
  GetCaseEvidence,
  GetCaseEvidenceHandler,
} from '../../../src/application/integrity/examination.queries.js';
import { Examiner } from '../../../src/application/integrity/examiner.js';
import { ApplyCaseDecisionHandler } from '../../../src/application/royalty/apply-case-decision.js';
import { ProcessRunner } from '../../../src/application/projecting/process-runner.js';
import { openConflictCases } from '../../../src/application/integrity/open-conflict-cases.js';
import { caseDecisionProcess } from '../../../src/application/royalty/case-decision-process.js';
import { hashOfRuleset } from '../../../src/domain/royalty/rulesets/ruleset-hash.js';
import {
  ExplainPlay,
  ExplainPlayHandler,
  type PlayExplanation,
} from '../../../src/application/royalty/explain-play.js';
import { BookWriter } from '../../../src/application/royalty/settlement/book-writer.js';
import { MoneyProjections } from '../../../src/application/royalty/settlement/money-projections.js';
import { RulesetsInForce } from '../../../src/application/royalty/settlement/rulesets-in-force.js';
import { SettlementLog } from '../../../src/application/royalty/settlement/settlement-log.js';
import { SettlementDispatcher } from '../../../src/application/royalty/settlement/settlement-dispatcher.js';
import { SettlementThread } from '../../../src/composition/threads/settlement-thread.js';
import { type CommandMeta, type Receipt, Streams } from '../../../src/application/streams/streams.js';
import type { Ruleset } from '../../../src/domain/royalty/rulesets/ruleset.js';
import { ZodEventSchemas } from '../../../src/infrastructure/events/zod-event-schemas.js';
import { EmbeddedEventStore } from '../../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { NodeDigests } from '../../../src/infrastructure/identity/node-digests.js';
import { SystemTimer } from '../../../src/infrastructure/identity/system-timer.js';
import { UuidIds } from '../../../src/infrastructure/identity/uuid-ids.js';
import { EmbeddedReadModels } from '../../../src/infrastructure/readmodels/embedded/embedded-read-models.js';
import { projections } from '../../../src/projections/all.js';
import type { Placed } from '../specs/projection-spec.js';
import { PERIOD, PERIOD_ID } from './month.js';

/** 2026-12-20T00:00:00Z: October may be closed. */
export const DECEMBER = 1_797_724_800_000;

/** The settlement on embedded engines in a new folder. */
export type SettlementWorld = {
  readonly folder: string;
  readonly store: EventStore;
  readonly models: EmbeddedReadModels;
  readonly schemas: ZodEventSchemas;
  readonly streams: Streams;
  readonly ids: UuidIds;
  readonly timer: SystemTimer;
  /** Appends each fact to its stream. */
  readonly record: (...facts: readonly Placed[]) => Promise<void>;
  /** Publishes a ruleset and puts it in force for October in every territory. @returns its hash */
  readonly enforce: (ruleset: Ruleset) => Promise<string>;
  /** Closes a period: by default, October in Germany. */
  readonly close: (early?: string, at?: number, periodId?: string) => Promise<Receipt>;
  readonly provisional: (early?: string) => Promise<Receipt>;
  /** Runs the process that applies case decisions to closed periods, up to the head of the log. */
  readonly caseDecisionProcess: () => Promise<void>;
  /** Runs the process that opens cases for plays with contradictory reports, up to the head of the log. */
  readonly openConflictCases: () => Promise<void>;
  readonly examine: (key?: string) => Promise<Receipt>;
  readonly evidence: (caseId: string) => Promise<CaseEvidence>;
  readonly explain: (playId: string) => Promise<PlayExplanation>;
  readonly restate: (reason: string, key?: string, periodId?: string) => Promise<Receipt>;
  /** Every event of the books and of the period, in log order. */
  readonly books: () => Promise<
    readonly { readonly stream: string; readonly type: string; readonly data: object }[]
  >;
  /** Makes one of the next appends throw `Crash` after it became durable; 0 is the next one, undefined none. */
  readonly failAfter: (appends: number | undefined) => void;
  /** The reported projection states; empty by default. */
  readonly statuses: ProjectionState[];
  readonly money: MoneyProjections;
  readonly stop: () => Promise<void>;
};

export class Crash extends Error {}

/** Simulates a process that dies directly after an append became durable. */
class CrashingStore extends EventStore {
  left: number | undefined;
  constructor(private readonly real: EventStore) {
    super();
  }
  override async append(...args: Parameters<EventStore['append']>) {
    const appended = await this.real.append(...args);
    if (this.left !== undefined && this.left-- === 0) throw new Crash(`after ${args[0]}`);
    return appended;
  }
  override readStream = (...args: Parameters<EventStore['readStream']>) => this.real.readStream(...args);
  override readAll = (...args: Parameters<EventStore['readAll']>) => this.real.readAll(...args);
  override subscribe = (...args: Parameters<EventStore['subscribe']>) => this.real.subscribe(...args);
  override head = () => this.real.head();
  override statistics = () => this.real.statistics();
  override close = () => this.real.close();
}

class Statuses extends ProjectionStatus {
  constructor(private readonly states: ProjectionState[]) {
    super();
  }
  override all = () => this.states;
}

export const settlementWorld = async (): Promise<SettlementWorld> => {
  const folder = mkdtempSync(join(tmpdir(), 'playledger-settlement-'));
  const real = new EmbeddedEventStore(folder);
  const store = new CrashingStore(real);
  const models = EmbeddedReadModels.writer(folder);
  const schemas = new ZodEventSchemas();
  const ids = new UuidIds();
  const timer = new SystemTimer();
  const digests = new NodeDigests();
  const streams = new Streams(store, schemas, ids);
  const readYourWrites = new ReadYourWrites(models, timer);
  const log = new SettlementLog(store, schemas, models, readYourWrites);
  const statuses: ProjectionState[] = [];
  const ready = new MoneyProjections(new Statuses(statuses), readYourWrites);
  const dispatcher = new SettlementDispatcher(
    log,
    models,
    digests,
    new SettlementThread({ dataDir: folder }),
  );
  const writer = new BookWriter(store, schemas, ids);
  const rules = new RulesetsInForce(streams, log, digests, ids);
  const examiner = new Examiner(log, models, digests, ids);
  const projectors = await Projectors.open(projections, { store: real, models, schemas, timer });
  const stopping = new AbortController();
  const projecting = projectors.run(stopping.signal);

  let numbered = 0;
  const record = async (...facts: readonly Placed[]): Promise<void> => {
    for (const [stream, ofStream] of Map.groupBy(facts, ({ stream }) => stream)) {
      let revision = NO_STREAM;
      for await (const page of real.readStream(stream)) revision += page.length;
      const events = ofStream.map(({ type, data }): NewEvent => {
        numbered += 1;
        const id = ids.derived('test', numbered);
        const metadata = { commandId: id, commandHash: id, actor: 'test', at: 0 };
        return { id, type, data, metadata: { ...metadata, schema: schemas.versionFor(type, data) } };
      });
      for (let at = 0; at < events.length; at += 500)
        await real.append(stream, revision + at, events.slice(at, at + 500));
    }
  };
  const meta = (key: string, at = DECEMBER): CommandMeta => ({
    commandId: ids.derived('command', key),
    commandHash: key,
    actor: 'finance:fin',
    at,
  });

  return {
    folder,
    store,
    models,
    schemas,
    streams,
    ids,
    timer,
    record,
    enforce: async (ruleset) => {
      const hash = hashOfRuleset(digests, ruleset);
      await record(
        {
          stream: `ruleset-${hash}`,
          type: 'RulesetPublished',
          data: { hash, name: ruleset.name, ruleset, at: 0 },
        },
        {
          stream: 'rulescope-*.*',
          type: 'RulesetActivated',
          data: { offering: '*', territory: '*', from: '2026-01', hash, at: 0 },
        },
      );
      return hash;
    },
    close: (early, at, periodId = PERIOD_ID) =>
      new ClosePeriodHandler(streams, log, ready, dispatcher, writer, ids, rules).execute(
        new ClosePeriod(periodId, { early }, meta(`close ${periodId} ${early}`, at)),
      ),
    provisional: (early) =>
      new MakeProvisionalHandler(streams, log, ready, dispatcher, rules).execute(
        new MakeProvisional(PERIOD_ID, { early }, meta('provisional')),
      ),
    openConflictCases: () =>
      new ProcessRunner(openConflictCases(streams, log, ids, digests), store, models, schemas, timer).run(
        new AbortController().signal,
        true,
      ),
    caseDecisionProcess: () => {
      const restatements = new RestatePeriodHandler(streams, log, ready, dispatcher, writer, ids);
      const handler = new ApplyCaseDecisionHandler(streams, log, restatements);
      const process = caseDecisionProcess((command) => handler.execute(command), log, ids);
      return new ProcessRunner(process, store, models, schemas, timer).run(
        new AbortController().signal,
        true,
      );
    },
    examine: (key = 'examine') =>
      new ExaminePeriodHandler(streams, log, ready, rules, examiner).execute(
        new ExaminePeriod(PERIOD, meta(key)),
      ),
    evidence: (caseId) =>
      new GetCaseEvidenceHandler(streams, log, readYourWrites, examiner, digests).execute(
        new GetCaseEvidence(caseId),
      ),
    explain: async (playId) =>
      new ExplainPlayHandler(streams, log, models, readYourWrites, digests).execute(
        new ExplainPlay(playId, await real.head()),
      ),
    restate: (reason, key = reason, periodId = PERIOD_ID) =>
      new RestatePeriodHandler(streams, log, ready, dispatcher, writer, ids).execute(
        new RestatePeriod(periodId, { reason }, meta(`restate ${key} ${periodId}`)),
      ),
    books: async () => {
      const found: RecordedEvent[] = [];
      const select = { categories: ['period', 'statement', 'journal'] };
      for await (const page of real.readAll(0n, { select })) found.push(...page.events);
      return found.map(({ stream, type, data }) => ({ stream, type, data }));
    },
    failAfter: (appends) => {
      store.left = appends;
    },
    statuses,
    money: ready,
    stop: async () => {
      stopping.abort();
      await projecting;
      await models.close();
      await real.close();
      rmSync(folder, { recursive: true });
    },
  };
};
