import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Build, ReadModels } from '../application/ports/read-models.js';
import { assertLogReaches } from '../application/projecting/log-reach.js';
import { Projectors } from '../application/projecting/projectors.js';
import { canonical } from './canonical.js';
import { openLogForReading, openReadModels, openReadModelsForReading } from '../composition/engines.js';
import { readConfig } from '../infrastructure/config.js';
import { ZodEventSchemas } from '../infrastructure/events/zod-event-schemas.js';
import { SystemTimer } from '../infrastructure/identity/system-timer.js';
import type { AnyProjection } from '../projections/projection.js';
import { projections } from '../projections/all.js';
import { type CliCommand, type ExitCode, parse, print, printError, UsageError } from './command.js';
import { orderOf, PERIOD_OPTIONS, replayAllClosed, replayOne } from './replay-period.js';

/** Most comparisons of a model that changes while it is compared. */
const ATTEMPTS_MAX = 5;
const DIFFERENCES_SHOWN_MAX = 20;

export const replay: CliCommand = {
  usage: `[--into DIR] [--json] [NAME...]
       playledger replay --period YYYY-MM --territory CC --offering NAME [--as-of POSITION|TIME] [--ruleset HASH]
                         [--json]
       playledger replay --closed [--json]

  Rebuilds the named projections, or all, from the first event into a separate embedded store and compares every document
  with the live one, byte for byte in canonical form. Live data is not changed.
  --into DIR  keeps the separate store in DIR (default: a temporary folder in the data folder, removed at the end)
  --json      prints the result as JSON
  Exit code 1 when a document differs.

  With a period: recomputes its statement from the log and compares it with the recorded one. Facts are gathered by code
  other than the settlement's; the royalty rules are the same functions. Prints the differences (exit code 1). Nothing is
  changed.
  --as-of     reads the log up to this position or RFC 3339 time (default: the fence of the last settlement)
  --ruleset   applies another published ruleset: prints what each track would have earned beside what it earned
  --closed    recomputes every closed period in a few passes over the log; prints those that differ (exit code 1)`,

  run: async (args): Promise<ExitCode> => {
    const { values, positionals } = parse({
      args: [...args],
      allowPositionals: true,
      options: {
        into: { type: 'string' },
        json: { type: 'boolean', default: false },
        closed: { type: 'boolean', default: false },
        ...PERIOD_OPTIONS,
      },
    });
    const order = orderOf(values);
    if (order || values.closed) {
      if (positionals.length > 0 || values.into !== undefined || (order && values.closed))
        throw new UsageError(
          'Use --period or --closed alone: without each other, --into and names of projections.',
        );
      const log = await openLogForReading(readConfig(process.env));
      try {
        return order ? await replayOne(log, order, values.json) : await replayAllClosed(log, values.json);
      } finally {
        await log.close();
      }
    }
    const unknown = positionals.find((name) => !projections.some((p) => p.name === name));
    if (unknown !== undefined)
      throw new UsageError(`Unknown projection "${unknown}". "playledger rebuild --help" lists them.`);
    const chosen = projections.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

    const config = readConfig(process.env);
    const store = await openLogForReading(config);
    const live = await openReadModelsForReading(config);
    const folder = values.into ?? mkdtempSync(join(config.dataDir, 'replay-'));
    const replica = await openReadModels({ dataDir: folder });
    try {
      await assertLogReaches(store, live, chosen);
      const dependencies = {
        store,
        models: replica,
        schemas: new ZodEventSchemas(),
        timer: new SystemTimer(),
      };
      const outcomes: Outcome[] = [];
      for (const projection of chosen) {
        const outcome = await rebuiltAndCompared(projection, dependencies, live);
        outcomes.push(outcome);
        if (!values.json) show(outcome);
      }
      if (values.json) print(JSON.stringify(outcomes));
      if (outcomes.some(({ verdict }) => verdict === 'different')) return 1;
      return outcomes.every(({ verdict }) => verdict === 'equal') ? 0 : 2;
    } finally {
      await replica.close();
      await live.close();
      await store.close();
      if (values.into === undefined) rmSync(folder, { recursive: true, force: true });
    }
  },
};

