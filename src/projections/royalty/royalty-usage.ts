import type { PlayFacts, PlayReported, PlayStopped } from '../../domain/playback/events.js';
import { DEFAULT_COUNTING, thresholdCreditPpm } from '../../domain/royalty/rules/counting.js';
import { type Month, monthOf } from '../../domain/shared/calendar.js';
import { type Heard, listenedMs } from '../../domain/shared/listening/segments.js';
import type { Projection } from '../projection.js';
import { heardChange } from '../../domain/playback/heard-change.js';
import { addMs } from '../totals.js';

/** Usage of one track by one listener in one period. */
export type UsageLine = TrackUsageLine & { readonly listenerId: string };

/** Usage of one track in one period. */
export type TrackUsageLine = Usage & {
  /** UTC month in which the plays started. */
  readonly month: Month;
  readonly trackId: string;
  readonly territory: string;
  readonly offering: string;
};

type Usage = {
  /** All finished plays, counted or not. */
  readonly plays: number;
  /** Sum of the plays' credits (R2) in ppm. Below 2^53 as long as a line has fewer than 9,007,199,254 plays. */
  readonly creditPpm: number;
  /** Sum of listened time (R1), milliseconds as a decimal string. */
  readonly listenedMs: string;
};

/** Prefix of the keys of a listener's lines of a month. */
export const usagePrefixOf = (month: Month, listenerId: string): string => `${month}|${listenerId}|`;

/** One document for each line `month|listener|track|territory|offering`, from plays alone, without verdicts. */
export const royaltyUsage: Projection<PlayStopped | PlayReported, UsageLine> = {
  name: 'royalty-usage',
  version: 3,
  kind: 'money',
  handles: ['PlayStopped', 'PlayReported'],
  fields: { territory: 'text', offering: 'text' },
  indexes: [],
  keysOf: ({ data }) => [
    `${usagePrefixOf(monthOf(data.startedAt), data.listenerId)}${data.trackId}|${data.territory}|${data.offering}`,
  ],
  apply: (document, event) => ({
    put: { ...placeOf(event.data), listenerId: event.data.listenerId, ...usageWith(document, event) },
  }),
};

/** One document for each line `month|track|territory|offering`: the sum over the listeners of `royaltyUsage`. */
export const royaltyUsageByTrack: Projection<PlayStopped | PlayReported, TrackUsageLine> = {
  name: 'royalty-usage-by-track',
  version: 2,
  kind: 'money',
  handles: ['PlayStopped', 'PlayReported'],
  fields: { month: 'text', trackId: 'text', territory: 'text', offering: 'text', creditPpm: 'integer' },
  // There are few offerings: a query for one scans the lines of the others.
  indexes: [
    ['month', 'creditPpm'],
    ['month', 'territory', 'creditPpm'],
  ],
  keysOf: ({ data }) => [lineOf(data)],
  apply: (document, event) => ({ put: { ...placeOf(event.data), ...usageWith(document, event) } }),
};

const placeOf = ({ startedAt, trackId, territory, offering }: PlayFacts) => ({
  month: monthOf(startedAt),
  trackId,
  territory,
  offering,
});

/** Ids, months, territories and offerings contain no `|`, so keys are unique. */
const lineOf = (play: PlayFacts): string =>
  `${monthOf(play.startedAt)}|${play.trackId}|${play.territory}|${play.offering}`;

const usageWith = (usage: Usage | undefined, event: PlayStopped | PlayReported): Usage => {
  const { before, after } = heardChange(event);
  const credit = (heard: Heard) => thresholdCreditPpm(DEFAULT_COUNTING, heard, event.data.durationMs);
  const listened = (heard: Heard) => listenedMs(heard, DEFAULT_COUNTING.measure);
  return {
    plays: (usage?.plays ?? 0) + (event.type === 'PlayStopped' ? 1 : 0),
    creditPpm: (usage?.creditPpm ?? 0) + credit(after) - credit(before),
    listenedMs: addMs(usage?.listenedMs ?? '0', listened(after) - listened(before)),
  };
};
