import { Injectable } from '@nestjs/common';
import {
  type JournalPosted,
  type RecordedLine,
  STATEMENT_LINES_MAX,
  type StatementLinesRecorded,
} from '../../../domain/royalty/statements/ledger-events.js';
import { lineParts } from '../../../domain/royalty/statements/line-parts.js';
import type { Journal } from '../../../domain/royalty/statements/journals.js';
import { lineRecord } from '../../../domain/royalty/statements/settlement.js';
import type { StatementLine } from '../../../domain/royalty/statements/statement.js';
import { EventSchemas } from '../../ports/event-schemas.js';
import { APPEND_BYTES_MAX, EventStore, type NewEvent, NO_STREAM } from '../../ports/event-store.js';
import { Ids } from '../../ports/ids.js';
import { appendUntilKnown } from '../../streams/append-until-known.js';
import { ACTOR } from './rulesets-in-force.js';

/** What goes into one append, and into one event of a statement. Sizes are characters of JSON, all of them ASCII. */
const APPEND = { count: 16, size: APPEND_BYTES_MAX * 0.9 };
const STATEMENT_EVENT = { count: STATEMENT_LINES_MAX, size: APPEND_BYTES_MAX / 4 };

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
    facts: Iterable<StatementLinesRecorded | JournalPosted>,
  ): Promise<void> {
    const stream = `${category}-${periodId}.${number}`;
    const commandId = this.ids.derived('settlement', stream, linesRoot);
    let index = 0;
    const event = ({ type, data }: StatementLinesRecorded | JournalPosted): NewEvent => ({
      id: this.ids.derived(commandId, index++),
      type,
      data,
      metadata: {
        commandId,
        commandHash: linesRoot,
        actor: ACTOR,
        at,
        schema: this.schemas.versionFor(type, data),
      },
    });
    let expected = NO_STREAM;
    for (const run of inRuns(mapped(facts, event), APPEND)) {
      await appendUntilKnown(this.store, stream, expected, run);
      expected += run.length;
    }
  }
}

// Event by event as they are appended: between two appends everybody else in this thread has their turn.

function* statementEvents(lines: readonly StatementLine[]): Generator<StatementLinesRecorded> {
  let seq = 0;
  for (const some of inRuns(recordsOf(lines), STATEMENT_EVENT))
    yield { type: 'StatementLinesRecorded', data: { seq: seq++, lines: some } };
}

function* recordsOf(lines: readonly StatementLine[]): Generator<RecordedLine> {
  for (const line of lines) yield* lineParts(lineRecord(line));
}

function* mapped<From, To>(items: Iterable<From>, to: (item: From) => To): Generator<To> {
  for (const item of items) yield to(item);
}

/** Items in their order, as many in each run as `most` allows; an item that is too large alone is a run. */
function* inRuns<T>(
  items: Iterable<T>,
  most: { readonly count: number; readonly size: number },
): Generator<readonly T[]> {
  let run: T[] = [];
  let size = 0;
  for (const item of items) {
    const more = JSON.stringify(item).length;
    if (run.length === most.count || (run.length > 0 && size + more > most.size)) {
      yield run;
      run = [];
      size = 0;
    }
    run.push(item);
    size += more;
  }
  if (run.length > 0) yield run;
}

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
