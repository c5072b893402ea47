import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isRejection } from '../../../src/domain/decider.js';
import type { PlayEvent, PlayStopped } from '../../../src/domain/playback/events.js';
import { play, type PlayCommand } from '../../../src/domain/playback/play.js';
import type { PlayState } from '../../../src/domain/playback/state.js';

/*
 * A listener is simulated millisecond by millisecond, and each one that he hears is written down, apart from the
 * product's intervals. Then the reports that he makes go through the decider, and both must agree.
 */

const DURATION_MS = 400;

type Step =
  | { readonly kind: 'listen'; readonly ms: number }
  | { readonly kind: 'seek'; readonly toMs: number }
  | { readonly kind: 'pause'; readonly forMs: number }
  | { readonly kind: 'report' };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('listen' as const), ms: fc.nat(150) }),
    fc.record({ kind: fc.constant('seek' as const), toMs: fc.nat(DURATION_MS) }),
    fc.record({ kind: fc.constant('pause' as const), forMs: fc.nat(5_000) }),
    fc.record({ kind: fc.constant('report' as const) }),
  ),
  { maxLength: 30 },
);

const listenerId = 'ada';

const listen = (plan: readonly Step[]) => {
  let at = 1_000_000_000;
  let positionMs = 0;
  let wallMs = 0;
  /** Positions heard, one entry for each time that one is heard. */
  const heard: number[] = [];
  const commands: PlayCommand[] = [
    {
      type: 'StartPlay',
      data: {
        listenerId,
        trackId: 'track',
        durationMs: DURATION_MS,
        territory: 'DE',
        offering: 'premium',
        deviceId: 'phone',
        mode: 'online',
        source: 'unknown',
        receivedAt: at,
        startedAt: at,
        positionMs,
      },
    },
  ];
  const here = () => ({ listenerId, positionMs, at, receivedAt: at });
  for (const step of plan) {
    switch (step.kind) {
      case 'listen':
        for (let n = 0; n < step.ms && positionMs < DURATION_MS; n++) {
          heard.push(positionMs);
          positionMs += 1;
          wallMs += 1;
          at += 1;
        }
        break;
      case 'seek':
        commands.push({
          type: 'SeekPlay',
          data: { listenerId, fromMs: positionMs, toMs: step.toMs, at, receivedAt: at },
        });
        positionMs = step.toMs;
        break;
      case 'pause':
        commands.push({ type: 'PausePlay', data: here() });
        at += step.forMs;
        commands.push({ type: 'ResumePlay', data: here() });
        break;
      case 'report':
        commands.push({ type: 'ReportProgress', data: here() });
        break;
    }
  }
  commands.push({ type: 'StopPlay', data: { ...here(), reason: 'stopped', muted: false } });
  return { commands, at, heard, wallMs };
};

/** The same commands from a device with a slow clock, sent immediately. */
const by = (slowMs: number, command: PlayCommand): PlayCommand => {
  switch (command.type) {
    case 'StartPlay': {
      const startedAt = command.data.startedAt - slowMs;
      return { ...command, data: { ...command.data, startedAt, sentAt: startedAt } };
    }
    case 'RecordPlay':
    case 'ReportPlay':
    case 'CloseSilentPlay':
      return command;
    case 'SeekPlay':
    case 'PausePlay':
    case 'ResumePlay':
    case 'ReportProgress':
    case 'StopPlay': {
      const at = command.data.at - slowMs;
      return { ...command, data: { ...command.data, at, sentAt: at } } as PlayCommand;
    }
  }
};

/** Decides each command twice: the second time must add nothing. */
const carryOut = (commands: readonly PlayCommand[]): readonly PlayEvent[] => {
  let state: PlayState = play.initial;
  const log: PlayEvent[] = [];
  for (const command of commands) {
    const outcome = play.decide(command, state);
    if (isRejection(outcome)) throw new Error(`${command.type}: ${outcome.rejected}: ${outcome.detail}`);
    for (const event of outcome) state = play.evolve(state, event);
    log.push(...outcome);
    expect(play.decide(command, state)).toEqual([]);
  }
  return log;
};

