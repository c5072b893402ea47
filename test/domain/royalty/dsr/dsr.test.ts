import { describe, expect, test } from '@jest/globals';
import { dsrPeriod } from '../../../../src/domain/royalty/dsr/file-name.js';
import {
  BASIC_AUDIO,
  BASIC_AUDIO_SINGLE_RECORD,
  ROYALTY_REPORTING,
} from '../../../../src/domain/royalty/dsr/profiles.js';
import { checkReport } from '../../../../src/domain/royalty/dsr/validator.js';
import {
  type DsrHeader,
  type DsrRecord,
  durationOf,
  recordLine,
  dsrLines,
  streamsCell,
} from '../../../../src/domain/royalty/dsr/writer.js';
import { decimalOf } from '../../../../src/domain/shared/money.js';

const header: DsrHeader = {
  messageId: 'M1',
  created: '2026-02-10T09:00:00Z',
  usageStart: '2026-01-01',
  usageEnd: '2026-01-31',
  sender: ['PADPIDA2014111801Y', 'Service'],
  recipient: ['PADPIDA2013020802I', 'Licensor'],
  service: 'Premium',
};
const context = {
  SummaryRecordId: 1,
  CommercialModel: 'SubscriptionModel',
  UseType: 'OnDemandStream',
  Territory: 'US',
};
const usageSummary: DsrRecord = [
  'SY02.02',
  {
    ...context,
    ServiceDescription: 'Premium',
    Usages: 2,
    CurrencyOfReporting: 'USD',
    NetRevenue: '1',
    ContentCategory: 'Music',
  },
];
const codes = (lines: readonly string[]) => checkReport(lines).map(({ code }) => code);

