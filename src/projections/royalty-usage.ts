import type { PlayStopped } from '../domain/playback/events.js';
import { DEFAULT_COUNTING, thresholdCreditPpm } from '../domain/royalty/counting.js';
import { type Month, monthOf } from '../domain/shared/calendar.js';
import { listenedMs } from '../domain/shared/segments.js';
import type { Projection } from './projection.js';
import { addMs } from './totals.js';

/** What one listener's plays of one track in one period are worth. */
export type UsageLine = TrackUsageLine & { readonly listenerId: string };

/** What all plays of one track in one period are worth. */
export type TrackUsageLine = Usage & {
  /** UTC month in which the plays started. */
  readonly month: Month;
  readonly trackId: string;
  readonly territory: string;
  readonly offering: string;
};

type Usage = {
  /** All plays that are over, counted or not. */
  readonly plays: number;
  /** Sum of the plays' credits (R2) in ppm. Below 2^53 as long as a line has fewer than 9,007,199,254 plays. */
  readonly creditPpm: number;
  /** Sum of what R1 lets count. Decimal string of milliseconds. */
  readonly listenedMs: string;
};

/** What the keys of a listener's lines of a month begin with. */
export const usagePrefixOf = (month: Month, listenerId: string): string => `${month}|${listenerId}|`;

/** One document for each line `month|listener|track|territory|offering`, from the plays' own facts alone. */
export const royaltyUsage: Projection<PlayStopped, UsageLine> = {
  name: 'royalty-usage',
  version: 2,
  kind: 'money',
  handles: ['PlayStopped'],
  fields: { territory: 'text', offering: 'text' },
  indexes: [],
  keysOf: ({ data }) => [
    `${usagePrefixOf(monthOf(data.startedAt), data.listenerId)}${data.trackId}|${data.territory}|${data.offering}`,
  ],
  apply: (document, { data }) => ({
    put: {
      month: monthOf(data.startedAt),
      trackId: data.trackId,
      territory: data.territory,
      offering: data.offering,
      listenerId: data.listenerId,
      ...usageWith(document, data),
    },
  }),
};

/** One document for each line `month|track|territory|offering`: the sum over the listeners of `royaltyUsage`. */
export const royaltyUsageByTrack: Projection<PlayStopped, TrackUsageLine> = {
  name: 'royalty-usage-by-track',
  version: 1,
  kind: 'money',
  handles: ['PlayStopped'],
  fields: { month: 'text', trackId: 'text', territory: 'text', offering: 'text', creditPpm: 'integer' },
  // Offerings are few: a query that names one passes over the others' lines.
  indexes: [
    ['month', 'creditPpm'],
    ['month', 'territory', 'creditPpm'],
  ],
  keysOf: ({ data }) => [lineOf(data)],
  apply: (document, { data }) => ({
    put: {
      month: monthOf(data.startedAt),
      trackId: data.trackId,
      territory: data.territory,
      offering: data.offering,
      ...usageWith(document, data),
    },
  }),
};

/** Ids, months, territories and offerings hold no `|`, so that different lines have different keys. */
const lineOf = (play: PlayStopped['data']): string =>
  `${monthOf(play.startedAt)}|${play.trackId}|${play.territory}|${play.offering}`;

const usageWith = (usage: Usage | undefined, play: PlayStopped['data']): Usage => ({
  plays: (usage?.plays ?? 0) + 1,
  creditPpm: (usage?.creditPpm ?? 0) + thresholdCreditPpm(DEFAULT_COUNTING, play, play.durationMs),
  listenedMs: addMs(usage?.listenedMs ?? '0', listenedMs(play, DEFAULT_COUNTING.measure)),
});