const summaryOf = (log: readonly PlayEvent[]): PlayStopped['data'] => {
  const last = log.at(-1);
  if (last?.type !== 'PlayStopped') throw new Error(`The play ends with ${last?.type}.`);
  return last.data;
};

describe('for any listener', () => {
  test('the totals equal what they heard, millisecond by millisecond', () => {
    fc.assert(
      fc.property(steps, (plan) => {
        const { commands, heard, wallMs } = listen(plan);
        const { uniqueMs, ...rest } = summaryOf(carryOut(commands));
        expect({ playedMs: rest.playedMs, uniqueMs, wallMs: rest.wallMs }).toEqual({
          playedMs: heard.length,
          uniqueMs: new Set(heard).size,
          wallMs,
        });
        expect(uniqueMs).toBeLessThanOrEqual(Math.min(rest.playedMs, DURATION_MS));
      }),
      { numRuns: 500 },
    );
  });

  test('a wrong clock changes neither segments nor times, if the device reports its clock', () => {
    const wrongMs = fc.oneof(
      fc.integer({ min: 120_001, max: 900_000_000 }),
      fc.integer({ min: -900_000_000, max: -120_001 }),
    );
    fc.assert(
      fc.property(steps, wrongMs, (plan, slowMs) => {
        const { commands } = listen(plan);
        const { clockOffsetMs, ...summary } = summaryOf(carryOut(commands.map((one) => by(slowMs, one))));
        const { clockOffsetMs: _none, ...right } = summaryOf(carryOut(commands));
        expect(summary).toEqual(right);
        expect(clockOffsetMs).toBe(slowMs);
      }),
    );
  });

  test('a crash keeps everything reported before it', () => {
    fc.assert(
      fc.property(steps, (plan) => {
        const { commands, at } = listen([...plan, { kind: 'report' }]);
        const crashed = carryOut(commands.slice(0, -1));
        const state = crashed.reduce(play.evolve, play.initial);
        const outcome = play.decide({ type: 'CloseSilentPlay', data: { lastReceivedAt: at } }, state);
        if (isRejection(outcome)) throw new Error(outcome.rejected);
        expect(summaryOf(outcome)).toEqual({ ...summaryOf(carryOut(commands)), reason: 'silence' });
      }),
    );
  });
});

describe('the fold of a play', () => {
  const amount = fc.nat(1_000);
  const timing = { receivedAt: amount, clockOffsetMs: amount };
  const report = fc.record({ positionMs: amount, at: amount, ...timing });
  const start = amount.map((positionMs) => ({
    listenerId,
    trackId: 'track',
    durationMs: null,
    territory: 'DE',
    offering: 'premium',
    deviceId: 'phone',
    mode: 'online' as const,
    source: 'unknown' as const,
    startedAt: positionMs,
    receivedAt: positionMs,
    clockOffsetMs: 0,
    positionMs,
  }));
  const anyEvent: fc.Arbitrary<PlayEvent> = fc.oneof(
    start.map((data): PlayEvent => ({ type: 'PlayStarted', data })),
    fc
      .record({ fromMs: amount, toMs: amount, at: amount, ...timing })
      .map((data): PlayEvent => ({ type: 'PlaySeeked', data })),
    report.map((data): PlayEvent => ({ type: 'PlayPaused', data })),
    report.map((data): PlayEvent => ({ type: 'PlayResumed', data })),
    report.map((data): PlayEvent => ({ type: 'PlayProgressed', data })),
  );

  test('accepts any events in any order, without negative totals', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (log) => {
        const state = log.reduce(play.evolve, play.initial);
        expect(state.status).toBe(log.some(({ type }) => type === 'PlayStarted') ? 'live' : 'unknown');
        for (const { fromMs, toMs, wallMs } of state.status === 'live' ? state.segments : []) {
          expect(toMs).toBeGreaterThanOrEqual(fromMs);
          expect(wallMs).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
