import { compareBytes } from '../../shared/exact/byte-order.js';
import { countedPlays, type ExaminationScope } from './examination.js';
import { entryAt, type ShareTimeline } from '../counting/share-timeline.js';
import type { PeriodPlay } from '../counting/usage-rules.js';
import type { RunBefore } from '../rules/straight-runs.js';
import { hoursOfDay, isOwnContent, isRepeated, isSpedUp, leadingDigits } from '../rules/signals.js';
import { DAY_MS } from '../../shared/civil-date.js';

/** A hint for people. It never affects money. */
export type Signal = {
  readonly rule: 'F4' | 'F11' | 'F12' | 'MUTED';
  readonly listenerId: string;
  readonly trackId: string;
  /** Number of the period's plays concerned. */
  readonly plays: number;
};

export type Signals = {
  /** Most plays first, then by rule, listener and track. At most `SIGNALS_MAX`. */
  readonly signals: readonly Signal[];
  /** Number of all signals, including those beyond `SIGNALS_MAX`. */
  readonly total: number;
  /** F10: tracks by the first digit of their number of plays, index 1 to 9. */
  readonly leadingDigits: readonly number[];
  /** F10: plays by UTC hour of their start, index 0 to 23. */
  readonly hours: readonly number[];
};

export const SIGNALS_MAX = 500;

export type SignalFold = {
  /** All plays of one listener around the month, in any order, and the run before it. Each listener once. */
  readonly add: (listenerId: string, plays: readonly PeriodPlay[], before?: RunBefore) => void;
  readonly signals: () => Signals;
};

/**
 * F4, F10, F11, F12 and muted plays, over the counted plays of a month. F12 links an account to a payee only where both
 * have the same id.
 */
export const openSignals = (
  scope: ExaminationScope,
  timelineOf: (trackId: string) => ShareTimeline,
): SignalFold => {
  const { repeats, speed } = scope.ruleset.integrity;
  const found: Signal[] = [];
  const playsOf = new Map<string, number>();
  const hours = Array.from({ length: 24 }, () => 0);

  return {
    add: (listenerId, plays, before) => {
      const own = new Set([listenerId]);
      const ofPeriod = countedPlays(scope, plays, before)
        .map(({ play }) => play)
        .filter(({ period }) => period === scope.periodId);
      for (const [hour, count] of hoursOfDay(ofPeriod.map(({ startedAt }) => startedAt)).entries())
        hours[hour] = (hours[hour] ?? 0) + count;
      for (const [trackId, ofTrack] of Map.groupBy(ofPeriod, (play) => play.trackId)) {
        playsOf.set(trackId, (playsOf.get(trackId) ?? 0) + ofTrack.length);
        const note = (rule: Signal['rule'], count: number): void => {
          if (count > 0) found.push({ rule, listenerId, trackId, plays: count });
        };
        if (repeats) {
          const days = Map.groupBy(ofTrack, ({ startedAt }) => Math.floor(startedAt / DAY_MS)).values();
          const repeated = [...days].filter((ofDay) => isRepeated(repeats, ofDay.length));
          note(
            'F4',
            repeated.reduce((sum, ofDay) => sum + ofDay.length, 0),
          );
        }
        if (speed) note('F11', ofTrack.filter((play) => isSpedUp(speed, play.playedMs, play.wallMs)).length);
        note('MUTED', ofTrack.filter(({ muted }) => muted).length);
        const timeline = timelineOf(trackId);
        const payeesAt = (at: number) => timeline[entryAt(timeline, at)]?.shares.keys() ?? [];
        note('F12', ofTrack.filter(({ startedAt }) => isOwnContent(own, payeesAt(startedAt))).length);
      }
    },
    signals: () => ({
      signals: found.toSorted(byWeight).slice(0, SIGNALS_MAX),
      total: found.length,
      leadingDigits: leadingDigits(playsOf.values()),
      hours,
    }),
  };
};

const byWeight = (a: Signal, b: Signal): number =>
  b.plays - a.plays ||
  compareBytes(a.rule, b.rule) ||
  compareBytes(a.listenerId, b.listenerId) ||
  compareBytes(a.trackId, b.trackId);
