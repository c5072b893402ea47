import { allPages } from '../projecting/all-pages.js';
import { Injectable } from '@nestjs/common';
import { addMicros, type Micros } from '../../domain/shared/money.js';
import { type ArtistPage, artists } from '../../projections/catalogue/artists.js';
import { type Statement, statementLines, type TrackLine } from '../../projections/royalty/statements.js';
import { type TrackPage, tracks } from '../../projections/catalogue/tracks.js';
import { ReadYourWrites } from '../projecting/read-your-writes.js';
import { type Query, ReadModels } from '../ports/read-models.js';

/** A line with the catalogue data of its track. An unregistered track has its id as title. */
export type ExportedLine = Pick<
  TrackLine,
  'trackId' | 'plays' | 'creditPpm' | 'amount' | 'splits' | 'penalty'
> & {
  readonly title: string;
  readonly artist: string;
  readonly isrc: string | undefined;
  readonly durationMs: number | null;
};

/** Lines in memory at once. */
const PAGE = 500;

/** Reads all lines of a statement, page by page, for files. */
@Injectable()
export class StatementExport {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  /**
   * The lines of one statement in order of track; of a restatement, the differences. With a payee, only the payee's
   * part of each line.
   */
  async *lines(statement: Statement, payee?: string): AsyncGenerator<readonly ExportedLine[]> {
    await this.readYourWrites.reached(statementLines, BigInt(statement.position));
    const { periodId, number } = statement;
    for await (const page of this.pages({ where: { periodId, number }, sort: { by: ['trackId'] } }))
      yield this.described(ownOf(page, payee));
  }

  /**
   * The lines of the period up to and including this statement, added up; lines that add up to nothing are left out.
   */
  async *standing(statement: Statement, payee?: string): AsyncGenerator<readonly ExportedLine[]> {
    await this.readYourWrites.reached(statementLines, BigInt(statement.position));
    const { periodId, number } = statement;
    const where = { periodId, number: { lte: number } };
    let last: TrackLine | undefined;
    for await (const page of this.pages({ where, sort: { by: ['trackId', 'number'] } })) {
      const complete: TrackLine[] = [];
      for (const line of page) {
        if (last?.trackId === line.trackId) last = sumOf(last, line);
        else {
          if (last) complete.push(last);
          last = line;
        }
      }
      yield this.described(ownOf(complete.filter(isSomething), payee));
    }
    if (last) yield this.described(ownOf([last].filter(isSomething), payee));
  }

  private async *pages(query: Omit<Query, 'limit'>): AsyncGenerator<readonly TrackLine[]> {
    const pages = allPages<TrackLine>(this.models, statementLines, { ...query, limit: PAGE });
    for await (const { documents } of pages) yield documents;
  }

  private described(lines: readonly TrackLine[]): Promise<readonly ExportedLine[]> {
    return Promise.all(
      lines.map(async ({ trackId, plays, creditPpm, amount, splits, penalty }) => {
        const track = await this.models.get<TrackPage>(tracks, trackId);
        const artist = track && (await this.models.get<ArtistPage>(artists, track.artistId));
        return {
          trackId,
          plays,
          creditPpm,
          amount,
          splits,
          ...(penalty && { penalty }),
          title: track?.title ?? trackId,
          artist: artist?.name ?? track?.artistId ?? 'unknown',
          isrc: track?.isrc,
          durationMs: track?.durationMs ?? null,
        };
      }),
    );
  }
}

/** The part of one payee in each line; lines without a part are left out. */
const ownOf = (lines: readonly TrackLine[], payee: string | undefined): readonly TrackLine[] => {
  if (payee === undefined) return lines;
  const own = (booked: TrackLine['splits']) => booked.filter(({ account }) => account === `payee:${payee}`);
  return lines.flatMap(({ penalty, ...line }) => {
    const [splits, charges] = [own(line.splits), own(penalty?.charges ?? [])];
    if (splits.length === 0 && charges.length === 0) return [];
    return [{ ...line, splits, ...(penalty && { penalty: { ...penalty, charges } }) }];
  });
};

const isSomething = ({ plays, creditPpm, amount, splits }: TrackLine): boolean =>
  plays !== 0 || creditPpm !== 0 || amount !== '0' || splits.length > 0;

const sumOf = (a: TrackLine, b: TrackLine): TrackLine => {
  const artificial = (a.penalty?.artificial ?? 0) + (b.penalty?.artificial ?? 0);
  const belowEligibility = (a.belowEligibility ?? 0) + (b.belowEligibility ?? 0);
  const { penalty: _before, belowEligibility: _then, ...line } = a;
  return {
    ...line,
    plays: a.plays + b.plays,
    creditPpm: a.creditPpm + b.creditPpm,
    amount: addMicros(a.amount, b.amount),
    splits: added(a.splits, b.splits),
    ...(artificial !== 0 && {
      penalty: { artificial, charges: added(a.penalty?.charges ?? [], b.penalty?.charges ?? []) },
    }),
    ...(belowEligibility !== 0 && { belowEligibility }),
  };
};

const added = (a: TrackLine['splits'], b: TrackLine['splits']): TrackLine['splits'] => {
  const sums = new Map<string, Micros>();
  for (const { account, amount } of [...a, ...b])
    sums.set(account, addMicros(sums.get(account) ?? '0', amount));
  return Array.from(sums, ([account, amount]) => ({ account, amount }))
    .filter(({ amount }) => amount !== '0')
    .sort((x, y) => (x.account < y.account ? -1 : 1));
};
