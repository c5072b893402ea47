import type { ExportedLine } from '../../../application/royalty/statement-export.js';
import {
  BASIC_AUDIO_SINGLE_RECORD,
  type Profile,
  ROYALTY_REPORTING,
} from '../../../domain/royalty/dsr/profiles.js';
import { WORLDWIDE } from '../../../domain/royalty/dsr/values.js';
import {
  type DsrHeader,
  type DsrRecord,
  durationOf,
  footLine,
  headLines,
  recordLine,
  streamsCell,
  type Values,
} from '../../../domain/royalty/dsr/writer.js';
import type { SettlementSummary } from '../../../domain/royalty/periods/period-events.js';
import { UNKNOWN_TERRITORY } from '../../../domain/shared/territory.js';
import type { Statement } from '../../../projections/royalty/statements.js';
import { decimalOf } from '../../../domain/shared/money.js';

/** A final statement. */
type Settled = Statement & { readonly summary: SettlementSummary };

/** One payee's part of a period, for a file about that payee only. `amount` in micro-units. */
export type OwnPart = { readonly payee: string; readonly plays: number; readonly amount: bigint };

/** Writes a statement under a profile. */
type Form = {
  readonly profile: Profile;
  readonly summary: (statement: Settled, own?: OwnPart) => DsrRecord;
  /** The records of one line; none if the profile leaves the line out. */
  readonly block: (statement: Settled, line: ExportedLine, blockId: number) => readonly DsrRecord[];
};

const SUMMARY_ID = 1;
// The contract, not the catalogue, defines how a stream was sold or offered.
const SALES = { CommercialModel: 'AsPerContract', UseType: 'AsPerContract' };
const RESOURCE_TYPE = 'MusicalWorkSoundRecording';

/** Yields the text of the file: the totals of the period up to and including `statement`. */
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
  territory === UNKNOWN_TERRITORY ? WORLDWIDE : territory;

const playsOf = ({ counted, held }: SettlementSummary): number => counted + held;

/** Usage, one record for each recording, with fractional streams (edge case 59). */
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
        // The catalogue has no releases yet: each track is reported as its own release.
        ReleaseDisplayArtistName: artist,
        ReleaseTitle: title,
        SalesTransactionId: transactionOf(periodId, trackId),
        IsRoyaltyBearing: creditPpm > 0,
        NumberOfStreams: streamsCell(BigInt(creditPpm)),
      },
    ],
  ],
};

/** Royalties by account. Leaves out lines without money. */
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
        // Only the mechanical right has steps in the statement (37 CFR 385.21(d)); other models pay for recordings.
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

/** The form for the part of one payee: that of `RoyaltyReportingProfile`. */
export const OWN_FORM: Form = royalties;

/** The forms by the name of their profile. */
export const DSR_FORMS = {
  BasicAudioProfileSRB: usage,
  RoyaltyReportingProfile: royalties,
} as const satisfies Readonly<Record<string, Form>>;

/** The same id in each delivery, since corrections refer to it (DSR part 1). */
const transactionOf = (periodId: string, trackId: string): string => `${periodId}.${trackId}`;

const durationIn = (durationMs: number | null): Values =>
  durationMs === null ? {} : { Duration: durationOf(durationMs) };

/** Truncated to six decimal places: the error is below a millionth of a percent for each account. */
const percentOf = (part: bigint, whole: bigint): string =>
  decimalOf(whole === 0n ? 0n : (part * 100_000_000n) / whole);
