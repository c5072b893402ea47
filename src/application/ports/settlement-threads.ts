import type { Settled, ToSettle } from '../settlement/settle-period.js';

/** Threads in which large months are settled, while this one goes on with other work. */
export abstract class SettlementThreads {
  /** As `settlePeriod`, one month after another. @throws as it does */
  abstract settle(what: ToSettle): Promise<Settled>;
}