describe('a report', () => {
  test('without any usage is a header, a summary and a footer', () => {
    const lines = dsrLines(BASIC_AUDIO, header, [usageSummary], []);
    expect(lines.map((line) => line.split('\t')[0])).toEqual(['HEAD', 'SY02.02', 'FOOT']);
    expect(codes(lines)).toEqual([]);
  });

  test('shows minima per subscriber and the part of one licensor', () => {
    const minima: DsrRecord = [
      'SY04.01',
      {
        ...context,
        ServiceDescription: 'Premium',
        SubscriberType: 'Family',
        Subscribers: '1.75',
        CurrencyOfReporting: 'USD',
        ConsumerPaidUnitPrice: '16.99',
        NetRevenue: '100',
        MusicUsagePercentage: 100,
      },
    ];
    const licensor: DsrRecord = [
      'SY05.02',
      { ...context, RightsType: 'MechanicalRight', AllocatedUsages: '1.5', ContentCategory: 'Music' },
    ];
    expect(codes(dsrLines(BASIC_AUDIO, header, [minima, licensor], []))).toEqual([]);
  });

  test('allows fractional credits only on single records', () => {
    const single = (streams: string): DsrRecord => [
      'SR02',
      {
        SummaryRecordId: 1,
        DspResourceId: 't1',
        ResourceTitle: 'Song',
        ResourceDisplayArtistName: 'Artist',
        ResourceType: 'SoundRecording',
        ReleaseDisplayArtistName: 'Artist',
        ReleaseTitle: 'Album',
        SalesTransactionId: 'x1',
        IsRoyaltyBearing: true,
        NumberOfStreams: streams,
      },
    ];
    const report = (streams: string) =>
      codes(dsrLines(BASIC_AUDIO_SINGLE_RECORD, header, [usageSummary], [[single(streams)]]));
    expect(report(streamsCell(600_500_000n))).toEqual([]);
    expect(report('half')).toEqual(['NOT_DECIMAL']);
    expect(report('')).toEqual(['STREAMS_MISSING']);
  });

  test('contains the royalties of every right holder of a block', () => {
    const summary: DsrRecord = [
      'SY07',
      {
        SummaryRecordId: 1,
        Territory: 'US',
        RightsType: 'MechanicalRight',
        Usages: 2,
        Currency: 'USD',
        AllocatedRevenue: decimalOf(1_000_001n),
        AllocatedNetRevenue: '1',
      },
    ];
    const licensor = (name: string, share: string): DsrRecord => [
      'LI01',
      {
        BlockId: 1,
        RightsController: name,
        RightSharePercentage: share,
        AllocatedNetRevenue: '0.5',
        AllocatedAmount: '-0.5',
      },
    ];
    const block: readonly DsrRecord[] = [
      [
        'AS02.01',
        {
          BlockId: 1,
          ResourceReference: 'RS1',
          DspResourceId: 't',
          Title: 'S',
          DisplayArtistName: 'A',
          ResourceType: 'SoundRecording',
        },
      ],
      [
        'SU03.01',
        { BlockId: 1, SalesTransactionId: 'x', SummaryRecordId: 1, DspReleaseId: 'r', NetRevenue: '1' },
      ],
      licensor('a', '60'),
      licensor('b', '40'),
    ];
    expect(codes(dsrLines(ROYALTY_REPORTING, header, [summary], [block]))).toEqual([]);
    expect(codes(dsrLines(ROYALTY_REPORTING, header, [summary], [block.slice(0, 2)]))).toEqual([
      'BLOCK_STRUCTURE',
    ]);
  });

  test('counts comments and empty lines as lines of the file, and checks nothing in them', () => {
    const lines = dsrLines(BASIC_AUDIO, header, [usageSummary], []);
    expect(codes(lines.toSpliced(1, 0, '# a remark', ''))).toEqual(['LINE_COUNT', 'LINE_COUNT']);
  });

  test.each([
    ['nothing', [], 'HEAD_MISSING'],
    [
      'a profile of another year',
      [recordLine('HEAD', { Profile: 'BasicAudioProfile', ProfileVersion: '9' })],
      'PROFILE_UNKNOWN',
    ],
  ])('is rejected when it is %s', (_what, lines, code) => expect(codes(lines)).toEqual([code]));

  test('is rejected for a record unknown to the profile and for surplus cells', () => {
    const lines = dsrLines(BASIC_AUDIO, header, [usageSummary], []);
    expect(codes(lines.with(1, `${lines[1] ?? ''}\tmore`))).toEqual(['CELL_COUNT']);
    expect(codes(lines.toSpliced(1, 0, 'ZZ99'))).toContain('RECORD_UNKNOWN');
  });

  test('cannot be written with an unknown cell', () =>
    expect(() => recordLine('SU02', { NumberOfStream: 1 })).toThrow('NumberOfStream'));
});

describe('a period has the shortest of its names', () => {
  test.each([
    ['2026-01-01', '2026-12-31', '2026'],
    ['2026-04-01', '2026-06-30', '2026-Q2'],
    ['2028-02-01', '2028-02-29', '2028-02'],
    ['2026-02-01', '2026-04-30', '2026-02-01--2026-04-30'],
    ['2026-12-28', '2027-01-03', '2026-W53'],
    ['2025-12-29', '2026-01-04', '2026-W01'],
    ['2026-03-31', '2026-03-31', '2026-03-31'],
    ['2026-03-30', '2026-04-04', '2026-03-30--2026-04-04'],
  ])('%s to %s is %s', (start, end, name) => expect(dsrPeriod(start, end)).toBe(name));
});

describe('figures in cells', () => {
  test('show every micro-unit', () => {
    expect(decimalOf(-1n)).toBe('-0.000001');
    expect(decimalOf(12_345_678_000_001n)).toBe('12345678.000001');
    expect(streamsCell(2_000_000n)).toBe('2');
  });
  test('give durations to the millisecond', () => {
    expect(durationOf(200_000)).toBe('PT0H3M20S');
    expect(durationOf(3_661_005)).toBe('PT1H1M1.005S');
  });
});
