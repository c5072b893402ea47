import { describe, test } from '@jest/globals';
import type { PlayEvent, PlayStarted, PlayStopped } from '../../../src/domain/playback/events.js';
import {
  type PausePlay,
  play,
  type RecordPlay,
  type ReportProgress,
  REPORTS_MAX,
  type ResumePlay,
  type SeekPlay,
  type StartPlay,
  type StopPlay,
} from '../../../src/domain/playback/play.js';
import { SEGMENTS_MAX } from '../../../src/domain/playback/reported-segments.js';
import { specOf } from '../../support/specs/decider-spec.js';

const given = specOf(play);

const T0 = 1_767_225_600_000;
/** `s` seconds after the start. */
const t = (s: number) => T0 + s * 1_000;

const listenerId = 'ada';
const facts = {
  listenerId,
  trackId: 'track-1',
  durationMs: 200_000,
  territory: 'DE',
  offering: 'premium',
  deviceId: 'phone',
  mode: 'online',
  source: 'search',
  startedAt: T0,
} as const;

/** Timing of a report that arrived immediately, from a device with a correct clock. */
const timing = (receivedAt: number) => ({ receivedAt, clockOffsetMs: 0 });

const started: PlayStarted = { type: 'PlayStarted', data: { ...facts, ...timing(T0), positionMs: 0 } };
const start = (over: Partial<StartPlay['data']> = {}): StartPlay => ({
  type: 'StartPlay',
  data: { ...facts, receivedAt: over.startedAt ?? T0, positionMs: 0, ...over },
});
const progress = (positionMs: number, at: number): ReportProgress => ({
  type: 'ReportProgress',
  data: { listenerId, positionMs, at, receivedAt: at },
});
const seek = (fromMs: number, toMs: number, at: number): SeekPlay => ({
  type: 'SeekPlay',
  data: { listenerId, fromMs, toMs, at, receivedAt: at },
});
const pause = (positionMs: number, at: number): PausePlay => ({
  type: 'PausePlay',
  data: { listenerId, positionMs, at, receivedAt: at },
});
const resume = (positionMs: number, at: number): ResumePlay => ({
  type: 'ResumePlay',
  data: { listenerId, positionMs, at, receivedAt: at },
});
const stop = (positionMs: number, at: number, reason: 'stopped' | 'ended' = 'stopped'): StopPlay => ({
  type: 'StopPlay',
  data: { listenerId, positionMs, at, receivedAt: at, reason, muted: false },
});

const seeked = (fromMs: number, toMs: number, at: number): PlayEvent => ({
  type: 'PlaySeeked',
  data: { fromMs, toMs, at, ...timing(at) },
});
const paused = (positionMs: number, at: number): PlayEvent => ({
  type: 'PlayPaused',
  data: { positionMs, at, ...timing(at) },
});
const resumed = (positionMs: number, at: number): PlayEvent => ({
  type: 'PlayResumed',
  data: { positionMs, at, ...timing(at) },
});
const progressed = (positionMs: number, at: number): PlayEvent => ({
  type: 'PlayProgressed',
  data: { positionMs, at, ...timing(at) },
});
const stopped = (over: Partial<PlayStopped['data']>): PlayStopped => ({
  type: 'PlayStopped',
  data: {
    ...facts,
    reason: 'stopped',
    positionMs: 30_000,
    at: t(30),
    ...timing(over.at ?? t(30)),
    muted: false,
    segments: [{ fromMs: 0, toMs: 30_000, wallMs: 30_000 }],
    playedMs: 30_000,
    uniqueMs: 30_000,
    wallMs: 30_000,
    ...over,
  },
});

