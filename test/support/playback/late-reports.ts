import { isRejection } from '../../../src/domain/decider.js';
import type { PlayEvent } from '../../../src/domain/playback/events.js';
import type { ReportPlay } from '../../../src/domain/playback/late-report.js';
import { play } from '../../../src/domain/playback/play.js';
import { FACTS, OCTOBER } from './plays.js';
import type { Placed } from '../specs/projection-spec.js';
import { DAY_MS } from '../../../src/domain/shared/civil-date.js';

/** A report of the segment `[fromMs, toMs)`, received a day after the start unless `over` says otherwise. */
export const lateReport = (
  deviceSeq: number,
  [fromMs, toMs]: readonly [number, number],
  over: Partial<ReportPlay['data']> = {},
): ReportPlay => {
  const { mode: _mode, ...facts } = FACTS;
  const startedAt = over.startedAt ?? OCTOBER;
  return {
    type: 'ReportPlay',
    data: {
      ...facts,
      deviceSeq,
      segments: [{ fromMs, toMs, wallMs: toMs - fromMs }],
      endedAt: startedAt + toMs,
      muted: false,
      contentHash: `${fromMs}-${toMs}`.padStart(64, '0').replaceAll('-', 'f'),
      caseId: 'conflict',
      receivedAt: startedAt + DAY_MS,
      ...over,
    },
  };
};

/** The stream of a play after `reports` were decided on top of the `past` events. */
export const reported = (
  playId: string,
  reports: readonly ReportPlay[],
  past: readonly PlayEvent[] = [],
): readonly (Placed & PlayEvent)[] => {
  const log = [...past];
  for (const command of reports) {
    const outcome = play.decide(command, log.reduce(play.evolve, play.initial));
    if (isRejection(outcome)) throw new Error(outcome.detail);
    log.push(...outcome);
  }
  return log.map((event) => ({ stream: `play-${playId}`, ...event }));
};
