/** Kinds of cell content. `cells.ts` has the check and fault code of each. */
export type CellKind =
  | 'text'
  | 'integer'
  | 'streams'
  | 'streamCredits'
  | 'decimal'
  | 'boolean'
  | 'date'
  | 'dateTime'
  | 'duration'
  | 'dpid'
  | 'party'
  | 'isrc'
  | 'iswc'
  | 'icpn'
  | 'currency'
  | 'territory'
  | 'commercialModel'
  | 'useType'
  | 'rights'
  | 'resourceType';

/** One column of a record. */
export type Cell = {
  readonly name: string;
  readonly kind: CellKind;
  readonly mandatory: boolean;
  /** May contain several values, separated by `|`. */
  readonly repeated: boolean;
};

/** Parses the cells of a record in order: `Name!` is mandatory, `Name*` repeated, `Name:kind` has a kind. */
const cells = (spec: string): readonly Cell[] =>
  spec
    .trim()
    .split(/\s+/)
    .map((word) => {
      const [, name = '', marks = '', kind = 'text'] = /^(\w+)([!*]*)(?::(\w+))?$/.exec(word) ?? [];
      return {
        name,
        kind: kind as CellKind,
        mandatory: marks.includes('!'),
        repeated: marks.includes('*'),
      };
    });

const SALES_CONTEXT = `
  RecordType! SummaryRecordId! DistributionChannel DistributionChannelDPID:dpid CommercialModel!:commercialModel
  UseType!:useType Territory!:territory`;

const WORK_PARTIES = `
  ComposerAuthor* ComposerAuthorPartyId*:party Arranger* ArrangerPartyId*:party MusicPublisher*
  MusicPublisherPartyId*:party WorkContributor* WorkContributorPartyId*:party`;

const RESOURCE = `
  RecordType! BlockId! ResourceReference! DspResourceId! ISRC*:isrc Title! SubTitle DisplayArtistName!
  DisplayArtistPartyId:party Duration:duration ResourceType!:resourceType ISWC:iswc ${WORK_PARTIES}`;

/**
 * The supported records, with their cells in the order of the DDEX profiles: Basic Audio 1.2 (DSR part 3)
 * and Royalty Reporting 1.0.1 (part 6). A record's name includes its version where the profile's does.
 */
export const RECORDS: Readonly<Record<string, readonly Cell[]>> = {
  HEAD: cells(`
    RecordType! MessageVersion! Profile! ProfileVersion! MessageId! MessageCreatedDateTime!:dateTime
    FileNumber!:integer NumberOfFiles!:integer UsageStartDate!:date UsageEndDate!:date SenderPartyId!:dpid SenderName!
    ServiceDescription RecipientPartyId:dpid RecipientName RepresentedRepertoire*`),
  'SY02.02': cells(`${SALES_CONTEXT}
    ServiceDescription! Usages!:integer Users:integer CurrencyOfReporting!:currency NetRevenue!:decimal RightsController
    RightsControllerPartyId:party AllocatedUsages*:decimal AllocatedRevenue*:decimal AllocatedNetRevenue:decimal
    RightsType:rights ContentCategory! CurrencyOfTransaction:currency ExchangeRate:decimal RightsTypePercentage:decimal`),
  /** Minimums per subscriber. */
  'SY04.01': cells(`${SALES_CONTEXT}
    ServiceDescription! SubscriberType! Subscribers!:decimal SubPeriodStartDate:date SubPeriodEndDate:date
    UsagesInSubPeriod:integer UsagesInReportingPeriod:integer CurrencyOfReporting!:currency
    CurrencyOfTransaction:currency ExchangeRate:decimal ConsumerPaidUnitPrice!:decimal NetRevenue!:decimal
    MusicUsagePercentage!:decimal`),
  /** The share of one licensor. */
  'SY05.02': cells(`${SALES_CONTEXT}
    ServiceDescription RightsController RightsControllerPartyId:party RightsType!:rights TotalUsages:integer
    AllocatedUsages*:decimal MusicUsageRatio:decimal AllocatedNetRevenue*:decimal AllocatedRevenue:decimal
    RightsControllerMarketShare:decimal CurrencyOfReporting:currency CurrencyOfTransaction:currency
    ExchangeRate:decimal ContentCategory! RightsTypePercentage:decimal`),
  /** Royalties of one licensor. */
  SY07: cells(`
    RecordType! SummaryRecordId! DistributionChannel DistributionChannelDPID:dpid CommercialModel:commercialModel
    UseType:useType Territory!:territory RightsType!:rights ServiceDescription Usages!:integer Users:integer
    Currency!:currency NetRevenue:decimal RightsController RightsControllerPartyId:party AllocatedUsages*:decimal
    AllocatedRevenue!:decimal AllocatedNetRevenue!:decimal`),
  RE01: cells(`
    RecordType! BlockId! ReleaseReference! DspReleaseId! ProprietaryReleaseId*:party CatalogNumber ICPN:icpn
    DisplayArtistName! DisplayArtistPartyId:party Title! SubTitle ReleaseType Label PLine DataProvider`),
  'AS02.01': cells(RESOURCE),
  'AS02.02': cells(`${RESOURCE} ProprietaryWorkId*:party IsMasterRecording:boolean`),
  SU02: cells(`
    RecordType! BlockId! SummaryRecordId! SalesTransactionId! TransactedRelease TransactedResource
    IsRoyaltyBearing:boolean NumberOfStreams!:streams PriceConsumerPaidExcSalesTax:decimal PromotionalActivity`),
  'SU03.01': cells(`
    RecordType! BlockId! SalesTransactionId! SummaryRecordId DspReleaseId! Usages:integer NetRevenue!:decimal
    ValidityPeriodStart:date ValidityPeriodEnd:date`),
  /** All data of one recording on one line. The only record with decimal streams, for fractional credits. */
  SR02: cells(`
    RecordType! SummaryRecordId! DspResourceId! ISRC:isrc ResourceTitle! ResourceSubTitle ResourceDisplayArtistName!
    ResourceDisplayArtistPartyId:party Duration:duration ResourceType!:resourceType ProprietaryWorkId:party ISWC:iswc
    ${WORK_PARTIES} DspReleaseId ProprietaryReleaseId*:party ReleaseCatalogNumber ICPN:icpn ReleaseDisplayArtistName!
    ReleaseDisplayArtistPartyId:party ReleaseTitle! ReleaseSubTitle ReleaseType ReleaseLabel PLine ReleaseDataProvider
    SalesTransactionId! IsRoyaltyBearing!:boolean NumberOfStreams!:streamCredits PromotionalActivity`),
  LI01: cells(`
    RecordType! BlockId! SummaryRecordId RightsController! RightsControllerPartyId:party RightsControllerWorkId
    RightSharePercentage!:decimal RightsType:rights AllocatedNetRevenue!:decimal AllocatedAmount!:decimal`),
  FOOT: cells(`
    RecordType! NumberOfLinesInFile!:integer NumberOfLinesInReport:integer NumberOfSummaryRecords!:integer
    NumberOfBlocksInFile!:integer NumberOfBlocksInReport:integer`),
  /** The footer of the single-record variant. */
  SRFO: cells('RecordType! NumberOfLinesInReport!:integer NumberOfSummaryRecords!:integer'),
};
