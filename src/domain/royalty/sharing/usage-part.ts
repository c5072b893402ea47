import { type ArtistReach, isTooShort } from '../rules/artist-centric.js';
import { creditPpm } from '../rules/credit.js';
import { overtimeWeight } from '../rules/mechanical.js';
import type { RunBefore } from '../rules/straight-runs.js';
import { compareBytes } from '../../shared/exact/byte-order.js';
import { isActive } from '../../shared/listening/play-source.js';
import { addArtistic, type ArtistSums } from './artist-sums.js';
import { openPlayTrees, type Leaves, type PlayTrees } from '../counting/play-roots.js';
import { openTrackSums, SUM, type TrackColumns } from './track-sums.js';
import type { PeriodPlay, UsageRules } from '../counting/usage-rules.js';
import { openUserCredits, type UserCredits } from './user-credits.js';
import type { RejectionCode } from '../counting/rule-order.js';
import { verdictsOf } from '../counting/verdicts.js';
import { byStartThenId, type FinishedPlay } from '../counting/finished-play.js';

/** Usage of the ranges that one worker folded: plain data that threads can exchange. */
export type UsagePart = {
  readonly counted: number;
  readonly held: number;
  readonly rejected: ReadonlyMap<RejectionCode, number>;
  readonly tracks: TrackColumns;
  readonly reach: ReadonlyMap<string, ArtistReach>;
  readonly corrected: ReadonlyMap<string, number>;
  readonly ranges: readonly RangeUsage[];
};

/** Usage of one range of consecutive listeners. Ranges are numbered in order of listener id. */
export type RangeUsage = {
  readonly number: number;
  /** Filled for the user-centric model only. Tracks by their number in the part. */
  readonly users: UserCredits;
  readonly trees: PlayTrees;
};

/** Folds ranges in any order. Memory grows with tracks and their listeners, not with plays. */
export type PartFold = {
  /** The number of a track; undefined until `timelineOf` was called for it. */
  readonly find: (trackId: string) => number | undefined;
  readonly open: (number: number) => RangeFold;
  /** @throws {RangeError} if `placeAt` was not called for every range */
  readonly part: () => UsagePart;
};

export type RangeFold = {
  /**
   * Adds one listener's plays in any order, including those of the window before the month (`Window`).
   *
   * @param before the run with which the month begins (R5)
   * @throws {RangeError} if listeners are not in order of id, each once
   */
  readonly add: (listenerId: string, plays: readonly PeriodPlay[], before?: RunBefore) => void;
  readonly leaves: () => Leaves;
  /** Sets the number of leaves before the range. May be called before or after its plays were added. */
  readonly placeAt: (before: Leaves) => void;
};

/** Sums of one listener by track, in parallel arrays. */
type Rows = {
  readonly rowOf: Map<number, number>;
  readonly tracks: number[];
  readonly plays: number[];
  /** Plays that the listener chose (R9). */
  readonly active: number[];
  /** Plays that earn nothing if the track is noise (R9). */
  readonly tooShort: number[];
  readonly credits: number[];
};

