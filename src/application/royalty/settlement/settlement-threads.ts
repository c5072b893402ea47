import type { SettlementResult, SettlementRequest } from './compute-settlement.js';

/**
 * Port: settles large months in other threads. It is declared here and not in `ports/`, which import no context, because
 * it carries requests and results of the settlement.
 */
export abstract class SettlementThreads {
  /** A month of more plays than this is worth a thread: 0 or more. */
  abstract readonly inlinePlaysMax: number;

  /** As `computeSettlement`, one month after another. @throws as it does */
  abstract compute(what: SettlementRequest): Promise<SettlementResult>;

  /** Breaks off what is under way and takes no more: nothing of it was booked. */
  abstract close(): Promise<void>;
}
