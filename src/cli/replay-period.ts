import { type EventStore, StoreUnavailable } from '../application/ports/event-store.js';
import type { PeriodStatement } from '../application/royalty/replay/recorded-statement.js';
import { NotReplayable, type ReplayRequest } from '../application/royalty/replay/replay-task.js';
import { replayClosed } from '../application/royalty/replay/replay-closed.js';
import {
  replayVerdict,
  type ReplayVerdict,
  sideBySide,
} from '../application/royalty/replay/replay-verdict.js';
import type { Period } from '../domain/royalty/periods/period-id.js';
import type { Sha256 } from '../domain/shared/exact/sha256.js';
import { isMonth } from '../domain/shared/calendar.js';
import { isOffering } from '../domain/shared/offering.js';
import { isTerritory } from '../domain/shared/territory.js';
import { ZodEventSchemas } from '../infrastructure/events/zod-event-schemas.js';
import { NodeDigests } from '../infrastructure/identity/node-digests.js';
import { type ExitCode, print, printError, UsageError } from './command.js';
import { decimalOf } from '../domain/shared/money.js';

/** Options of `replay` for one period. */
export const PERIOD_OPTIONS = {
  period: { type: 'string' },
  territory: { type: 'string' },
  offering: { type: 'string' },
  'as-of': { type: 'string' },
  ruleset: { type: 'string' },
} as const;

export type PeriodValues = { readonly [Option in keyof typeof PERIOD_OPTIONS]?: string | undefined };

type Order = Pick<ReplayRequest, 'period' | 'asOf' | 'rulesetHash'>;

const DIFFERENCES_SHOWN_MAX = 20;
const TRACKS_SHOWN_MAX = 20;

/**
 * The replay that the options request; undefined when they name no period.
 *
 * @throws {UsageError}
 */
export const orderOf = (values: PeriodValues): Order | undefined => {
  if (!Object.keys(PERIOD_OPTIONS).some((option) => values[option as keyof PeriodValues] !== undefined))
    return undefined;
  const { 'as-of': asOf, ruleset } = values;
  if (ruleset !== undefined && !/^[0-9a-f]{64}$/.test(ruleset))
    throw new UsageError('--ruleset takes the hash of a published ruleset, 64 hexadecimal digits.');
  return {
    period: periodIn(values),
    ...(asOf === undefined ? {} : { asOf: asOfIn(asOf) }),
    ...(ruleset === undefined ? {} : { rulesetHash: ruleset }),
  };
};

const periodIn = ({ period: month = '', territory = '', offering = '' }: PeriodValues): Period => {
  if (!isMonth(month)) throw new UsageError('--period takes a month, such as 2026-10.');
  if (!isTerritory(territory)) throw new UsageError('--territory takes a country code, such as DE.');
  if (!isOffering(offering)) throw new UsageError('--offering takes a name, such as premium.');
  return { month, territory, offering };
};

/** A number is a log position, anything else an instant. */
const asOfIn = (text: string): NonNullable<Order['asOf']> => {
  if (/^\d{1,19}$/.test(text)) return { position: BigInt(text) };
  const at = /^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new UsageError(
      '--as-of takes a log position or an RFC 3339 time with a zone, such as 2026-11-10T00:00:00Z.',
    );
  return { at };
};

/** Recomputes a period from the log and compares it with the recorded statement. */
export const replayOne = async (store: EventStore, order: Order, json: boolean): Promise<ExitCode> => {
  const sha256 = sha256With(new NodeDigests());
  const began = performance.now();
  try {
    const found = await replayVerdict({ ...order, store, schemas: new ZodEventSchemas(), sha256 });
    if (json) print(JSON.stringify(jsonOf(found)));
    else show(found, order, performance.now() - began);
    if (found.verdict === 'different') return 1;
    return found.verdict === 'notClosed' ? 2 : 0;
  } catch (error) {
    if (!(error instanceof NotReplayable) && !(error instanceof StoreUnavailable)) throw error;
    printError(error.message);
    return 2;
  }
};