export const openPart = (rules: UsageRules): PartFold => {
  const { ruleset } = rules;
  const { sharing } = ruleset;
  const tracks = openTrackSums(rules);
  const reach: ArtistSums = new Map();
  const rejected = new Map<RejectionCode, number>();
  const corrected = new Map<string, number>();
  const ranges: { readonly number: number; readonly result: () => RangeUsage }[] = [];
  let rows = noRows();
  let counted = 0;
  let held = 0;

  const count = (play: PeriodPlay, credit: number, caseId: string | undefined): void => {
    const track = play.track ?? tracks.numberOf(play.trackId);
    let row = rows.rowOf.get(track);
    if (row === undefined) {
      row = rows.tracks.push(track) - 1;
      rows.rowOf.set(track, row);
      rows.plays.push(0);
      rows.active.push(0);
      rows.tooShort.push(0);
      rows.credits.push(0);
    }
    rows.plays[row] = (rows.plays[row] ?? 0) + 1;
    rows.credits[row] = (rows.credits[row] ?? 0) + credit;
    if (isActive(play.source)) rows.active[row] = (rows.active[row] ?? 0) + 1;
    if (sharing.model === 'artistCentric' && isTooShort(sharing, play))
      rows.tooShort[row] = (rows.tooShort[row] ?? 0) + 1;
    tracks.add(track, SUM.overtimePpm, overtimeWeight(credit, play.durationMs));
    if (caseId === undefined) {
      counted++;
      tracks.addFree(track, play.startedAt, credit);
    } else {
      held++;
      tracks.addHeld(track, caseId, credit);
    }
  };

  /** Artificial plays are kept only where they have a penalty (R18). */
  const penalised = ruleset.penalties.flat !== null || ruleset.penalties.percentPpm !== null;
  const reject = (play: FinishedPlay, reason: RejectionCode): void => {
    rejected.set(reason, (rejected.get(reason) ?? 0) + 1);
    if (penalised && reason === 'ARTIFICIAL')
      tracks.addArtificial(
        tracks.numberOf(play.trackId),
        play.startedAt,
        creditPpm(ruleset.counting.credit, play, play.durationMs),
      );
    if (reason === 'BELOW_ELIGIBILITY' && rules.caseOf(play)?.confirmed !== true)
      tracks.add(tracks.numberOf(play.trackId), SUM.belowEligibility, 1);
  };

  const open: PartFold['open'] = (number) => {
    const users = openUserCredits();
    const trees = openPlayTrees(rules.sha256);
    let last: string | undefined;

    const add: RangeFold['add'] = (listenerId, plays, before) => {
      if (last !== undefined && compareBytes(last, listenerId) >= 0)
        throw new RangeError(`Listeners must be in order of id: ${listenerId} came after ${last}.`);
      const ordered = isInOrder(plays) ? plays : [...plays].sort(byStartThenId);
      const verdicts = verdictsOf(rules, ordered, before);
      rows = noRows();
      let isListener = false;
      for (const [i, play] of ordered.entries()) {
        const verdict = verdicts[i];
        if (!verdict || play.period !== rules.periodId) continue;
        isListener = true;
        trees.add(play, verdict);
        if (play.reportedMs !== undefined && play.durationMs !== null)
          corrected.set(play.trackId, play.durationMs);
        if (verdict.is === 'rejected') reject(play, verdict.reason);
        else count(play, verdict.creditPpm, verdict.is === 'held' ? verdict.caseId : undefined);
      }
      if (!isListener) return;
      last = listenerId;

      for (const [row, track] of rows.tracks.entries()) {
        tracks.add(track, SUM.plays, rows.plays[row] ?? 0);
        tracks.add(track, SUM.listeners, 1);
        tracks.add(track, SUM.creditPpm, rows.credits[row] ?? 0);
      }
      if (sharing.model === 'userCentric') users.add(listenerId, rows.tracks, rows.credits);
      if (sharing.model === 'artistCentric') addArtistic(sharing, rows, tracks, reach);
    };

    ranges.push({ number, result: () => ({ number, users: users.result(), trees: trees.trees() }) });
    return { add, leaves: trees.leaves, placeAt: trees.placeAt };
  };

  return {
    find: tracks.find,
    open,
    part: () => ({
      counted,
      held,
      rejected,
      tracks: tracks.columns(),
      reach,
      corrected,
      ranges: ranges.map(({ result }) => result()),
    }),
  };
};

/** New arrays for each listener: reused ones would grow in the old generation and be collected late. */
const noRows = (): Rows => ({
  rowOf: new Map(),
  tracks: [],
  plays: [],
  active: [],
  tooShort: [],
  credits: [],
});

const isInOrder = (plays: readonly FinishedPlay[]): boolean =>
  plays.every((play, i) => {
    const before = plays[i - 1];
    return !before || byStartThenId(before, play) <= 0;
  });
