import { BASIC_AUDIO } from '../../domain/royalty/dsr/profiles.js';
import {
  type CellValue,
  type DsrHeader,
  type DsrRecord,
  dsrLines,
  type Values,
} from '../../domain/royalty/dsr/writer.js';

// The product exports other profiles than the one that vectors use. Records, cells, counts and escapes come from the same
// writer: this file only maps the field names of vectors to the cells of the profile.

/** Usage of one recording, with the release it belongs to. */
export type UsageBlock = {
  readonly release?:
    | {
        readonly id: string;
        readonly icpn?: string | undefined;
        readonly artist: string;
        readonly title: string;
        readonly type?: string | undefined;
        readonly label?: string | undefined;
      }
    | undefined;
  readonly resource: {
    readonly id: string;
    readonly isrc?: string | undefined;
    readonly title: string;
    readonly artist: string;
    /** ISO 8601, `PT0H3M20S`. */
    readonly duration?: string | undefined;
    readonly type: string;
    readonly iswc?: string | undefined;
    readonly composers?: readonly string[] | undefined;
    readonly master?: boolean | undefined;
  };
  readonly usage: {
    readonly transactionId: string;
    /** Whole streams; only the single-record variant allows fractions. */
    readonly streams: CellValue;
    readonly royaltyBearing?: boolean | undefined;
  };
};

/** One sales context, record SY02.02. Money as decimals of the major unit. */
export type UsageSummary = {
  readonly commercialModel: string;
  readonly useType: string;
  readonly territory: string;
  readonly usages: CellValue;
  readonly users?: CellValue;
  readonly currency: string;
  readonly netRevenue: string;
  readonly rightsController?: string | undefined;
  readonly rightsControllerPartyId?: string | undefined;
  readonly allocatedUsages?: CellValue;
  readonly allocatedRevenue?: string | undefined;
  readonly allocatedNetRevenue?: string | undefined;
  readonly rightsType?: string | undefined;
  readonly contentCategory: string;
};

/** A Basic Audio 1.2 report of one sales context, line by line. */
export const basicAudioReport = (
  header: DsrHeader,
  summary: UsageSummary,
  blocks: readonly UsageBlock[],
): readonly string[] =>
  dsrLines(
    BASIC_AUDIO,
    header,
    [['SY02.02', summaryValues(header, summary)]],
    blocks.map((block, i) => blockRecords(block, i + 1)),
  );

const SUMMARY_ID = 1;
// References inside a block, as the profile's examples write them: the first release, the first resource.
const RELEASE = 'RL1';
const RESOURCE = 'RS1';

const summaryValues = ({ service }: DsrHeader, summary: UsageSummary): Values => ({
  SummaryRecordId: SUMMARY_ID,
  CommercialModel: summary.commercialModel,
  UseType: summary.useType,
  Territory: summary.territory,
  ServiceDescription: service,
  Usages: summary.usages,
  Users: summary.users,
  CurrencyOfReporting: summary.currency,
  NetRevenue: summary.netRevenue,
  RightsController: summary.rightsController,
  RightsControllerPartyId: summary.rightsControllerPartyId,
  AllocatedUsages: summary.allocatedUsages,
  AllocatedRevenue: summary.allocatedRevenue,
  AllocatedNetRevenue: summary.allocatedNetRevenue,
  RightsType: summary.rightsType,
  ContentCategory: summary.contentCategory,
});

const blockRecords = ({ release, resource, usage }: UsageBlock, blockId: number): readonly DsrRecord[] => {
  const head: DsrRecord[] = release
    ? [
        [
          'RE01',
          {
            BlockId: blockId,
            ReleaseReference: RELEASE,
            DspReleaseId: release.id,
            ICPN: release.icpn,
            DisplayArtistName: release.artist,
            Title: release.title,
            ReleaseType: release.type,
            Label: release.label,
          },
        ],
      ]
    : [];
  return [
    ...head,
    [
      'AS02.02',
      {
        BlockId: blockId,
        ResourceReference: RESOURCE,
        DspResourceId: resource.id,
        ISRC: resource.isrc,
        Title: resource.title,
        DisplayArtistName: resource.artist,
        Duration: resource.duration,
        ResourceType: resource.type,
        ISWC: resource.iswc,
        ComposerAuthor: resource.composers,
        IsMasterRecording: resource.master,
      },
    ],
    [
      'SU02',
      {
        BlockId: blockId,
        SummaryRecordId: SUMMARY_ID,
        SalesTransactionId: usage.transactionId,
        TransactedResource: RESOURCE,
        IsRoyaltyBearing: usage.royaltyBearing,
        NumberOfStreams: usage.streams,
      },
    ],
  ];
};
