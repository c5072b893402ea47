import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  compareStatements,
  recordedStatement,
  type PeriodStatement,
} from '../../src/application/royalty/replay/recorded-statement.js';
import { replayPeriod } from '../../src/application/royalty/replay/replay-period.js';
import { hashOfRuleset } from '../../src/domain/royalty/rulesets/ruleset-hash.js';
import { REJECTION_CODES } from '../../src/domain/royalty/counting/rule-order.js';
import { NodeDigests } from '../../src/infrastructure/identity/node-digests.js';
import { creditAccounts } from '../../src/application/royalty/credit-accounts.js';
import { ProcessRunner } from '../../src/application/projecting/process-runner.js';
import { ReadYourWrites } from '../../src/application/projecting/read-your-writes.js';
import { RestatementsDue } from '../../src/application/royalty/restatements-due.js';
import { type PeriodPage, periods } from '../../src/projections/royalty/periods.js';
import { type AccountPage, payeeAccounts } from '../../src/projections/royalty/payee-accounts.js';
import { deliver } from '../support/log/shuffled-appends.js';
import {
  conflictFacts,
  corrected,
  factsOf,
  named,
  periodWorld,
  type PeriodWorld,
  playFacts,
  reportFacts,
  rulesetOf,
} from '../support/royalty/period-worlds.js';
import type { Placed } from '../support/specs/projection-spec.js';
import { sha256 } from '../support/royalty/month.js';
import { DECEMBER, settlementWorld, type SettlementWorld } from '../support/royalty/settlement-world.js';
import { runs } from '../support/royalty/oracle-worlds.js';
import { closePeriod, type OraclePlay } from './period.js';
import { isContradictory, type OracleLateReport } from './reports.js';

// Whole periods end to end: events in a log, read models, a close, a restatement, a replay. Compared with an oracle
// that reads the same world, and with the same world recorded in another order.

/** Worlds per log: opening a log takes longer than closing a small month. */
const WORLDS_A_LOG = 20;

const digests = new NodeDigests();

type Named = { readonly world: PeriodWorld; readonly offering: string; readonly periodId: string };

/** The same names in each log, so that the same world produces the same bytes. */
const nameAll = (worlds: readonly PeriodWorld[]): readonly Named[] =>
  worlds.map((world, n) => {
    const offering = `w${n}`;
    return { world: named(world, offering), offering, periodId: `${offering}.DE.2026-10` };
  });

