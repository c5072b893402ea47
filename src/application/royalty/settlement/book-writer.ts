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

/** Limits of one append, and of one statement event. Sizes in characters of JSON, which are all ASCII. */
const APPEND = { count: 16, size: APPEND_BYTES_MAX * 0.9 };
const STATEMENT_EVENT = { count: STATEMENT_LINES_MAX, size: APPEND_BYTES_MAX / 4 };

/** The statement and journals of one settlement. */
export type Books = {
  readonly periodId: string;
  /** 0: the close; else the number of the restatement. */
  readonly number: number;
  readonly lines: readonly StatementLine[];
  readonly journals: readonly Journal[];
  /**
   * Root of the statement's lines. It is part of the idempotency key, so that two different results cannot be mixed.
   */
  readonly linesRoot: string;
  /** When the settlement was first begun, epoch milliseconds; the same for every retry. */
  readonly at: number;
};

/** Id of the journal that a settlement posts. */
export const journalIdOf = (periodId: string, number: number): string => `${periodId}.${number}`;

/**
 * Writes statements and journals. Event ids are derived from content and place, so that a retry appends only what is
 * missing.
 */
@Injectable()
export class BookWriter {
  constructor(
    private readonly store: EventStore,
    private readonly schemas: EventSchemas,
    private readonly ids: Ids,
  ) {}

  /** @throws {RevisionConflict} if other events are recorded there: another release computed another result */
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
    for (const run of inChunks(mapped(facts, event), APPEND)) {
      await appendUntilKnown(this.store, stream, expected, run);
      expected += run.length;
    }
  }
}

// Generators, so that other work of this thread can run between two appends.

function* statementEvents(lines: readonly StatementLine[]): Generator<StatementLinesRecorded> {
  let seq = 0;
  for (const records of inChunks(recordsOf(lines), STATEMENT_EVENT))
    yield { type: 'StatementLinesRecorded', data: { seq: seq++, lines: records } };
}

function* recordsOf(lines: readonly StatementLine[]): Generator<RecordedLine> {
  for (const line of lines) yield* lineParts(lineRecord(line));
}

function* mapped<From, To>(items: Iterable<From>, to: (item: From) => To): Generator<To> {
  for (const item of items) yield to(item);
}

/** Items in chunks within `limit`; an item above the size limit is a chunk by itself. */
function* inChunks<T>(
  items: Iterable<T>,
  limit: { readonly count: number; readonly size: number },
): Generator<readonly T[]> {
  let chunk: T[] = [];
  let size = 0;
  for (const item of items) {
    const more = JSON.stringify(item).length;
    if (chunk.length === limit.count || (chunk.length > 0 && size + more > limit.size)) {
      yield chunk;
      chunk = [];
      size = 0;
    }
    chunk.push(item);
    size += more;
  }
  if (chunk.length > 0) yield chunk;
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
