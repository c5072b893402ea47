import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  compareStatements,
  recordedStatement,
} from '../../../../src/application/royalty/replay/recorded-statement.js';
import { replayPeriod } from '../../../../src/application/royalty/replay/replay-period.js';
import { verdictOn } from '../../../../src/application/royalty/replay/replay-verdict.js';
import { NotReplayable } from '../../../../src/application/royalty/replay/replay-task.js';
import {
  ARTIST_CENTRIC,
  DEFAULT_RULESETS,
  PRO_RATA,
  USER_CENTRIC,
} from '../../../../src/domain/royalty/rulesets/defaults.js';
import type { Ruleset } from '../../../../src/domain/royalty/rulesets/ruleset.js';
import { statementLines, type TrackLine } from '../../../../src/projections/royalty/statements.js';
import { delivered, OCTOBER, playStarted, playStopped } from '../../../support/playback/plays.js';
import { claim } from '../../../support/rights/claims.js';
import type { Placed } from '../../../support/specs/projection-spec.js';
import { PERIOD, PERIOD_ID, revenue, sha256 } from '../../../support/royalty/month.js';
import {
  Crash,
  DECEMBER,
  settlementWorld,
  type SettlementWorld,
} from '../../../support/royalty/settlement-world.js';
import { DAY_MS } from '../../../../src/domain/shared/civil-date.js';

let world: SettlementWorld;
beforeEach(async () => {
  world = await settlementWorld();
});
afterEach(() => world.stop());

const input = (event: { readonly type: string; readonly data: object }): Placed => ({
  stream: `period-${PERIOD_ID}`,
  ...event,
});

/** A small October: a track of a label, an over-claimed one and an unclaimed one; a listener with two devices. */
const october = (): readonly Placed[] => [
  input(revenue(10_000_000n)),
  claim('hit', 'label', { claimId: 'label' }),
  claim('hit', 'artist', { claimId: 'artist', sharePpm: 0 }),
  claim('fought', 'one', { claimId: 'one', sharePpm: 700_000 }),
  claim('fought', 'other', { claimId: 'other', sharePpm: 700_000 }),
  ...Array.from({ length: 40 }, (_, n) =>
    playStopped(`play-${n}`, n % 7 === 0 ? 10_000 : 60_000, {
      listenerId: ['ada', 'bob', 'eve'][n % 3] ?? '',
      trackId: ['hit', 'hit', 'fought', 'nobodys'][n % 4] ?? '',
      startedAt: OCTOBER + n * 30_000,
      source: n % 5 === 0 ? 'search' : 'radio',
    }),
  ),
  // Starts in September and ends in October.
  playStopped('early', 180_000, { startedAt: OCTOBER - 60_000, listenerId: 'ada' }),
  playStopped('elsewhere', 60_000, { territory: 'FR' }),
];

const HOUR = 3_600_000;

/** Counts only media that was delivered to the device within a day. */
const EVIDENCED: Ruleset = {
  ...PRO_RATA,
  name: 'Pro rata by evidence',
  counting: { ...PRO_RATA.counting, delivery: { windowMs: 24 * HOUR, edgeToleranceMs: 2_000 } },
};

const replayed = (over: object = {}) =>
  replayPeriod({ store: world.store, schemas: world.schemas, sha256, period: PERIOD, ...over });

const recorded = async () => {
  const statement = await recordedStatement({ store: world.store, schemas: world.schemas, period: PERIOD });
  if (!statement) throw new Error('Nothing is closed.');
  return statement;
};

