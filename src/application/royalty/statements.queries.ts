import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  keyPrefixOf,
  type PlayDocument,
  playsOf,
  type RoyaltyPlay,
  royaltyPlays,
} from '../../projections/royalty/royalty-plays.js';
import {
  type PayeeLine,
  payeeLines,
  type PayeeStatement,
  payeeStatements,
  type Statement,
  statementIdOf,
  statementLines,
  statements,
  type TrackLine,
} from '../../projections/royalty/statements.js';
import { ReadYourWrites } from '../projecting/read-your-writes.js';
import { type Found, keysBeginningWith, ReadModels } from '../ports/read-models.js';
import { paged, type PageRequest } from '../projecting/page.js';

/** A statement with a page of its lines in order of track; no lines until it is final. */
export type StatementPage = { readonly statement: Statement; readonly lines: Found<TrackLine> };

/** Gets a statement; undefined if it does not exist. */
export class GetStatement extends Query<StatementPage | undefined> {
  constructor(
    readonly periodId: string,
    /** 0 for the close, else the number of the restatement. */
    readonly number: number,
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(GetStatement)
export class GetStatementHandler implements IQueryHandler<GetStatement> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ periodId, number, page, minPosition }: GetStatement): Promise<StatementPage | undefined> {
    await this.readYourWrites.reached(statements, minPosition);
    const statement = await this.models.get<Statement>(statements, statementIdOf(periodId, number));
    if (!statement || statement.stage === 'begun') return undefined;
    if (statement.stage === 'provisional') return { statement, lines: { documents: [] } };
    // Lines are another read model, which must have reached the position of the final statement.
    await this.readYourWrites.reached(statementLines, BigInt(statement.position));
    const lines = await this.models.query<TrackLine>(statementLines, {
      where: { periodId, number },
      sort: { by: ['trackId'] },
      ...paged(page),
    });
    return { statement, lines };
  }
}

/** Selects final statements of a period, from a number; the close is 0. */
export type StatementRange = { readonly from: number; readonly latestFirst?: boolean };

/** Lists the final statements of a period in order of number. */
export class ListStatements extends Query<Found<Statement>> {
  constructor(
    readonly periodId: string,
    readonly range: StatementRange,
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ListStatements)
export class ListStatementsHandler implements IQueryHandler<ListStatements> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ periodId, range, page, minPosition }: ListStatements): Promise<Found<Statement>> {
    await this.readYourWrites.reached(statements, minPosition);
    return this.models.query<Statement>(statements, {
      where: { periodId, number: { gte: range.from }, stage: 'final' },
      sort: { by: ['number'], descending: range.latestFirst === true },
      ...paged(page),
    });
  }
}

/** A payee's part of one statement, with the statement. */
export type OwnStatement = { readonly own: PayeeStatement; readonly statement: Statement };

/** Lists a payee's parts of final statements, the latest month first. */
export class ListPayeeStatements extends Query<Found<OwnStatement>> {
  constructor(
    readonly payee: string,
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ListPayeeStatements)
export class ListPayeeStatementsHandler implements IQueryHandler<ListPayeeStatements> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ payee, page, minPosition }: ListPayeeStatements): Promise<Found<OwnStatement>> {
    await this.readYourWrites.reached(payeeStatements, minPosition);
    await this.readYourWrites.reached(statements, minPosition);
    const { documents, next } = await this.models.query<PayeeStatement>(payeeStatements, {
      where: { payee },
      sort: { by: ['month', 'periodId', 'number'], descending: true },
      ...paged(page),
    });
    const found = await Promise.all(
      documents.map(async (own) => {
        const id = statementIdOf(own.periodId, own.number);
        const statement = await this.models.get<Statement>(statements, id);
        return statement?.stage === 'final' ? [{ own, statement }] : [];
      }),
    );
    return { documents: found.flat(), ...(next === undefined ? {} : { next }) };
  }
}

/** A payee's part of one statement, by line, in order of track. */
export type PayeeStatementPage = OwnStatement & { readonly lines: Found<PayeeLine> };

/** Gets a payee's part of a statement; undefined if there is none. */
export class GetPayeeStatement extends Query<PayeeStatementPage | undefined> {
  constructor(
    readonly payee: string,
    readonly periodId: string,
    readonly number: number,
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(GetPayeeStatement)
export class GetPayeeStatementHandler implements IQueryHandler<GetPayeeStatement> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute(query: GetPayeeStatement): Promise<PayeeStatementPage | undefined> {
    const { payee, periodId, number, page, minPosition } = query;
    await this.readYourWrites.reached(statements, minPosition);
    const id = statementIdOf(periodId, number);
    const statement = await this.models.get<Statement>(statements, id);
    if (statement?.stage !== 'final') return undefined;
    const position = BigInt(statement.position);
    await this.readYourWrites.reached(payeeStatements, position);
    await this.readYourWrites.reached(payeeLines, position);
    const own = await this.models.get<PayeeStatement>(payeeStatements, `${id}|${payee}`);
    if (!own) return undefined;
    const lines = await this.models.query<PayeeLine>(payeeLines, {
      where: { payee, periodId, number },
      sort: { by: ['trackId'] },
      ...paged(page),
    });
    return { statement, own, lines };
  }
}

/** Lists the plays of a track in a period, counted or not, in order of start. */
export class ListTrackPlays extends Query<Found<RoyaltyPlay>> {
  constructor(
    readonly period: string,
    readonly trackId: string,
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ListTrackPlays)
export class ListTrackPlaysHandler implements IQueryHandler<ListTrackPlays> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ period, trackId, page, minPosition }: ListTrackPlays): Promise<Found<RoyaltyPlay>> {
    await this.readYourWrites.reached(royaltyPlays, minPosition);
    const { next, ...found } = await this.models.query<PlayDocument>(royaltyPlays, {
      keys: keysBeginningWith(keyPrefixOf(period)),
      where: { period, trackId },
      sort: { by: ['startedAt'] },
      ...paged(page),
    });
    return { documents: playsOf(found), ...(next === undefined ? {} : { next }) };
  }
}
