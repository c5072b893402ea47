import { compareBytes } from '../../shared/exact/byte-order.js';
import type { Json } from '../../shared/exact/canonical-json.js';
import { PPM } from '../../shared/exact/integers.js';
import { listenedMs } from '../../shared/listening/segments.js';
import { periodOf } from '../periods/period-id.js';
import type { Ruleset } from '../rulesets/ruleset.js';
import type { Window } from '../counting/window.js';
import type { PeriodPlay } from '../counting/usage-rules.js';
import { verdictsOf } from '../counting/verdicts.js';
import { byStartThenId } from '../counting/finished-play.js';
import type { RunBefore } from '../rules/straight-runs.js';
import {
  distanceIn,
  isCluster,
  isConcentrated,
  isImpossibleTravel,
  isShortStopped,
  isSurge,
} from '../rules/signals.js';
import { beyondTheDay } from '../rules/wall-clock.js';
import { DAY_MS } from '../../shared/civil-date.js';

/** A suspicion raised by an integrity rule. It opens a case that holds the money until a person decides. */
export type Finding = {
  readonly rule: 'F2' | 'F6' | 'F7' | 'F8' | 'F9';
  readonly subject: { readonly kind: 'listener' | 'track' | 'device'; readonly id: string };
  /** The rule's parameters and the figures that exceeded them. The canonical form is hashed. */
  readonly evidence: { readonly [name: string]: Json };
};

/** The period to examine; `window` is the window of its month. */
export type ExaminationScope = {
  readonly ruleset: Ruleset;
  readonly periodId: string;
  readonly window: Window;
};

/**
 * Examines the plays of a month by the rules that may hold money (F2, F6 to F9), with the parameters of its ruleset.
 *
 * Cases are ignored, so that the findings do not depend on earlier decisions. Memory grows with tracks, their listeners
 * and devices, not with plays.
 */
export type Examination = {
  /** All plays of one listener around the month, in any order, and the run before it. Each listener once. */
  readonly add: (listenerId: string, plays: readonly PeriodPlay[], before?: RunBefore) => void;
  /** In order of rule, then of subject, by bytes. */
  readonly findings: () => readonly Finding[];
};

const WEEK_DAYS = 7;

export const openExamination = (scope: ExaminationScope): Examination => {
  const { integrity } = scope.ruleset;
  const found: Finding[] = [];
  const tracks = new Map<string, Track>();
  const devices = new Map<string, Uint32Array>();

  return {
    add: (listenerId, plays, before) => {
      const counted = countedPlays(scope, plays, before);
      const ofPeriod = counted.filter(({ play }) => play.period === scope.periodId);
      if (ofPeriod.length === 0) return;
      const long = longDays(scope, counted);
      if (long) found.push({ rule: 'F2', subject: { kind: 'listener', id: listenerId }, evidence: long });
      const journeys = impossibleJourneys(scope, counted);
      if (journeys)
        found.push({ rule: 'F6', subject: { kind: 'listener', id: listenerId }, evidence: journeys });
      if (integrity.shortStops || integrity.concentration) addToTracks(scope, tracks, ofPeriod);
      if (integrity.clusters) addToDevices(scope, devices, ofPeriod);
    },
    findings: () =>
      [...found, ...trackFindings(scope, tracks), ...deviceFindings(scope, devices)].sort(
        (a, b) => compareBytes(a.rule, b.rule) || compareBytes(a.subject.id, b.subject.id),
      ),
  };
};

/** A play that counts if cases are ignored. Times in ms, credit in ppm of one play. */
export type CountedPlay = { readonly play: PeriodPlay; readonly creditPpm: number; readonly heardMs: number };

/** The counted plays of the month in order of start, including those under other offerings and territories. */
export const countedPlays = (
  { ruleset, window }: ExaminationScope,
  plays: readonly PeriodPlay[],
  before?: RunBefore,
): readonly CountedPlay[] => {
  const ordered = [...plays].sort(byStartThenId);
  const verdicts = verdictsOf({ ruleset, caseOf: () => undefined }, ordered, before);
  return ordered.flatMap((play, i): CountedPlay[] => {
    const verdict = verdicts[i];
    return verdict?.is === 'counted' && play.startedAt >= window.start && play.startedAt < window.end
      ? [{ play, creditPpm: verdict.creditPpm, heardMs: listenedMs(play, ruleset.counting.credit.measure) }]
      : [];
  });
};

/** F2 for an account: UTC days with more listening than `perAccountMs`, over all offerings. */
const longDays = (
  { ruleset: { integrity }, window }: ExaminationScope,
  counted: readonly CountedPlay[],
): Finding['evidence'] | undefined => {
  if (!integrity.wallClock) return undefined;
  const { perAccountMs } = integrity.wallClock;
  const days: Json[] = [];
  for (const [day, plays] of Map.groupBy(counted, ({ play }) => dayOf(window, play))) {
    const ofDay = plays.map(({ play, heardMs }) => ({
      playbackId: play.playId,
      startedAt: play.startedAt,
      countedMs: heardMs,
    }));
    const beyond = beyondTheDay(perAccountMs, ofDay);
    if (beyond.size === 0) continue;
    const heardMs = plays.reduce((sum, one) => sum + one.heardMs, 0);
    days.push({ day: day + 1, heardMs, plays: plays.length, beyond: beyond.size });
  }
  return days.length === 0 ? undefined : { perAccountMs, days };
};

/** Maximum number of journeys in the evidence of a case, beside their total. */
const JOURNEYS_MAX = 20;