type Outcome = {
  readonly model: string;
  readonly verdict: 'equal' | 'different' | 'not built' | 'behind' | 'moving' | 'stopped';
  readonly documents: number;
  /** SHA-256 over the canonical lines of the replayed documents. */
  readonly sha256: string;
  /** Keys of the first documents that differ. */
  readonly differences: readonly string[];
  readonly detail?: string;
};

type Dependencies = Parameters<typeof Projectors.open>[1];

const rebuiltAndCompared = async (
  projection: AnyProjection,
  dependencies: Dependencies,
  live: ReadModels,
): Promise<Outcome> => {
  const model = projection.name;
  const nothing = { model, documents: 0, sha256: '', differences: [] };
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const projectors = await Projectors.open([projection], dependencies);
    await projectors.run(new AbortController().signal, true);
    const [state] = projectors.status();
    if (state?.state === 'stopped') return { ...nothing, verdict: 'stopped', detail: state.error ?? '' };

    const [mine, theirs] = [
      (await dependencies.models.builds(projection)).live,
      (await live.builds(projection)).live,
    ];
    if (!mine || theirs?.model.version !== projection.version)
      return { ...nothing, verdict: 'not built', detail: notBuilt(projection, theirs) };
    const before = await live.checkpoint(theirs);
    const reached = await dependencies.models.checkpoint(mine);
    if (before < reached) {
      const detail = `The live documents are at position ${before}, the log is at ${reached}. Try again when the server has caught up.`;
      if (attempt === ATTEMPTS_MAX) return { ...nothing, verdict: 'behind', detail };
      await dependencies.timer.after(200);
      continue;
    }
    const compared = await compare(dependencies.models, mine, live, theirs);
    if (before === reached && (await live.checkpoint(theirs)) === before) return { model, ...compared };
  }
  return {
    ...nothing,
    verdict: 'moving',
    detail: 'The live documents changed during the comparison. Try again, or stop the server first.',
  };
};

/** Documents of another version of a projection cannot be compared. */
const notBuilt = ({ version }: AnyProjection, live: Build | undefined): string =>
  `${live ? `The live documents have version ${live.model.version}, this release builds version ${version}` : 'It was never built'}. ` +
  'Start the server, or run "playledger rebuild".';

/** Compares two builds, document by document in key order. */
const compare = async (a: ReadModels, mine: Build, b: ReadModels, theirs: Build) => {
  const digest = createHash('sha256');
  const differences: string[] = [];
  let documents = 0;
  const [left, right] = [lines(a, mine), lines(b, theirs)];
  let [x, y] = [await left.next(), await right.next()];
  while (!x.done || !y.done) {
    const order = x.done
      ? 1
      : y.done
        ? -1
        : Buffer.compare(Buffer.from(x.value.key), Buffer.from(y.value.key));
    if (!x.done && order <= 0) {
      digest.update(`${x.value.line}\n`);
      documents += 1;
    }
    if (order !== 0 || (!x.done && !y.done && x.value.line !== y.value.line)) {
      const key = order <= 0 ? x.value?.key : y.value?.key;
      if (differences.length < DIFFERENCES_SHOWN_MAX && key !== undefined) differences.push(key);
    }
    if (order <= 0) x = await left.next();
    if (order >= 0) y = await right.next();
  }
  const verdict: Outcome['verdict'] = differences.length === 0 ? 'equal' : 'different';
  return { verdict, documents, sha256: digest.digest('hex'), differences };
};

async function* lines(
  models: ReadModels,
  build: Build,
): AsyncGenerator<{ key: string; line: string }, undefined> {
  for await (const page of models.scan(build)) {
    for (const { key, document } of page) yield { key, line: canonical(document) };
  }
  return undefined;
}

const show = ({ model, verdict, documents, sha256, differences, detail }: Outcome): void => {
  if (verdict === 'equal') print(`${model}: ${documents} documents, equal (sha256 ${sha256})`);
  else if (verdict === 'different') print(`${model}: DIFFERENT, first in ${differences.join(', ')}`);
  else printError(`${model}: ${verdict}. ${detail ?? ''}`);
};