/** Recomputes every closed period from the log and compares it with the recorded statement. */
export const replayAllClosed = async (store: EventStore, json: boolean): Promise<ExitCode> => {
  const source = { store, schemas: new ZodEventSchemas(), sha256: sha256With(new NodeDigests()) };
  const began = performance.now();
  const counts = { equal: 0, different: 0 };
  try {
    for await (const { period, ...outcome } of replayClosed(source)) {
      const isEqual = 'verdict' in outcome && outcome.verdict.verdict === 'equal';
      counts[isEqual ? 'equal' : 'different']++;
      if (json)
        print(
          JSON.stringify({
            period,
            ...('verdict' in outcome ? jsonOf(outcome.verdict) : failureOf(outcome)),
          }),
        );
      else if ('failure' in outcome) printError(`${titleOf(period)}: ${outcome.failure.message}`);
      else if (!isEqual) show(outcome.verdict, { period }, performance.now() - began);
    }
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error;
    printError(error.message);
    return 2;
  }
  if (!json) print(summaryOf(counts, performance.now() - began));
  return counts.different === 0 ? 0 : 1;
};

const failureOf = ({ failure }: { readonly failure: NotReplayable }) => ({
  verdict: 'notReplayable',
  code: failure.code,
  detail: failure.message,
});

const summaryOf = ({ equal, different }: { equal: number; different: number }, ms: number): string => {
  const periods = equal + different;
  const all = `${periods} closed ${periods === 1 ? 'period' : 'periods'}, recomputed from the log in ${seconds(ms)} s`;
  return different === 0
    ? `${all}: each is equal to the books, to the last micro-unit and hash`
    : `${all}: ${different} DIFFER from the books`;
};

const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

const sha256With =
  (digests: NodeDigests): Sha256 =>
  (data) =>
    digests.sha256(data);

const titleOf = ({ offering, territory, month }: Period): string => `${offering} ${territory} ${month}`;

const show = (found: ReplayVerdict, { period }: Order, ms: number): void => {
  const { verdict, recorded, replayed, differences, differencesInAll } = found;
  const { counted, tracks, currency, pool, fence, linesRoot } = replayed.summary;
  print(
    `${titleOf(period)}: ${counted} plays counted, ${tracks} tracks, a pool of ${decimalOf(pool)} ${currency}`,
  );
  print(`from the log up to position ${fence}, in ${seconds(ms)} s`);
  if (verdict === 'equal') print(`equal to the books, to the last micro-unit and hash (lines ${linesRoot})`);
  if (recorded && recorded.summary.codeVersion !== replayed.summary.codeVersion)
    print(`settled by ${recorded.summary.codeVersion}, replayed by ${replayed.summary.codeVersion}`);
  if (verdict === 'notClosed')
    printError('The period is not closed, so there is no statement to compare with. Close it first.');
  if (verdict === 'different') {
    print(`DIFFERENT from the books in ${differencesInAll} fields`);
    for (const { at, recorded, replayed } of differences.slice(0, DIFFERENCES_SHOWN_MAX)) {
      print(`  ${at}`);
      print(`    books ${recorded ?? 'nothing'}`);
      print(`    log   ${replayed ?? 'nothing'}`);
    }
  }
  if (verdict === 'whatIf' && recorded) showSides(found, recorded);
};

const showSides = (found: ReplayVerdict, recorded: PeriodStatement): void => {
  print('what this ruleset would have paid, beside the recorded statement; nothing is changed');
  print(`${'by the books'.padStart(16)}${'what if'.padStart(16)}  track`);
  for (const { trackId, ...both } of sideBySide(found, TRACKS_SHOWN_MAX))
    print(`${cell(both.recorded)}${cell(both.replayed)}  ${trackId}`);
  const more = Math.max(recorded.lines.length, found.replayed.lines.length) - TRACKS_SHOWN_MAX;
  if (more > 0) print(`… and ${more} more`);
};

const cell = (micros: bigint | null): string => (micros === null ? '-' : decimalOf(micros)).padStart(16);

const jsonOf = (found: ReplayVerdict) => ({
  verdict: found.verdict,
  recorded: found.recorded?.summary ?? null,
  replayed: found.replayed.summary,
  differencesInAll: found.differencesInAll,
  differences: found.differences,
});
