import type { ExportedLine } from '../../../application/royalty/statement-export.js';
import {
  BASIC_AUDIO_SINGLE_RECORD,
  type Profile,
  ROYALTY_REPORTING,
} from '../../../domain/royalty/dsr/profiles.js';
import { WORLD } from '../../../domain/royalty/dsr/values.js';
import {
  type DsrHeader,
  type DsrRecord,
  durationOf,
  footLine,
  headLines,
  recordLine,
  streamsOf,
  type Values,
} from '../../../domain/royalty/dsr/writer.js';
import type { SettlementSummary } from '../../../domain/royalty/periods/period-events.js';
import { UNKNOWN_TERRITORY } from '../../../domain/shared/territory.js';
import type { Statement } from '../../../projections/royalty/statements.js';
import { decimalOf } from '../../../domain/shared/money.js';

/** A final statement. */
type Settled = Statement & { readonly summary: SettlementSummary };

/** One payee's part of a period, where a file is about that alone. Micro-units. */
export type OwnPart = { readonly payee: string; readonly plays: number; readonly amount: bigint };

/** How a statement is written under a profile. */
type Form = {
  readonly profile: Profile;
  readonly summary: (statement: Settled, own?: OwnPart) => DsrRecord;
  /** The records of one line; none where the profile has no place for it. */
  readonly block: (statement: Settled, line: ExportedLine, blockId: number) => readonly DsrRecord[];
};

const SUMMARY_ID = 1;
// The catalogue does not say how a stream was sold or offered: the contract does.
const SALES = { CommercialModel: 'AsPerContract', UseType: 'AsPerContract' };
const RESOURCE_TYPE = 'MusicalWorkSoundRecording';

/** The file, piece by piece: what the period comes to with this statement. */
export async function* statementDsr(
  { profile, summary, block }: Form,
  header: DsrHeader,
  statement: Settled,
  pages: AsyncIterable<readonly ExportedLine[]>,
  own?: OwnPart,
): AsyncGenerator<string> {
  const head = headLines(profile, header, [summary(statement, own)]);
  const counts = { lines: head.length, summaries: 1, blocks: 0 };
  yield textOf(head);
  for await (const page of pages) {
    const lines: string[] = [];
    for (const line of page) {
      const records = block(statement, line, counts.blocks + 1);
      if (records.length === 0) continue;
      counts.blocks += 1;
      for (const [record, values] of records) lines.push(recordLine(record, values));
    }
    counts.lines += lines.length;
    if (lines.length > 0) yield textOf(lines);
  }
  yield textOf([footLine(profile, counts)]);
}

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

export const territoryOf = ({ territory }: Statement): string =>
  territory === UNKNOWN_TERRITORY ? WORLD : territory;

const playsOf = ({ counted, held }: SettlementSummary): number => counted + held;

/** What was used, one recording a line, with fractional streams (edge case 59). */
const usage: Form = {
  profile: BASIC_AUDIO_SINGLE_RECORD,
  summary: (statement) => [
    'SY02.02',
    {
      SummaryRecordId: SUMMARY_ID,
      ...SALES,
      Territory: territoryOf(statement),
      ServiceDescription: statement.offering,
      Usages: playsOf(statement.summary),
      CurrencyOfReporting: statement.summary.currency,
      NetRevenue: decimalOf(statement.summary.pool),
      ContentCategory: 'Music',
    },
  ],
  block: ({ periodId }, { trackId, isrc, title, artist, durationMs, creditPpm }) => [
    [
      'SR02',
      {
        SummaryRecordId: SUMMARY_ID,
        DspResourceId: trackId,
        ISRC: isrc,
        ResourceTitle: title,
        ResourceDisplayArtistName: artist,
        ...durationIn(durationMs),
        ResourceType: RESOURCE_TYPE,
        // The catalogue has no releases yet: each track stands as its own.
        ReleaseDisplayArtistName: artist,
        ReleaseTitle: title,
        SalesTransactionId: transactionOf(periodId, trackId),
        IsRoyaltyBearing: creditPpm > 0,
        NumberOfStreams: streamsOf(BigInt(creditPpm)),
      },
    ],
  ],
};

/** What came out, by account. A line without money has no place in it. */
const royalties: Form = {
  profile: ROYALTY_REPORTING,
  summary: (statement, own) => {
    const { summary } = statement;
    const allocated = decimalOf(own ? own.amount : BigInt(summary.pool) - BigInt(summary.suspense));
    return [
      'SY07',
      {
        SummaryRecordId: SUMMARY_ID,
        ...SALES,
        Territory: territoryOf(statement),
        // The works' right has its steps in the statement (385.21(d)); every other model pays for recordings.
        RightsType: summary.steps ? 'MechanicalRight' : 'MakeAvailableRight',
        ServiceDescription: statement.offering,
        Usages: own ? own.plays : playsOf(summary),
        Currency: summary.currency,
        ...(own ? { RightsController: own.payee } : { NetRevenue: decimalOf(summary.pool) }),
        AllocatedRevenue: allocated,
        AllocatedNetRevenue: allocated,
      },
    ];
  },
  block: ({ periodId }, line, blockId) => {
    const { trackId, isrc, title, artist, durationMs, plays, amount, splits } = line;
    if (splits.length === 0) return [];
    const own: Values = { BlockId: blockId };
    return [
      [
        'AS02.01',
        {
          ...own,
          ResourceReference: 'RS1',
          DspResourceId: trackId,
          ISRC: isrc,
          Title: title,
          DisplayArtistName: artist,
          ...durationIn(durationMs),
          ResourceType: RESOURCE_TYPE,
        },
      ],
      [
        'SU03.01',
        {
          ...own,
          SalesTransactionId: transactionOf(periodId, trackId),
          SummaryRecordId: SUMMARY_ID,
          DspReleaseId: trackId,
          Usages: plays,
          NetRevenue: decimalOf(amount),
        },
      ],
      ...splits.map(({ account, amount: part }): DsrRecord => {
        const money = decimalOf(part);
        return [
          'LI01',
          {
            ...own,
            SummaryRecordId: SUMMARY_ID,
            RightsController: account.startsWith('payee:') ? account.slice('payee:'.length) : account,
            RightSharePercentage: percentOf(BigInt(part), BigInt(amount)),
            AllocatedNetRevenue: money,
            AllocatedAmount: money,
          },
        ];
      }),
    ];
  },
};

/** What one payee was given: the form of `RoyaltyReportingProfile`. */
export const OWN_FORM: Form = royalties;

/** By the name of the profile. */
export const DSR_FORMS = {
  BasicAudioProfileSRB: usage,
  RoyaltyReportingProfile: royalties,
} as const satisfies Readonly<Record<string, Form>>;

/** The same in each delivery: corrections name it again (DSR part 1). */
const transactionOf = (periodId: string, trackId: string): string => `${periodId}.${trackId}`;

const durationIn = (durationMs: number | null): Values =>
  durationMs === null ? {} : { Duration: durationOf(durationMs) };

/** Six decimals, cut off: what is missing to the whole is below a millionth of a percent for each account. */
const percentOf = (part: bigint, whole: bigint): string =>
  decimalOf(whole === 0n ? 0n : (part * 100_000_000n) / whole);