const throwing = (seed: number) => {
  let state = seed | 1;
  return (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
};

const record = async (
  log: SettlementWorld,
  facts: readonly Placed[],
  seed: number,
  writers: number,
): Promise<void> => deliver(log, facts, { writers, dice: throwing(seed), againOneIn: 4 });

const statementOf = async (log: SettlementWorld, offering: string): Promise<PeriodStatement> => {
  const period = { offering, territory: 'DE', month: '2026-10' };
  const recorded = await recordedStatement({ store: log.store, schemas: log.schemas, period });
  if (!recorded) throw new Error(`${offering} is not closed.`);
  const replayed = await replayPeriod({ store: log.store, schemas: log.schemas, sha256, period });
  expect(compareStatements(recorded, replayed)).toEqual([]);
  return recorded;
};

/** The sums of all journals of a period, by account. */
const booksOf = async (log: SettlementWorld, periodId: string): Promise<Record<string, bigint>> => {
  const sums: Record<string, bigint> = {};
  for (let number = 0; number < 2; number++)
    for await (const page of log.store.readStream(`journal-${periodId}.${number}`))
      for (const { data } of page) {
        const { currency, lines } = data as {
          currency: string;
          lines: readonly { account: string; amount: string }[];
        };
        for (const { account, amount } of lines) {
          const key = currency === 'EUR' ? account : `${currency} ${account}`;
          sums[key] = (sums[key] ?? 0n) + BigInt(amount);
        }
      }
  return Object.fromEntries(Object.entries(sums).filter(([, amount]) => amount !== 0n));
};

/** The statement in the form that the oracle returns. */
const comparable = ({ summary, lines }: PeriodStatement) => ({
  pool: BigInt(summary.pool),
  platform: BigInt(summary.platform),
  suspense: BigInt(summary.suspense),
  counted: summary.counted,
  held: summary.held,
  rejected: summary.rejected,
  lines: Object.fromEntries(
    lines.map(({ trackId, plays, creditPpm, amount, splits, belowEligibility = 0 }) => [
      trackId,
      {
        plays,
        creditPpm,
        amount,
        belowEligibility,
        splits: Object.fromEntries(splits.map(({ account, amount }) => [account, amount])),
      },
    ]),
  ),
});

/** The balances that the ledger must hold for the period: every account of the statement, and suspense. */
const bookedFor = (statement: ReturnType<typeof closePeriod>): Record<string, bigint> => {
  const sums: Record<string, bigint> = {};
  for (const { splits } of Object.values(statement.lines))
    for (const [account, amount] of Object.entries(splits)) sums[account] = (sums[account] ?? 0n) + amount;
  return Object.fromEntries(Object.entries(sums).filter(([, amount]) => amount !== 0n));
};

const isOfPool = (account: string): boolean => /^(payee|held|disputed|unmatched):/.test(account);

/** The reports in random order, each of them twice. */
const shuffledTwice =
  (seed: number) =>
  (reports: readonly OracleLateReport[]): readonly OracleLateReport[] => {
    const dice = throwing(seed);
    const left = [...reports, ...reports];
    return Array.from({ length: left.length }, () => left.splice(dice(left.length), 1)).flat();
  };

const reportedAfterClose = ({ period, lateReports }: PeriodWorld, offering: string): readonly Placed[] =>
  period.plays.flatMap((play) => reportFacts(play, offering, play.reports, lateReports[play.playId] ?? []));

/** Conflicts that arose only after the close are still undecided. */
const decidedBefore = ({ reports, conflict }: OraclePlay): OraclePlay['conflict'] =>
  isContradictory(reports) ? conflict : { ...conflict, status: 'open' };

const closeAll = async (
  log: SettlementWorld,
  worlds: readonly Named[],
  seed: number,
  writers: number,
): Promise<void> => {
  const rulesets = worlds.map(({ world, offering }) =>
    rulesetOf(world.period.rules, offering.padEnd(2, '.')),
  );
  const facts = worlds.flatMap(({ world, offering }, n): readonly Placed[] => {
    const ruleset = rulesets[n];
    if (!ruleset) return [];
    const hash = hashOfRuleset(digests, ruleset);
    return [
      {
        stream: `ruleset-${hash}`,
        type: 'RulesetPublished',
        data: { hash, name: ruleset.name, ruleset, at: 0 },
      },
      ...factsOf(world.period, offering, hash),
      ...world.period.plays.flatMap((play) => [
        ...playFacts(play, offering, shuffledTwice(seed)),
        ...conflictFacts(play, `${offering}.DE.2026-10`),
      ]),
    ];
  });
  await record(log, facts, seed, writers);
  for (const { periodId } of worlds) await log.close(undefined, DECEMBER, periodId);
};

/**
 * Late plays, plays with late reports and plays of corrected tracks that belong to other months or offerings: they do
 * not make a restatement due (ADR 26).
 */
const reachesInFromElsewhere = ({ period, late, lateReports, lateLengths }: PeriodWorld): boolean =>
  [
    ...late,
    ...period.plays.filter(({ trackId, playId }) => trackId in lateLengths || playId in lateReports),
  ].some(({ isOurs, startedAt }) => !isOurs || startedAt < period.start || startedAt >= period.end);

const batches = fc.array(periodWorld, { minLength: WORLDS_A_LOG, maxLength: WORLDS_A_LOG });

describe('a closed period', () => {
  test(
    'agrees with the oracle to the unit in any order, with any repeats and number of writers; so does its restatement',
    async () => {
      const seen = { lines: 0, disputed: 0, held: 0, penalties: 0, due: 0, rejected: new Set<string>() };
      await fc.assert(
        fc.asyncProperty(batches, fc.integer(), async (worlds, seed) => {
          const all = nameAll(worlds);
          const [one, other] = [await settlementWorld(), await settlementWorld()];
          try {
            await closeAll(one, all, seed, 16);
            await closeAll(other, all, seed + 1, 8);
            for (const { world, offering, periodId } of all) {
              const statement = await statementOf(one, offering);
              const expected = closePeriod(world.period);
              expect(comparable(statement)).toEqual(expected);
              const books = await booksOf(one, periodId);
              expect(
                Object.fromEntries(Object.entries(books).filter(([account]) => isOfPool(account))),
              ).toEqual(bookedFor(expected));
              const { fence: _one, ...same } = statement.summary;
              const { fence: _other, ...as } = (await statementOf(other, offering)).summary;
              expect(as).toEqual(same);

              seen.lines += statement.lines.length;
              seen.disputed += Number(statement.summary.disputed !== '0');
              seen.held += Number(statement.summary.heldAmount !== '0');
              seen.penalties += Number(statement.summary.penalties !== undefined);
              for (const reason of Object.keys(expected.rejected)) seen.rejected.add(reason);
            }

            const late = all.flatMap(({ world, offering }) =>
              world.late.flatMap((play) => playFacts(play, offering, shuffledTwice(seed))),
            );
            await record(one, late, seed + 2, 8);
            await one.record(...all.flatMap(({ world, offering }) => reportedAfterClose(world, offering)));
            await one.record(...all.flatMap(({ world }) => Object.entries(world.lateLengths).map(corrected)));
            const reasons = new RestatementsDue(one.models, new ReadYourWrites(one.models, one.timer));
            await reasons.reached(await one.store.head());
            for (const { world, offering, periodId } of all) {
              const { period, late, lateReports, lateLengths } = world;
              if (
                late.length === 0 &&
                [lateReports, lateLengths].every((none) => Object.keys(none).length === 0)
              )
                continue;
              const before = await statementOf(one, offering);
              const page = await one.models.get<PeriodPage>(periods, periodId);
              const due = page ? await reasons.of(page) : [];
              await one.restate(late.length === 0 ? 'METADATA' : 'LATE_USAGE', offering, periodId);
              const expected = closePeriod({
                ...period,
                plays: [
                  ...period.plays.map((play) => ({
                    ...play,
                    reports: [...play.reports, ...(lateReports[play.playId] ?? [])],
                    conflict: decidedBefore(play),
                  })),
                  ...late.map((play) => ({
                    ...play,
                    conflict: { ...play.conflict, status: 'open' as const },
                  })),
                ],
                lengths: { ...period.lengths, ...lateLengths },
              });
              expect(comparable(await statementOf(one, offering))).toEqual(expected);
              if (due.length === 0 && !reachesInFromElsewhere(world))
                expect(comparable(before)).toEqual(expected);
              seen.due += due.length;
              const books = await booksOf(one, periodId);
              expect(
                Object.fromEntries(Object.entries(books).filter(([account]) => isOfPool(account))),
              ).toEqual(bookedFor(expected));
            }
            await expectAccountsFollow(one);
          } finally {
            await one.stop();
            await other.stop();
          }
        }),
        { numRuns: Math.ceil(runs(WORLDS_A_LOG) / WORLDS_A_LOG), endOnFailure: true },
      );
      // Only a large run is certain to cover every case.
      if (runs(0) < 1_000) return;
      expect(Math.min(seen.lines, seen.disputed, seen.held, seen.penalties, seen.due)).toBeGreaterThan(10);
      expect([...seen.rejected].sort()).toEqual([...REJECTION_CODES].sort());
    },
    runs(20) * 1_000 + 60_000,
  );
});

/** Expects every payee account to equal what the ledger books to it, over all periods. */
const expectAccountsFollow = async (log: SettlementWorld): Promise<void> => {
  const { streams, ids, store, models, schemas, timer, money } = log;
  const process = creditAccounts(streams, ids);
  await new ProcessRunner(process, store, models, schemas, timer).run(new AbortController().signal, true);
  await money.reached(await store.head());
  const { documents } = await models.query<AccountPage>(payeeAccounts, {
    sort: { by: ['payee', 'currency'] },
    limit: 500,
  });
  for (const { balance, ledger, onItsWay } of documents) expect([ledger, onItsWay]).toEqual([balance, {}]);
};