const sumsByAccount = async () => {
  const sums = new Map<string, bigint>();
  for (const { type, data } of await world.books()) {
    if (type !== 'JournalPosted') continue;
    const { lines } = data as { lines: readonly { account: string; amount: string }[] };
    expect(lines.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(0n);
    for (const { account, amount } of lines) sums.set(account, (sums.get(account) ?? 0n) + BigInt(amount));
  }
  return sums;
};

describe('closing a period', () => {
  test('books every micro-unit, and records its inputs', async () => {
    await world.record(...october());
    await world.close();
    const { summary, lines } = await recorded();
    expect(summary).toMatchObject({
      currency: 'EUR',
      pool: '5500000',
      platform: '4500000',
      rejected: { BELOW_THRESHOLD: 6, CONCURRENT: 1 },
      counted: 33,
      suspense: '0',
      codeVersion: 'settlement-5',
    });
    expect(lines.map(({ trackId, splits }) => [trackId, splits.map(({ account }) => account)])).toEqual([
      ['fought', ['disputed:fought']],
      ['hit', ['payee:label']],
      ['nobodys', ['unmatched:nobodys']],
    ]);
    const sums = await sumsByAccount();
    expect(sums.get(`pool:${PERIOD_ID}`)).toBe(0n);
    expect(sums.get('bank')).toBe(-10_000_000n);
    expect(sums.get('payee:label')).toBe(BigInt(summary.payable));
  });

  test('is idempotent', async () => {
    await world.record(...october());
    await world.close();
    const books = await world.books();
    const head = await world.store.head();
    expect(await world.close()).toMatchObject({ appended: 0 });
    expect(await world.close('another key')).toMatchObject({ appended: 0 });
    expect(await world.store.head()).toBe(head);
    expect(await world.books()).toEqual(books);
  });

  test('interrupted after any of its appends and repeated, writes the same bytes', async () => {
    await world.record(...october());
    await world.close();
    const undisturbed = await world.books();
    let crashes = 0;
    for (let append = 0; ; append++) {
      const other = await settlementWorld();
      try {
        await other.record(...october());
        other.failAfter(append);
        const crashed = await other.close().then(
          () => false,
          (error: unknown) => error instanceof Crash,
        );
        other.failAfter(undefined);
        await other.close();
        expect(await other.books()).toEqual(undisturbed);
        if (!crashed) break;
        crashes++;
      } finally {
        await other.stop();
      }
    }
    // Ruleset, fence, statement, journal, summary.
    expect(crashes).toBe(5);
  });

  test('includes only events up to the fence, even if it is completed later', async () => {
    await world.record(...october());
    world.failAfter(1);
    await expect(world.close()).rejects.toThrow(Crash);
    world.failAfter(undefined);
    await world.record(
      playStopped('late', 60_000, { trackId: 'nobodys', startedAt: OCTOBER + DAY_MS }),
      claim('nobodys', 'late'),
    );
    await world.close();
    expect((await recorded()).summary).toMatchObject({ counted: 33 });
    expect((await recorded()).lines.at(-1)?.splits[0]?.account).toBe('unmatched:nobodys');
  });

  test('is refused without revenue, before the end of the month, and before the due day without a reason', async () => {
    await expect(world.close()).rejects.toThrow('NoRevenue');
    await world.record(input(revenue(1n)));
    await expect(world.close('why not', OCTOBER + 1)).rejects.toThrow('PeriodIsRunning');
    const november = OCTOBER + 31 * DAY_MS;
    await expect(world.close(undefined, november + 38 * DAY_MS - 1)).rejects.toThrow('TooEarlyToClose');
    expect(await world.close('imported history', november)).toMatchObject({ appended: 1 });
  });

  test('is refused while a projection of money has stopped', async () => {
    await world.record(input(revenue(1n)));
    world.statuses.push({
      name: 'royalty-plays',
      version: 1,
      kind: 'money',
      position: 0n,
      state: 'stopped',
      parked: 0,
    });
    await expect(world.close()).rejects.toThrow('ProjectionStopped');
    expect((await world.books()).map(({ type }) => type)).toEqual(['RevenueRecorded']);
  });

  test('has a preview: a provisional statement equals that of a close and books nothing', async () => {
    await world.record(...october());
    await world.provisional();
    const books = await world.books();
    expect(books.map(({ type }) => type)).toEqual(['RevenueRecorded', 'PeriodProvisional']);
    await world.close();
    const {
      at: _at,
      fence: _fence,
      ...provisional
    } = (books[1]?.data ?? {}) as { at?: number; fence?: string };
    expect((await recorded()).summary).toMatchObject(provisional);
  });
});

describe('a replay from the log alone', () => {
  const TWO_STREAMS: Ruleset = {
    ...USER_CENTRIC,
    name: 'User-centric with runs and a threshold of plays',
    counting: {
      ...USER_CENTRIC.counting,
      straightRunMax: 2,
      concurrency: { maxStreams: 2, overlapToleranceMs: 0 },
    },
    eligibility: { minStreams: 9, windowMonths: 12, minListeners: 2 },
  };

  const RUNS_BY_EVIDENCE = {
    name: 'With runs, by evidence',
    counting: { ...TWO_STREAMS.counting, delivery: EVIDENCED.counting.delivery },
  };

  test.each(
    [...DEFAULT_RULESETS, TWO_STREAMS, { ...TWO_STREAMS, ...RUNS_BY_EVIDENCE }].map(
      (ruleset) => [ruleset.name, ruleset] as const,
    ),
  )('equals the close: %s', async (_name, ruleset) => {
    await world.enforce(ruleset);
    await world.record(
      ...october(),
      playStopped('september', 60_000, { startedAt: OCTOBER - 9 * HOUR, listenerId: 'bob', trackId: 'hit' }),
      ...['ada', 'bob', 'eve'].map((listenerId) =>
        delivered(
          listenerId,
          { listenerId, trackId: 'hit', at: OCTOBER - 10 * HOUR },
          { listenerId, trackId: 'fought', toMs: 40_000 },
        ),
      ),
      {
        stream: 'track-hit',
        type: 'TrackRegistered',
        data: { title: 'Hit', artistId: 'star', durationMs: null, kind: 'music', at: 0 },
      },
      {
        stream: 'track-nobodys',
        type: 'TrackRegistered',
        data: { title: 'Rain', artistId: 'star', durationMs: null, kind: 'music', at: 0 },
      },
      {
        stream: 'track-nobodys',
        type: 'TrackClassified',
        data: { kind: 'noise', at: 0 },
      },
      {
        stream: 'case-c1',
        type: 'CaseOpened',
        data: {
          rule: 'F7',
          rulesVersion: 'a'.repeat(64),
          periodId: PERIOD_ID,
          subject: { kind: 'listener', id: 'eve' },
          evidenceHash: 'b'.repeat(64),
          at: 0,
        },
      },
    );
    await world.close();
    const statement = await replayed();
    expect(compareStatements(await recorded(), statement)).toEqual([]);
    expect(statement.lines.length).toBeGreaterThan(0);
    expect(statement.summary.held).toBeGreaterThan(0);
  });

  test('and its restatement are complete for a track with more payees than one event can hold', async () => {
    const hours = Array.from({ length: 25 }, (_, hour) => OCTOBER + hour * HOUR);
    const parties = (from: number) =>
      Array.from({ length: 100 }, (_, n) => ({ payee: `heir-${from + n}`, sharePpm: 10_000 }));
    await world.record(
      input(revenue(2_600_000_000n)),
      ...hours.map((validFrom, n): Placed => ({
        stream: 'rights-wide',
        type: 'DisputeResolved',
        data: { right: 'recording', territory: '*', validFrom, shares: parties(n * 100), at: 0 },
      })),
      ...hours.map((startedAt, n) => playStopped(`w${n}`, 60_000, { trackId: 'wide', startedAt })),
    );
    await world.close();
    const [closed] = (await recorded()).lines;
    expect(closed?.splits).toHaveLength(2_500);
    expect(compareStatements(await recorded(), await replayed())).toEqual([]);

    await world.record(playStopped('late', 60_000, { trackId: 'other', listenerId: 'bob' }));
    await world.restate('LATE_USAGE');
    expect((await recorded()).lines.find(({ trackId }) => trackId === 'wide')?.amount).toBe(
      ((closed?.amount ?? 0n) * 25n) / 26n,
    );
    expect(compareStatements(await recorded(), await replayed())).toEqual([]);
    await world.money.reached(await world.store.head());
    const shown = await world.models.get<TrackLine>(statementLines, `${PERIOD_ID}.1|wide`);
    expect(shown?.splits).toHaveLength(2_500);
  });

  test('counts what deliveries confirm, on the same device and within the window of the ruleset', async () => {
    await world.enforce(EVIDENCED);
    const ada = (playId: string, hours: number, over: object = {}): readonly Placed[] => {
      const facts = { startedAt: OCTOBER + hours * HOUR, trackId: 'hit', ...over };
      return [playStarted(playId, facts), playStopped(playId, 60_000, facts)];
    };
    const sent = (hours: number, over: object = {}) => ({
      trackId: 'hit',
      at: OCTOBER + hours * HOUR,
      ...over,
    });
    await world.record(
      input(revenue(1_000_000n)),
      ...ada('streamed', 0),
      delivered('b1', sent(0), sent(1, { toMs: 20_000, trackId: 'short' })),
      ...ada('cut', 1, { trackId: 'short' }),
      ...ada('cached', 2),
      ...ada('stale', 30),
      ...ada('elsewhere', 3, { deviceId: 'tablet' }),
      ...ada('imported', 4, { trackId: 'old', mode: 'import' }),
      ...ada('skewed', 5, { trackId: 'late' }),
      // The device's clock is two minutes slow: media fetched before the end seems to arrive after it.
      delivered('b2', sent(5, { trackId: 'late', at: OCTOBER + 5 * HOUR + 180_000 })),
    );
    await world.close();
    expect((await recorded()).summary).toMatchObject({ counted: 4, rejected: { NO_DELIVERY_EVIDENCE: 3 } });
    expect(compareStatements(await recorded(), await replayed())).toEqual([]);
    expect((await world.explain('cut')).verdict).toEqual({ is: 'rejected', reason: 'NO_DELIVERY_EVIDENCE' });
    expect((await world.explain('cut')).rules[1]).toEqual({
      rule: 'R20',
      outcome: 'failed',
      inputs: {
        ...EVIDENCED.counting.delivery,
        claimed: { playedMs: 60_000, uniqueMs: 60_000, wallMs: 60_000 },
        borneOut: { playedMs: 22_000, uniqueMs: 22_000, wallMs: 22_000 },
      },
    });
    const [streamed, stale] = [await world.explain('streamed'), await world.explain('stale')];
    expect([streamed.verdict?.is, stale.verdict?.is]).toEqual(['counted', 'rejected']);

    // Evidence after the fence counts in the next restatement.
    await world.record(delivered('b3', sent(3, { deviceId: 'tablet' })));
    expect(compareStatements(await recorded(), await replayed())).toEqual([]);
    await world.restate('LATE_USAGE');
    expect((await recorded()).summary).toMatchObject({ counted: 5, rejected: { NO_DELIVERY_EVIDENCE: 2 } });
    expect(compareStatements(await recorded(), await replayed())).toEqual([]);
  });

  test('pays by the catalogue at the fence, and explains the weight of a play', async () => {
    const rain = { title: 'Rain', artistId: 'star', durationMs: null, kind: 'music', at: 0 };
    await world.enforce(ARTIST_CENTRIC);
    await world.record(
      { stream: 'track-nobodys', type: 'TrackRegistered', data: rain },
      playStarted('chosen', { listenerId: 'zoe', trackId: 'nobodys', source: 'search' }),
      playStopped('chosen', 60_000, { listenerId: 'zoe', trackId: 'nobodys', source: 'search' }),
      ...october(),
    );
    await world.close();
    const paid = async () => (await recorded()).lines.find(({ trackId }) => trackId === 'nobodys')?.amount;
    expect(await paid()).toBeGreaterThan(0n);
    await world.record({ stream: 'track-nobodys', type: 'TrackClassified', data: { kind: 'noise', at: 1 } });
    expect(compareStatements(await recorded(), await replayed())).toEqual([]);

    await world.restate('METADATA');
    expect(await paid()).toBe(0n);
    expect(compareStatements(await recorded(), await replayed())).toEqual([]);
    expect((await world.explain('chosen')).rules.at(-1)).toEqual({
      rule: 'R9',
      outcome: 'passed',
      inputs: {
        source: 'search',
        active: true,
        artistId: 'star',
        isNoise: true,
        activeBoost: 2,
        noiseWeight: 0,
      },
    });
  });

  test('rejects plays from the future and too late ones, like the close, and keeps them', async () => {
    await world.record(
      ...october(),
      playStopped('future', 60_000, { startedAt: OCTOBER + 9_000_000, receivedAt: OCTOBER + 8_939_999 }),
      playStarted('old', { startedAt: OCTOBER + 9_100_000, receivedAt: DECEMBER }),
      playStopped('old', 60_000, { startedAt: OCTOBER + 9_100_000, receivedAt: DECEMBER }),
      playStopped('history', 60_000, {
        startedAt: OCTOBER + 9_200_000,
        receivedAt: DECEMBER,
        mode: 'import',
      }),
    );
    await world.close();
    expect((await recorded()).summary).toMatchObject({ counted: 34, rejected: { FUTURE: 1, TOO_OLD: 1 } });
    expect(compareStatements(await recorded(), await replayed())).toEqual([]);

    const { verdict, rules } = await world.explain('old');
    expect(verdict).toEqual({ is: 'rejected', reason: 'TOO_OLD' });
    expect(rules[0]).toMatchObject({
      rule: 'R14',
      outcome: 'failed',
      inputs: { receivedAt: DECEMBER, maxLateMs: 37 * DAY_MS },
    });
  });

  test('locates changes in a tampered statement', async () => {
    await world.record(...october());
    await world.close();
    const { summary, lines } = await recorded();
    const forged = { summary, lines: lines.map((line) => ({ ...line, plays: line.plays + 1 })).slice(1) };
    expect(compareStatements(forged, await replayed()).map(({ at }) => at)).toEqual([
      'track hit',
      'track nobodys',
      'track fought',
    ]);
  });

  test('agrees with an equal statement of an earlier release', async () => {
    await world.record(...october());
    await world.close();
    const { summary, lines } = await recorded();
    const earlier = { summary: { ...summary, codeVersion: 'settlement-0' }, lines };
    expect(verdictOn(earlier, await replayed()).verdict).toBe('equal');
    const other = { ...earlier, summary: { ...earlier.summary, pool: '1' } };
    expect(verdictOn(other, await replayed())).toMatchObject({ verdict: 'different', differencesInAll: 2 });
  });

  test('shows the result of another ruleset, and of an earlier position', async () => {
    const hash = await world.enforce(ARTIST_CENTRIC);
    await world.record(...october());
    const before = await world.store.head();
    await world.record(playStopped('later', 60_000, { trackId: 'hit', startedAt: OCTOBER + DAY_MS }));
    expect((await replayed({ asOf: { position: before } })).summary.counted).toBe(33);
    expect((await replayed()).summary).toMatchObject({ counted: 34, rulesetHash: hash });
    await expect(replayed({ rulesetHash: 'c'.repeat(64) })).rejects.toThrow(NotReplayable);
  });
});

describe('restating a closed period', () => {
  const late = playStopped('late', 60_000, { trackId: 'nobodys', startedAt: OCTOBER + DAY_MS });

  test('moves money to late usage, and the sum of all statements equals a replay', async () => {
    await world.record(...october());
    await world.close();
    const closed = await recorded();
    await world.record(late);
    await world.restate('LATE_USAGE');
    const now = await recorded();
    expect(now.summary).toMatchObject({ counted: 34, pool: closed.summary.pool });
    const deltas = (await world.books()).filter(({ stream }) => stream === `statement-${PERIOD_ID}.1`);
    const lines = deltas.flatMap(({ data }) => (data as { lines: readonly { amount: string }[] }).lines);
    expect(lines.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(0n);
    expect(compareStatements(now, await replayed())).toEqual([]);
    expect((await sumsByAccount()).get('payee:label')).toBe(BigInt(now.summary.payable));
  });

  test('is idempotent for the same command; another command restates again', async () => {
    await world.record(...october());
    await world.close();
    await world.restate('LATE_USAGE');
    const books = await world.books();
    await world.restate('LATE_USAGE');
    expect(await world.books()).toEqual(books);
    await world.restate('LATE_USAGE', 'another');
    expect((await world.books()).length).toBe(books.length + 2);
  });

  test('distributes less after a refund', async () => {
    await world.record(...october());
    await world.close();
    await world.record(
      input({
        type: 'RefundRecorded',
        data: { reportId: 'r2', amount: '1000000', currency: 'EUR', at: DECEMBER },
      }),
    );
    await world.restate('REFUND');
    expect((await recorded()).summary).toMatchObject({ pool: '4950000', platform: '4050000' });
    expect((await sumsByAccount()).get('bank')).toBe(-9_000_000n);
    expect(compareStatements(await recorded(), await replayed())).toEqual([]);
  });

  test('interrupted after any of its appends is completed by the next call', async () => {
    const story = async (disturb: (world: SettlementWorld) => Promise<boolean>) => {
      const other = await settlementWorld();
      try {
        await other.record(...october());
        await other.close();
        await other.record(late);
        const crashed = await disturb(other);
        return { crashed, books: await other.books() };
      } finally {
        await other.stop();
      }
    };
    const undisturbed = await story(async (other) => {
      await other.restate('LATE_USAGE');
      return false;
    });
    for (let append = 0; ; append++) {
      const { crashed, books } = await story(async (other) => {
        other.failAfter(append);
        const crashed = await other.restate('LATE_USAGE').then(
          () => false,
          (error: unknown) => error instanceof Crash,
        );
        other.failAfter(undefined);
        await other.restate('LATE_USAGE');
        return crashed;
      });
      expect(books).toEqual(undisturbed.books);
      if (!crashed) return;
    }
  });

  test('is refused before the close', async () => {
    await world.record(...october());
    await expect(world.restate('LATE_USAGE')).rejects.toThrow('PeriodNotClosed');
  });
});

describe('the explanation of a play', () => {
  const begun = (facts: readonly Placed[]): readonly Placed[] =>
    facts.flatMap((fact) => {
      const [, playId] = /^play-(.*)$/.exec(fact.stream) ?? [];
      return playId === undefined ? [fact] : [playStarted(playId), fact];
    });
  const rule = (explanation: Awaited<ReturnType<SettlementWorld['explain']>>, name: string) =>
    explanation.rules.find((one) => one.rule === name);

  test('lists each rule with its inputs, the verdict, and the money in the statement', async () => {
    await world.record(...begun(october()));
    expect(await world.explain('play-1')).toMatchObject({ stage: 'open', money: null });
    await world.close();
    const { summary, lines } = await recorded();
    const explanation = await world.explain('play-1');
    expect(explanation).toMatchObject({
      period: PERIOD_ID,
      stage: 'closed',
      verdict: { is: 'counted', creditPpm: 1_000_000 },
      ruleset: { hash: summary.rulesetHash, name: 'Pro rata, 30 seconds' },
      play: { segments: [{ fromMs: 0, toMs: 60_000, wallMs: 60_000 }] },
    });
    expect(explanation.rules.map(({ rule, outcome }) => `${rule} ${outcome}`)).toEqual([
      'R14 passed',
      'R20 off',
      'R2 passed',
      'R16 passed',
      'F2 passed',
      'R5 off',
      'R17 off',
      'R15 passed',
      'case passed',
    ]);
    const hit = lines.find(({ trackId }) => trackId === 'hit');
    expect(explanation.money).toMatchObject({
      lineAmount: String(hit?.amount),
      part: { numerator: `${hit?.amount}000000`, denominator: String(hit?.creditPpm) },
    });
  });

  test('names concurrent plays, and the threshold that was missed', async () => {
    await world.record(...begun(october()));
    await world.close();
    const beside = await world.explain('play-3');
    expect(beside).toMatchObject({ verdict: { is: 'rejected', reason: 'CONCURRENT' }, money: null });
    expect(rule(beside, 'R16')).toMatchObject({ outcome: 'failed', inputs: { goingOn: ['early'] } });
    expect(rule(beside, 'F2')?.outcome).toBe('notReached');
    expect(rule(await world.explain('play-0'), 'R2')).toMatchObject({
      outcome: 'failed',
      inputs: { listenedMs: 10_000 },
    });
  });

  test('shows that a play after the close waits for a restatement', async () => {
    await world.record(...begun(october()));
    await world.close();
    await world.record(
      ...begun([playStopped('late', 60_000, { trackId: 'hit', startedAt: OCTOBER + DAY_MS })]),
    );
    expect(await world.explain('late')).toMatchObject({
      stage: 'late',
      verdict: { is: 'counted' },
      money: null,
    });
    await expect(world.explain('nobody')).rejects.toThrow('PlayNotFound');
  });
});
