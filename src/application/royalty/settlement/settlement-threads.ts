import type { SettlementResult, SettlementRequest } from './compute-settlement.js';

/**
 * Port: settles large months in other threads. It is declared here and not in `ports/`, which import no context, because
 * it carries requests and results of the settlement.
 */
export abstract class SettlementThreads {
  /** Months with more plays than this are settled in a worker thread; 0 or more. */
  abstract readonly inlinePlaysMax: number;

  /** As `computeSettlement`, one month at a time. @throws as `computeSettlement` */
  abstract compute(what: SettlementRequest): Promise<SettlementResult>;

  /** Aborts the settlement under way and accepts no more. */
  abstract close(): Promise<void>;
}