describe('a play that was not started', () => {
  test('starts, and keeps the facts that royalties need', () => given().when(start()).then(started));
  test('may start in the middle of the track', () =>
    given()
      .when(start({ positionMs: 60_000 }))
      .then({ ...started, data: { ...started.data, positionMs: 60_000 } }));
  test('does not start one millisecond past the end of the track', () =>
    given()
      .when(start({ positionMs: 200_001 }))
      .thenRejected('PositionOutOfTrack'));
  test('does not start before the beginning of the track', () =>
    given()
      .when(start({ positionMs: -1 }))
      .thenRejected('PositionOutOfTrack'));
  test('starts anywhere in a track of unknown length', () =>
    given()
      .when(start({ durationMs: null, positionMs: 9_000_000 }))
      .then({ ...started, data: { ...started.data, durationMs: null, positionMs: 9_000_000 } }));
  test('starts no later than a day into a track of unknown length', () =>
    given()
      .when(start({ durationMs: null, positionMs: 86_400_001 }))
      .thenRejected('PositionOutOfTrack'));
  test('cannot be sought in', () =>
    given()
      .when(seek(0, 1, t(1)))
      .thenRejected('PlayNotFound'));
  test('cannot be stopped', () =>
    given()
      .when(stop(0, t(1)))
      .thenRejected('PlayNotFound'));
  test('cannot be closed for lack of reports', () =>
    given()
      .when({ type: 'CloseSilentPlay', data: { lastReceivedAt: T0 } })
      .thenRejected('PlayNotFound'));
});

describe('a live play', () => {
  test('is started already by the same start', () => given(started).when(start()).thenNothing());
  test.each([{ trackId: 'track-2' }, { listenerId: 'bob' }, { territory: 'FR' }, { startedAt: T0 + 1 }])(
    'refuses another start under its id: %j',
    (other) => given(started).when(start(other)).thenRejected('PlayExists'),
  );
  test('of another listener is refused as if it did not exist', () =>
    given(started)
      .when({ type: 'PausePlay', data: { listenerId: 'bob', positionMs: 1, at: t(1), receivedAt: t(1) } })
      .thenRejected('PlayNotFound'));
  test('records its progress', () =>
    given(started)
      .when(progress(10_000, t(10)))
      .then(progressed(10_000, t(10))));
  test('records the same progress once', () =>
    given(started, progressed(10_000, t(10)))
      .when(progress(10_000, t(10)))
      .thenNothing());
  test('does not go back without a seek', () =>
    given(started, progressed(10_000, t(10)))
      .when(progress(9_999, t(11)))
      .thenRejected('PositionWentBack'));
  test('does not stop before where it was', () =>
    given(started, progressed(10_000, t(10)))
      .when(stop(9_999, t(11)))
      .thenRejected('PositionWentBack'));
  test('refuses reports in the wrong order', () =>
    given(started, progressed(10_000, t(10)))
      .when(pause(10_000, t(10) - 1))
      .thenRejected('OutOfOrder'));
  test('does not stop before its last report', () =>
    given(started, progressed(10_000, t(10)))
      .when(stop(10_000, t(9)))
      .thenRejected('OutOfOrder'));
  test('seeks to the very end of its track', () =>
    given(started)
      .when(seek(5_000, 200_000, t(5)))
      .then(seeked(5_000, 200_000, t(5))));
  test('does not seek past the end of its track', () =>
    given(started)
      .when(seek(5_000, 200_001, t(5)))
      .thenRejected('PositionOutOfTrack'));
  test('does not seek from past the end of its track', () =>
    given(started)
      .when(seek(200_001, 0, t(201)))
      .thenRejected('PositionOutOfTrack'));
  test('does not seek from an earlier position', () =>
    given(started, progressed(10_000, t(10)))
      .when(seek(9_000, 0, t(11)))
      .thenRejected('PositionWentBack'));
  test('ignores a seek to its own position', () =>
    given(started)
      .when(seek(5_000, 5_000, t(5)))
      .thenNothing());
  test('seeks once, however often the same seek arrives', () =>
    given(started)
      .when(seek(5_000, 0, t(5)))
      .thenIsIdempotent());
  test('is not resumed: it is playing', () =>
    given(started)
      .when(resume(0, t(1)))
      .thenNothing());
  test('pauses', () =>
    given(started)
      .when(pause(10_000, t(10)))
      .then(paused(10_000, t(10))));
});

describe('a paused play', () => {
  const past = [started, paused(10_000, t(10))] as const;
  test('is paused already', () =>
    given(...past)
      .when(pause(10_000, t(20)))
      .thenNothing());
  test('resumes where the player reports', () =>
    given(...past)
      .when(resume(9_500, t(60)))
      .then(resumed(9_500, t(60))));
  test('does not resume past the end of the track', () =>
    given(...past)
      .when(resume(200_001, t(60)))
      .thenRejected('PositionOutOfTrack'));
  test('may be sought in', () =>
    given(...past)
      .when(seek(10_000, 50_000, t(20)))
      .then(seeked(10_000, 50_000, t(20))));
  test('may report progress at its position', () =>
    given(...past)
      .when(progress(10_000, t(600)))
      .then(progressed(10_000, t(600))));
  test('does not move', () =>
    given(...past)
      .when(progress(11_000, t(11)))
      .thenRejected('PlayIsPaused'));
});

