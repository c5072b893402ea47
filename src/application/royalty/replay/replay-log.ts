import type { StatementLinesRecorded } from '../../../domain/royalty/statements/ledger-events.js';
import { bookingsOf, type StatementLine } from '../../../domain/royalty/statements/statement.js';
import type { EventSchemas } from '../../ports/event-schemas.js';
import { type EventStore, START } from '../../ports/event-store.js';

/** The sources of a replay. */
export type ReplaySource = { readonly store: EventStore; readonly schemas: EventSchemas };

export type At<E> = { readonly event: E; readonly position: bigint };

/** A line while its records are added up. */
type LineSums = {
  plays: number;
  creditPpm: number;
  amount: bigint;
  artificial: number;
  belowEligibility: number;
  readonly splits: Map<string, bigint>;
  readonly charges: Map<string, bigint>;
};

/** Reads streams of the log, with events upcast. */
export class ReplayLog {
  constructor(private readonly source: ReplaySource) {}

  async stream<E>(name: string): Promise<readonly At<E>[]> {
    const found: At<E>[] = [];
    for await (const page of this.source.store.readStream(name))
      for (const event of page)
        found.push({ event: this.source.schemas.upcast(event) as unknown as E, position: event.position });
    return found;
  }

  /** Lines of a statement with its restatements added up, as of a position. */
  async lines(periodId: string, restatements: number, fence?: bigint): Promise<readonly StatementLine[]> {
    const sums = new Map<string, LineSums>();
    for (let number = 0; number <= restatements; number++)
      for (const { event, position } of await this.stream<StatementLinesRecorded>(
        `statement-${periodId}.${number}`,
      )) {
        if (fence !== undefined && position > fence) continue;
        for (const line of event.data.lines) {
          const { trackId, plays, creditPpm, amount, splits, penalty, belowEligibility = 0, part } = line;
          const sum = sums.get(trackId) ?? {
            plays: 0,
            creditPpm: 0,
            amount: 0n,
            artificial: 0,
            belowEligibility: 0,
            splits: new Map<string, bigint>(),
            charges: new Map<string, bigint>(),
          };
          // Further parts repeat the figures of the line.
          if (part === undefined) {
            sum.plays += plays;
            sum.creditPpm += creditPpm;
            sum.amount += BigInt(amount);
            sum.artificial += penalty?.artificial ?? 0;
            sum.belowEligibility += belowEligibility;
          }
          for (const { account, amount } of splits)
            sum.splits.set(account, (sum.splits.get(account) ?? 0n) + BigInt(amount));
          for (const { account, amount } of penalty?.charges ?? [])
            sum.charges.set(account, (sum.charges.get(account) ?? 0n) + BigInt(amount));
          sums.set(trackId, sum);
        }
      }
    return Array.from(sums, ([trackId, { splits, artificial, charges, belowEligibility, ...sum }]) => ({
      trackId,
      ...sum,
      splits: bookingsOf(splits),
      ...(artificial === 0 ? {} : { penalty: { artificial, charges: bookingsOf(charges) } }),
      ...(belowEligibility === 0 ? {} : { belowEligibility }),
    }));
  }

  /** Position of the last event before the first one recorded after an instant, epoch milliseconds. */
  async positionAt(at: number): Promise<bigint> {
    let position = START;
    for await (const page of this.source.store.readAll(START))
      for (const event of page.events) {
        if (event.metadata.at > at) return position;
        ({ position } = event);
      }
    return position;
  }
}
