import { Injectable } from '@nestjs/common';
import {
  type JournalPosted,
  STATEMENT_LINES_MAX,
  type StatementLinesRecorded,
} from '../../domain/royalty/ledger-events.js';
import type { Journal } from '../../domain/royalty/settlement/journals.js';
import { lineRecord } from '../../domain/royalty/settlement/settle.js';
import type { StatementLine } from '../../domain/royalty/settlement/statement.js';
import { EventSchemas } from '../ports/event-schemas.js';
import { EventStore, StoreUnavailable } from '../ports/event-store.js';
import { Ids } from '../ports/ids.js';
import { ACTOR } from './rulesets-in-force.js';

/** Events of one append: with 200 lines each it stays below the megabyte that EventStoreDB takes. */
const APPEND_EVENTS_MAX = 16;

const ATTEMPTS_MAX = 5;

/** What is to be written, and what it is bound to. */
export type Books = {
  readonly periodId: string;
  /** 0: the close; else the number of the restatement. */
  readonly number: number;
  readonly lines: readonly StatementLine[];
  readonly journals: readonly Journal[];
  /** Root of the statement's lines: two different results cannot be written one behind the other. */
  readonly linesRoot: string;
  /** When the settlement was begun: it is the same however often it is begun anew after a crash. */
  readonly at: number;
};

/** The name of the journal that a settlement posts. */
export const journalIdOf = (periodId: string, number: number): string => `${periodId}.${number}`;

/**
 * Writes statements and journals. Every append is named by what it says and where it stands: a repeat, wherever the
 * last attempt broke off, adds what is missing and nothing else.
 */
@Injectable()
export class BookWriter {
  constructor(
    private readonly store: EventStore,
    private readonly schemas: EventSchemas,
    private readonly ids: Ids,
  ) {}

  /** @throws {RevisionConflict} when something else stands there: another release came to another result */
  async write(books: Books): Promise<void> {
    await this.append(books, 'statement', statementEvents(books.lines));
    await this.append(books, 'journal', journalEvents(books));
  }

  private async append(
    { periodId, number, linesRoot, at }: Books,
    category: 'statement' | 'journal',
    facts: readonly (StatementLinesRecorded | JournalPosted)[],
  ): Promise<void> {
    const stream = `${category}-${periodId}.${number}`;
    const commandId = this.ids.derived('settlement', stream, linesRoot);
    const events = facts.map(({ type, data }, index) => ({
      id: this.ids.derived(commandId, index),
      type,
      data,
      metadata: {
        commandId,
        commandHash: linesRoot,
        actor: ACTOR,
        at,
        schema: this.schemas.versionFor(type, data),
      },
    }));
    for (let from = 0; from < events.length; from += APPEND_EVENTS_MAX)
      await this.durably(stream, from - 1, events.slice(from, from + APPEND_EVENTS_MAX));
  }

  /** Repeats an append whose outcome is unknown: the ids make that harmless. */
  private async durably(...[stream, expected, events]: Parameters<EventStore['append']>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.store.append(stream, expected, events);
        return;
      } catch (error) {
        const unknown = error instanceof StoreUnavailable && error.ambiguous;
        if (!unknown || attempt === ATTEMPTS_MAX) throw error;
      }
    }
  }
}

const statementEvents = (lines: readonly StatementLine[]): readonly StatementLinesRecorded[] => {
  const events: StatementLinesRecorded[] = [];
  for (let from = 0; from < lines.length; from += STATEMENT_LINES_MAX) {
    const some = lines.slice(from, from + STATEMENT_LINES_MAX).map(lineRecord);
    events.push({ type: 'StatementLinesRecorded', data: { seq: events.length, lines: some } });
  }
  return events;
};

const journalEvents = ({ periodId, number, journals, at }: Books): readonly JournalPosted[] =>
  journals.map(({ reason, currency, lines }, seq) => ({
    type: 'JournalPosted',
    data: {
      journalId: journalIdOf(periodId, number),
      seq,
      reason,
      currency,
      lines: lines.map(({ account, amount }) => ({ account, amount: String(amount) })),
      reverses: null,
      at,
    },
  }));