describe('the segments of a play', () => {
  test('reach from the start to the stop', () =>
    given(started)
      .when(stop(30_000, t(30)))
      .then(stopped({})));
  test('count without sound too, and the play is marked as muted', () => {
    const { data } = stop(30_000, t(30));
    return given(started)
      .when({ type: 'StopPlay', data: { ...data, muted: true } })
      .then(stopped({ muted: true }));
  });
  test('do not include a pause of an hour', () =>
    given(started, paused(10_000, t(10)), resumed(10_000, t(3_610)))
      .when(stop(30_000, t(3_630)))
      .then(stopped({ at: t(3_630) })));
  test('do not include what a seek forward skipped', () =>
    given(started, seeked(10_000, 150_000, t(10)))
      .when(stop(169_999, t(30)))
      .then(
        stopped({
          positionMs: 169_999,
          segments: [
            { fromMs: 0, toMs: 10_000, wallMs: 10_000 },
            { fromMs: 150_000, toMs: 169_999, wallMs: 20_000 },
          ],
          playedMs: 29_999,
          uniqueMs: 29_999,
        }),
      ));
  test('are unique once, however often the listener seeks back', () =>
    given(started, seeked(20_000, 0, t(20)), seeked(20_000, 0, t(40)))
      .when(stop(20_000, t(60)))
      .then(
        stopped({
          positionMs: 20_000,
          at: t(60),
          segments: [
            { fromMs: 0, toMs: 20_000, wallMs: 20_000 },
            { fromMs: 0, toMs: 20_000, wallMs: 20_000 },
            { fromMs: 0, toMs: 20_000, wallMs: 20_000 },
          ],
          playedMs: 60_000,
          uniqueMs: 20_000,
          wallMs: 60_000,
        }),
      ));
  test('take half the time at double speed', () =>
    given(started)
      .when(stop(60_000, t(30)))
      .then(
        stopped({
          positionMs: 60_000,
          segments: [{ fromMs: 0, toMs: 60_000, wallMs: 30_000 }],
          playedMs: 60_000,
          uniqueMs: 60_000,
        }),
      ));
  test('do not grow by seeking in a paused play', () =>
    given(started, paused(10_000, t(10)), seeked(10_000, 100_000, t(20)), resumed(100_000, t(30)))
      .when(stop(120_000, t(50), 'ended'))
      .then(
        stopped({
          reason: 'ended',
          positionMs: 120_000,
          at: t(50),
          segments: [
            { fromMs: 0, toMs: 10_000, wallMs: 10_000 },
            { fromMs: 100_000, toMs: 120_000, wallMs: 20_000 },
          ],
        }),
      ));
  test('do not grow when a paused play is stopped', () =>
    given(started, paused(30_000, t(30)))
      .when(stop(30_000, t(900)))
      .then(stopped({ at: t(900) })));
});

