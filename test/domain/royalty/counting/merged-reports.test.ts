import { describe, expect, test } from '@jest/globals';
import { caseFinder } from '../../../../src/domain/royalty/statements/cases.js';
import {
  outcomesOf,
  type PlayReport,
  mergedWithReports,
} from '../../../../src/domain/royalty/counting/merged-reports.js';
import type { CaseFacts } from '../../../../src/domain/royalty/statements/settlement.js';
import { OCTOBER } from '../../../support/playback/plays.js';
import { aPlay } from '../../../support/royalty/month.js';
import { DAY_MS } from '../../../../src/domain/shared/civil-date.js';

const TIME = { skewToleranceMs: 120_000, maxLateMs: 37 * DAY_MS };

const stretch = (fromMs: number, toMs: number) => ({ fromMs, toMs, wallMs: toMs - fromMs });
const report = (fromMs: number, toMs: number, over: Partial<PlayReport> = {}): PlayReport => ({
  deviceId: 'phone',
  deviceSeq: 1,
  segments: [stretch(fromMs, toMs)],
  contentHash: `${fromMs}-${toMs}`,
  endedAt: OCTOBER + toMs,
  receivedAt: OCTOBER + DAY_MS,
  muted: false,
  caseId: null,
  ...over,
});

const LIVE = [stretch(0, 20_000)];
const play = aPlay({
  startedAt: OCTOBER,
  endedAt: OCTOBER + 20_000,
  receivedAt: OCTOBER + 20_000,
  playedMs: 20_000,
  uniqueMs: 20_000,
  wallMs: 20_000,
});
const nothingLive = { ...play, playedMs: 0, uniqueMs: 0, wallMs: 0, endedAt: OCTOBER };

describe('a play with numbered reports', () => {
  test('is the union of all reports; the last one determines its end and completeness', () =>
    expect(mergedWithReports(TIME, play, LIVE, [report(10_000, 40_000)])).toMatchObject({
      playedMs: 50_000,
      uniqueMs: 40_000,
      wallMs: 50_000,
      endedAt: OCTOBER + 40_000,
      receivedAt: OCTOBER + DAY_MS,
      deviceId: 'phone',
      parts: [
        { deviceId: 'phone', segments: LIVE },
        { deviceId: 'phone', segments: [stretch(10_000, 40_000)] },
      ],
    }));

  test('has the device of its live part, or else the lowest device of its reports', () => {
    const [tablet, car] = [
      report(20_000, 30_000, { deviceId: 'tablet' }),
      report(0, 20_000, { deviceId: 'car' }),
    ];
    expect(mergedWithReports(TIME, play, LIVE, [tablet, car]).deviceId).toBe('phone');
    expect(mergedWithReports(TIME, nothingLive, [], [tablet, car]).deviceId).toBe('car');
    expect(mergedWithReports(TIME, nothingLive, [], [car, tablet]).deviceId).toBe('car');
  });

  test('is muted when all of it was muted', () => {
    const muted = report(20_000, 30_000, { muted: true });
    expect(mergedWithReports(TIME, play, LIVE, [muted]).muted).toBe(false);
    expect(mergedWithReports(TIME, { ...play, muted: true }, LIVE, [muted]).muted).toBe(true);
  });

  test.each([
    ['NEGATIVE_DURATION', { endedAt: OCTOBER - 1 }],
    ['FUTURE', { receivedAt: OCTOBER + 40_000 - 120_001 }],
    ['TOO_OLD', { receivedAt: OCTOBER + 37 * DAY_MS + 1 }],
    ['LONGER_THAN_WALL', { segments: [{ fromMs: 20_000, toMs: 40_000, wallMs: 160_001 }] }],
  ] as const)('leaves out an impossible report (%s) when something else was heard', (fault, over) => {
    const impossible = report(20_000, 40_000, over);
    expect(mergedWithReports(TIME, play, LIVE, [impossible])).toMatchObject({
      uniqueMs: 20_000,
      endedAt: play.endedAt,
      receivedAt: play.receivedAt,
    });
    expect(outcomesOf(TIME, play, [impossible])).toEqual([fault]);
    expect(mergedWithReports(TIME, nothingLive, [], [impossible]).uniqueMs).toBe(20_000);
  });

  test('leaves out an impossible live part when a report is possible', () => {
    const ahead = { ...play, endedAt: OCTOBER + 600_000, receivedAt: OCTOBER };
    expect(mergedWithReports(TIME, ahead, LIVE, [report(20_000, 60_000)])).toMatchObject({
      uniqueMs: 40_000,
      endedAt: OCTOBER + 60_000,
    });
  });

  test('counts the shorter of two reports under one number, and has its case', () => {
    const [long, short] = [report(20_000, 90_000), report(20_000, 40_000, { caseId: 'c' })];
    expect(mergedWithReports(TIME, play, LIVE, [long, short])).toMatchObject({
      uniqueMs: 40_000,
      conflict: 'c',
    });
    expect(outcomesOf(TIME, play, [long, short])).toEqual(['superseded', 'counted']);
    expect(mergedWithReports(TIME, play, LIVE, [report(20_000, 90_000)])).not.toHaveProperty('conflict');
  });
});

describe('the case of a play with contradicting reports', () => {
  const contradicted = { ...play, conflict: 'm' };
  const conflict = (status: CaseFacts['status']): CaseFacts => ({
    caseId: 'm',
    subject: { kind: 'play', id: play.playId },
    status,
    isConflict: true,
  });
  const about = (caseId: string, status: CaseFacts['status']): CaseFacts => ({
    caseId,
    subject: { kind: 'track', id: play.trackId },
    status,
  });
  const found = (...cases: CaseFacts[]) => caseFinder(cases)(contradicted);
  const held = { caseId: 'm', confirmed: false, isConflict: true };

  test('holds the play whether or not the case has been opened', () => {
    expect(found()).toEqual(held);
    expect(found(conflict('open'))).toEqual(held);
  });
  test('no longer applies when the reports no longer contradict each other', () =>
    expect(caseFinder([conflict('open')])(play)).toBeUndefined());
  test('holds nothing once it is released', () => expect(found(conflict('release'))).toBeUndefined());
  test('takes precedence over all others once confirmed', () =>
    expect(found(conflict('confirm'), about('a', 'confirm'))).toMatchObject({
      caseId: 'm',
      isConflict: true,
    }));
  test('yields to a confirmed artificial case and to the lower id', () => {
    expect(found(about('z', 'confirm'))).toMatchObject({ caseId: 'z', confirmed: true, isConflict: false });
    expect(found(about('a', 'open'))).toMatchObject({ caseId: 'a', isConflict: false });
    expect(found(about('z', 'open'))).toEqual(held);
  });
  test('may also be the case of a device with only a part of the play', () => {
    const onTwo = mergedWithReports(TIME, play, LIVE, [report(20_000, 40_000, { deviceId: 'tablet' })]);
    const tablet: CaseFacts = { caseId: 't', subject: { kind: 'device', id: 'tablet' }, status: 'open' };
    expect(caseFinder([tablet])(onTwo)).toMatchObject({ caseId: 't' });
    expect(caseFinder([tablet])(play)).toBeUndefined();
  });
});
