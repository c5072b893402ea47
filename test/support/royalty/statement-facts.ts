import type { RecordedLine } from '../../../src/domain/royalty/statements/ledger-events.js';
import type { SettlementSummary } from '../../../src/domain/royalty/periods/period-events.js';
import type { Placed } from '../specs/projection-spec.js';

export const PERIOD = 'premium.DE.2026-10';

export const summary = (over: Partial<SettlementSummary> = {}): SettlementSummary => ({
  fence: '42',
  rulesetHash: 'a'.repeat(64),
  codeVersion: 'settlement-1',
  currency: 'EUR',
  pool: '100',
  counted: 3,
  rejected: { BELOW_THRESHOLD: 2 },
  held: 1,
  tracks: 2,
  inputRoot: 'b'.repeat(64),
  countedRoot: 'c'.repeat(64),
  rejectedRoot: 'd'.repeat(64),
  linesRoot: 'e'.repeat(64),
  payable: '60',
  disputed: '10',
  unmatched: '0',
  heldAmount: '30',
  suspense: '0',
  platform: '0',
  at: 1_800_000_000_000,
  ...over,
});

/** An event of the period. */
export const ofPeriod = (type: string, data: object, period = PERIOD): Placed => ({
  stream: `period-${period}`,
  type,
  data,
});

export const closeBegun = ofPeriod('PeriodCloseBegun', {
  fence: '42',
  rulesetHash: 'a'.repeat(64),
  at: 1_800_000_000_000,
});

export const line = (
  trackId: string,
  splits: Readonly<Record<string, string>>,
  { plays = 1, amount }: { readonly plays?: number; readonly amount?: string } = {},
): RecordedLine => ({
  trackId,
  plays,
  creditPpm: plays * 1_000_000,
  amount: amount ?? String(Object.values(splits).reduce((sum, part) => sum + BigInt(part), 0n)),
  splits: Object.entries(splits).map(([account, part]) => ({ account, amount: part })),
});

export const lines = (
  number: number,
  recorded: readonly RecordedLine[],
  { seq = 0, period = PERIOD }: { readonly seq?: number; readonly period?: string } = {},
): Placed => ({
  stream: `statement-${period}.${number}`,
  type: 'StatementLinesRecorded',
  data: { seq, lines: recorded },
});

export const journal = (
  number: number,
  postings: Readonly<Record<string, string>>,
  { currency = 'EUR', period = PERIOD }: { readonly currency?: string; readonly period?: string } = {},
): Placed => ({
  stream: `journal-${period}.${number}`,
  type: 'JournalPosted',
  data: {
    journalId: `${period}.${number}`,
    seq: 0,
    reason: number === 0 ? 'SETTLEMENT' : 'RESTATEMENT',
    currency,
    lines: Object.entries(postings).map(([account, amount]) => ({ account, amount })),
    reverses: null,
    at: 1_800_000_000_000,
  },
});