describe('the clock of a device', () => {
  const HOUR = 3_600_000;
  /** Commands of a device whose clock is `slowMs` slow, sent immediately. */
  const slow = <C extends { readonly data: { readonly at: number } }>(slowMs: number, command: C): C => ({
    ...command,
    data: { ...command.data, at: command.data.at - slowMs, sentAt: command.data.at - slowMs },
  });
  const startedBy = (slowMs: number) =>
    start({ startedAt: T0 - slowMs, sentAt: T0 - slowMs, receivedAt: T0 });
  const off = (clockOffsetMs: number): PlayStarted => ({
    ...started,
    data: { ...started.data, clockOffsetMs },
  });

  test('that is correct within two minutes is accepted', () =>
    given()
      .when(startedBy(120_000))
      .then({ ...started, data: { ...started.data, startedAt: T0 - 120_000 } }));
  test.each([HOUR, -HOUR, 120_001, -120_001])('that is %d ms slow is corrected', (slowMs) =>
    given().when(startedBy(slowMs)).then(off(slowMs)),
  );
  test('that was corrected stays corrected in this play, so that its times do not jump', () =>
    given(off(120_001))
      .when(slow(119_000, progress(10_000, t(10))))
      .then({
        type: 'PlayProgressed',
        data: { positionMs: 10_000, at: t(10), receivedAt: t(10), clockOffsetMs: 119_000 },
      }));
  test('keeps its offset when a report has no clock reading', () =>
    given(off(HOUR))
      .when({ ...stop(30_000, 0), data: { ...stop(30_000, t(30) - HOUR).data, receivedAt: t(40) } })
      .then(stopped({ receivedAt: t(40), clockOffsetMs: HOUR })));
  test('does not turn a repeated report into a new one', () => {
    const later = slow(HOUR, progress(10_000, t(10)));
    return given(off(HOUR), {
      type: 'PlayProgressed',
      data: { positionMs: 10_000, at: t(10), receivedAt: t(10), clockOffsetMs: HOUR },
    })
      .when({ ...later, data: { ...later.data, sentAt: t(610) - HOUR, receivedAt: t(611) } })
      .thenNothing();
  });
  test('cannot lead beyond the calendar', () =>
    given()
      .when(start({ startedAt: T0, sentAt: 253_402_300_799_999, receivedAt: T0 }))
      .then({
        ...started,
        data: { ...started.data, startedAt: 0, clockOffsetMs: T0 - 253_402_300_799_999 },
      }));
  test('of a finished play corrects its start and its end', () =>
    given()
      .when({
        type: 'RecordPlay',
        data: {
          ...facts,
          startedAt: T0 - HOUR,
          endedAt: t(30) - HOUR,
          sentAt: t(600) - HOUR,
          receivedAt: t(600),
          mode: 'offline',
          reason: 'ended',
          muted: false,
          segments: [{ fromMs: 0, toMs: 30_000, wallMs: 30_000 }],
        },
      })
      .then(
        {
          type: 'PlayStarted',
          data: { ...facts, mode: 'offline', positionMs: 0, receivedAt: t(600), clockOffsetMs: HOUR },
        },
        stopped({ mode: 'offline', reason: 'ended', receivedAt: t(600), clockOffsetMs: HOUR }),
      ));
});

describe('a silent play', () => {
  const past = [started, progressed(30_000, t(30))] as const;
  test('ends at its last report', () =>
    given(...past)
      .when({ type: 'CloseSilentPlay', data: { lastReceivedAt: t(30) } })
      .then(stopped({ reason: 'silence' })));
  test('is not closed when a report has arrived since', () =>
    given(...past, progressed(40_000, t(40)))
      .when({ type: 'CloseSilentPlay', data: { lastReceivedAt: t(30) } })
      .thenNothing());
  test('ends once', () =>
    given(...past)
      .when({ type: 'CloseSilentPlay', data: { lastReceivedAt: t(30) } })
      .thenIsIdempotent());
});

describe('a play that is over', () => {
  const past = [started, stopped({})] as const;
  test('is stopped already', () =>
    given(...past)
      .when(stop(40_000, t(40)))
      .thenNothing());
  test('is started already by the same start', () =>
    given(...past)
      .when(start())
      .thenNothing());
  test('refuses further reports', () =>
    given(...past)
      .when(progress(40_000, t(40)))
      .thenRejected('PlayEnded'));
  test('of another listener is refused as if it did not exist', () =>
    given(...past)
      .when({ ...stop(1, t(31)), data: { ...stop(1, t(31)).data, listenerId: 'bob' } })
      .thenRejected('PlayNotFound'));
});

describe('a play that was closed for lack of reports', () => {
  const past = [started, progressed(30_000, t(30)), stopped({ reason: 'silence' })] as const;
  test('refuses a stop that adds to it: that needs a numbered report', () =>
    given(...past)
      .when(stop(90_000, t(90)))
      .thenRejected('PlayNotLive'));
  test('is stopped already at its last position', () =>
    given(...past)
      .when(stop(30_000, t(90)))
      .thenNothing());
  test.each([progress(90_000, t(90)), pause(90_000, t(90)), resume(30_000, t(90)), seek(90_000, 0, t(90))])(
    'takes no $type',
    (command) =>
      given(...past)
        .when(command)
        .thenRejected('PlayNotLive'),
  );
});

