import { setTimeout as sleep } from 'node:timers/promises';
import { assertLogReaches } from '../application/projecting/log-reach.js';
import { Projectors } from '../application/projecting/projectors.js';
import { openLogForReading, openReadModels } from '../composition/engines.js';
import { readConfig } from '../infrastructure/config.js';
import { ZodEventSchemas } from '../infrastructure/events/zod-event-schemas.js';
import { SystemTimer } from '../infrastructure/identity/system-timer.js';
import { projections } from '../projections/all.js';
import { type CliCommand, type ExitCode, parse, print, printError, UsageError } from './command.js';

const PROGRESS_EVERY_MS = 500;

export const rebuild: CliCommand = {
  usage: `[NAME...]

  Rebuilds the named projections, or all:
${projections.map(({ name }) => `    ${name}`).join('\n')}
  The live documents stay in use until the new ones have caught up. On the embedded engine, stop the server first: a data
  folder has one writer. On MongoDB the server may keep running. To rebuild on a running server, on any engine, send as
  admin: POST /v1/operations/projections/NAME/rebuild`,

  run: async (args): Promise<ExitCode> => {
    const { positionals } = parse({ args: [...args], allowPositionals: true, options: {} });
    const unknown = positionals.find((name) => !projections.some((p) => p.name === name));
    if (unknown !== undefined)
      throw new UsageError(`Unknown projection "${unknown}". Use the names listed below.`);
    const chosen = projections.filter((p) => positionals.length === 0 || positionals.includes(p.name));

    const config = readConfig(process.env);
    const store = await openLogForReading(config);
    const models = await openReadModels(config);
    try {
      await assertLogReaches(store, models, projections);
      const head = await store.head();
      const dependencies = { store, models, schemas: new ZodEventSchemas(), timer: new SystemTimer() };
      const projectors = await Projectors.open(chosen, dependencies);
      for (const { name } of chosen) projectors.rebuild(name);

      const running = new AbortController();
      const showing = showProgress(projectors, head, running.signal);
      await projectors.run(running.signal, true);
      running.abort();
      await showing;

      const states = projectors.status();
      for (const { name, version, state, position, parked, error } of states) {
        print(`${name} v${version}: ${error ?? `${state} at ${position}, ${parked} parked`}`);
      }
      return states.every(({ state, parked }) => state !== 'stopped' && parked === 0) ? 0 : 1;
    } finally {
      await models.close();
      await store.close();
    }
  },
};

const showProgress = async (projectors: Projectors, head: bigint, signal: AbortSignal): Promise<void> => {
  if (!process.stderr.isTTY || head === 0n) return;
  while (!signal.aborted) {
    const slowest = projectors
      .status()
      .reduce((min, { position }) => (position < min ? position : min), head);
    process.stderr.write(`\r${(slowest * 100n) / head} % of ${head}`);
    await sleep(PROGRESS_EVERY_MS, undefined, { signal }).catch(() => printError());
  }
};
