import type { Settled, ToSettle } from './settle-period.js';

/** Threads in which large months are settled, while this one goes on with other work. */
export abstract class SettlementThreads {
  /** A month of more plays than this is worth a thread: 0 or more. */
  abstract readonly worthwhileAbove: number;

  /** As `settlePeriod`, one month after another. @throws as it does */
  abstract settle(what: ToSettle): Promise<Settled>;

  /** Breaks off what is under way and takes no more: nothing of it was booked. */
  abstract close(): Promise<void>;
}