describe('a finished play', () => {
  const record = (over: Partial<RecordPlay['data']> = {}): RecordPlay => ({
    type: 'RecordPlay',
    data: {
      ...facts,
      mode: 'import',
      reason: 'import',
      muted: false,
      segments: [{ fromMs: 0, toMs: 30_000, wallMs: 30_000 }],
      endedAt: t(30),
      receivedAt: t(30),
      ...over,
    },
  });
  const begun: PlayStarted = {
    type: 'PlayStarted',
    data: { ...facts, ...timing(t(30)), mode: 'import', positionMs: 0 },
  };
  const over = stopped({ mode: 'import', reason: 'import' });

  test('starts and stops in one decision', () => given().when(record()).then(begun, over));
  test('is recorded once', () => given().when(record()).thenIsIdempotent());
  test('refuses other content under its id', () =>
    given(begun, over)
      .when(record({ segments: [{ fromMs: 0, toMs: 30_001, wallMs: 30_001 }] }))
      .thenRejected('PlayExists'));
  test('does not replace a live one', () => given(started).when(record()).thenRejected('PlayExists'));
  test('may have a length of 0 ms', () =>
    given()
      .when(record({ segments: [], endedAt: T0 }))
      .then(
        begun,
        stopped({
          mode: 'import',
          reason: 'import',
          positionMs: 0,
          at: T0,
          receivedAt: t(30),
          segments: [],
          playedMs: 0,
          uniqueMs: 0,
          wallMs: 0,
        }),
      ));
  test('counts nothing past the end of the track', () =>
    given()
      .when(record({ durationMs: 25_000 }))
      .then(
        { ...begun, data: { ...begun.data, durationMs: 25_000 } },
        stopped({
          durationMs: 25_000,
          mode: 'import',
          reason: 'import',
          playedMs: 25_000,
          uniqueMs: 25_000,
        }),
      ));
  test('that ends before it starts is recorded as reported: the rules judge it', () =>
    given()
      .when(record({ endedAt: T0 - 1 }))
      .then(begun, stopped({ mode: 'import', reason: 'import', at: T0 - 1, receivedAt: t(30) })));
  test.each([
    { fromMs: 2, toMs: 1, wallMs: 1 },
    { fromMs: -1, toMs: 1, wallMs: 1 },
    { fromMs: 0, toMs: 86_400_001, wallMs: 1 },
    { fromMs: 0, toMs: 1, wallMs: -1 },
    { fromMs: 0, toMs: 1, wallMs: 86_400_001 },
  ])('has no impossible segment: %j', (segment) =>
    given()
      .when(record({ segments: [segment] }))
      .thenRejected('BadSegments'),
  );
  test('has a bounded number of segments', () =>
    given()
      .when(
        record({
          segments: Array.from({ length: SEGMENTS_MAX + 1 }, () => ({ fromMs: 0, toMs: 1, wallMs: 1 })),
        }),
      )
      .thenRejected('TooManyReports'));
});

describe('the limits of a play', () => {
  const scrubbed = [started, ...Array.from({ length: SEGMENTS_MAX - 1 }, (_, n) => seeked(1, 0, T0 + n + 1))];
  const chatty = [started, ...Array.from({ length: REPORTS_MAX - 1 }, (_, n) => progressed(n, T0 + n))];

  test('refuse further seeks', () =>
    given(...scrubbed)
      .when(seek(1, 0, t(10)))
      .thenRejected('TooManyReports'));
  test('still accept a stop, with every segment', () =>
    given(...scrubbed)
      .when(stop(1, T0 + SEGMENTS_MAX))
      .then(
        stopped({
          positionMs: 1,
          at: T0 + SEGMENTS_MAX,
          segments: Array.from({ length: SEGMENTS_MAX }, () => ({ fromMs: 0, toMs: 1, wallMs: 1 })),
          playedMs: SEGMENTS_MAX,
          uniqueMs: 1,
          wallMs: SEGMENTS_MAX,
        }),
      ));
  test('refuse further reports', () =>
    given(...chatty)
      .when(progress(20_000, t(20)))
      .thenRejected('TooManyReports'));
  test('still accept a stop after the last report', () =>
    given(...chatty)
      .when(stop(30_000, t(30)))
      .then(stopped({})));
});