/** F6: journeys between territories that are faster than possible, by the ruleset's table of distances. */
const impossibleJourneys = (
  { ruleset: { integrity } }: ExaminationScope,
  counted: readonly CountedPlay[],
): Finding['evidence'] | undefined => {
  const { travel } = integrity;
  if (!travel?.distances) return undefined;
  const kmBetween = distanceIn(travel);
  const journeys = counted.flatMap(({ play: to }, i): Json[] => {
    const from = counted[i - 1]?.play;
    if (!from) return [];
    const [here, there] = [territoryOf(from), territoryOf(to)];
    const km = kmBetween(here, there);
    const betweenMs = Math.max(0, to.startedAt - from.endedAt);
    return here !== there && km > 0 && isImpossibleTravel(travel, km, betweenMs)
      ? [{ from: here, to: there, km, betweenMs, fromPlay: from.playId, toPlay: to.playId }]
      : [];
  });
  if (journeys.length === 0) return undefined;
  const { kmPerHourMax } = travel;
  return { kmPerHourMax, total: journeys.length, journeys: journeys.slice(0, JOURNEYS_MAX) };
};

const territoryOf = ({ period }: PeriodPlay): string => periodOf(period)?.territory ?? '';

/** Figures of a track for F7 and F9. Sums of ppm are safe integers below 9 × 10^9 plays. */
type Track = {
  plays: number;
  inBand: number;
  /** Credits by account. */
  readonly accounts: number[];
  /** Credits by seven days of the month; the last entry covers fewer. */
  readonly weeks: number[];
};

const addToTracks = (
  { ruleset: { integrity }, window }: ExaminationScope,
  tracks: Map<string, Track>,
  plays: readonly CountedPlay[],
): void => {
  const [from, to] = integrity.shortStops?.bandMs ?? [0, 0];
  for (const [trackId, ofTrack] of Map.groupBy(plays, ({ play }) => play.trackId)) {
    const track = tracks.get(trackId) ?? { plays: 0, inBand: 0, accounts: [], weeks: [0, 0, 0, 0, 0] };
    tracks.set(trackId, track);
    let credits = 0;
    for (const { play, creditPpm, heardMs } of ofTrack) {
      track.plays += 1;
      if (heardMs >= from && heardMs < to) track.inBand += 1;
      const week = Math.floor(dayOf(window, play) / WEEK_DAYS);
      track.weeks[week] = (track.weeks[week] ?? 0) + creditPpm;
      credits += creditPpm;
    }
    track.accounts.push(credits);
  }
};

const trackFindings = (
  { ruleset: { integrity } }: ExaminationScope,
  tracks: ReadonlyMap<string, Track>,
): readonly Finding[] => {
  const { shortStops, concentration } = integrity;
  return Array.from(tracks).flatMap(([id, { plays, inBand, accounts, weeks }]): Finding[] => {
    const subject = { kind: 'track', id } as const;
    const findings: Finding[] = [];
    if (shortStops && isShortStopped(shortStops, inBand, plays))
      findings.push({ rule: 'F7', subject, evidence: { policy: { ...shortStops }, inBand, plays } });
    // With too few accounts the top share is less than one account: every rarely played track would be found.
    if (!concentration || accounts.length * concentration.topAccountsPpm < PPM) return findings;
    const concentrated = isConcentrated(concentration, accounts);
    const surges = weeks.flatMap((credits, week) =>
      isSurge(concentration, weeks[week - 1] ?? 0, credits) ? [week + 1] : [],
    );
    if (concentrated || surges.length > 0) {
      const [topAccounts, topCreditPpm] = topOf(accounts, concentration.topAccountsPpm);
      const figures = { plays, accounts: accounts.length, topAccounts, topCreditPpm, weeks, surges };
      const creditPpm = accounts.reduce((sum, credits) => sum + credits, 0);
      findings.push({
        rule: 'F9',
        subject,
        evidence: { policy: { ...concentration }, ...figures, creditPpm, concentrated },
      });
    }
    return findings;
  });
};

const topOf = (accounts: readonly number[], ppm: number): readonly [number, number] => {
  const top = Math.floor((accounts.length * ppm) / PPM);
  const most = accounts.toSorted((a, b) => b - a).slice(0, top);
  return [top, most.reduce((sum, credits) => sum + credits, 0)];
};

/** F8: counts distinct accounts by device and day of the month. */
const addToDevices = (
  { window }: ExaminationScope,
  devices: Map<string, Uint32Array>,
  plays: readonly CountedPlay[],
): void => {
  const seen = new Set<string>();
  for (const { play } of plays) {
    const day = dayOf(window, play);
    const key = `${day}|${play.deviceId}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const days = devices.get(play.deviceId) ?? new Uint32Array((window.end - window.start) / DAY_MS);
    devices.set(play.deviceId, days);
    days[day] = (days[day] ?? 0) + 1;
  }
};

const deviceFindings = (
  { ruleset: { integrity } }: ExaminationScope,
  devices: ReadonlyMap<string, Uint32Array>,
): readonly Finding[] => {
  const { clusters } = integrity;
  if (!clusters) return [];
  return Array.from(devices).flatMap(([id, byDay]): Finding[] => {
    const days = Array.from(byDay, (accounts, day) => ({ day: day + 1, accounts })).filter(({ accounts }) =>
      isCluster(clusters, accounts),
    );
    const subject = { kind: 'device', id } as const;
    return days.length === 0 ? [] : [{ rule: 'F8', subject, evidence: { policy: { ...clusters }, days } }];
  });
};

/** Day of the month, from 0. */
const dayOf = ({ start }: Window, { startedAt }: PeriodPlay): number =>
  Math.floor((startedAt - start) / DAY_MS);
