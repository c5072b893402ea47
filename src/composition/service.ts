import type { ProjectionState } from '../application/ports/projection-status.js';
import { FailStop } from '../application/ports/fail-stop.js';
import { assertLogReaches } from '../application/projecting/log-reach.js';
import type { SettlementThreads } from '../application/royalty/settlement/settlement-threads.js';
import { recordedProgress } from '../application/projecting/recorded-progress.js';
import { Watcher } from '../application/projecting/watcher.js';
import { Streams } from '../application/streams/streams.js';
import type { Dependencies } from '../app.module.js';
import { openLog, openReadModelsForReading } from './engines.js';
import { JwtAccessTokens } from '../infrastructure/auth/jwt-access-tokens.js';
import { loadTokenKeys } from '../infrastructure/auth/token-keys.js';
import type { Config } from '../infrastructure/config.js';
import { ZodEventSchemas } from '../infrastructure/events/zod-event-schemas.js';
import { SystemClock } from '../infrastructure/identity/system-clock.js';
import { SystemTimer } from '../infrastructure/identity/system-timer.js';
import { UuidIds } from '../infrastructure/identity/uuid-ids.js';
import { OperatorTelemetry } from '../infrastructure/telemetry/operator-telemetry.js';
import { ProjectorThread } from './threads/projector-thread.js';
import { SettlementThread } from './threads/settlement-thread.js';
import { projections as allProjections } from '../projections/all.js';

const POLLS = { minMs: 20, maxMs: 20 };

/** The dependencies of one process of the service, opened in order and closed in reverse. */
export type Service = {
  readonly dependencies: Dependencies & {
    readonly telemetry: OperatorTelemetry;
    readonly tokens: JwtAccessTokens;
  };
  readonly streams: Streams;
  /**
   * Resolves once every projection of this process has folded the log up to its present head, or has stopped.
   *
   * @returns the projections that stopped
   */
  readonly caughtUp: () => Promise<readonly ProjectionState[]>;
  readonly close: () => Promise<void>;
};

/** @throws {DataFolderUnusable} {BadConfig} {LogEndLost} {StoreUnavailable} {ReadModelsUnavailable} */
export const openService = async (
  config: Config,
  settlements: SettlementThreads = new SettlementThread(config),
): Promise<Service> => {
  const failStop = new EndProcess();
  const clock = new SystemClock();
  const timer = new SystemTimer();
  const ids = new UuidIds();
  const schemas = new ZodEventSchemas();
  const tokens = new JwtAccessTokens(await loadTokenKeys(config), clock);
  const telemetry = new OperatorTelemetry(config);

  const log = await openLog(config, (error) => failStop.stop(error));
  const store = telemetry.measured(log);
  const models = await openReadModelsForReading(config).catch(async (error: unknown) => {
    await log.close();
    throw error;
  });
  let progress: readonly ProjectionState[];
  try {
    await assertLogReaches(log, models, allProjections);
    progress = await recordedProgress(models);
  } catch (error) {
    await models.close();
    await log.close();
    throw error;
  }
  const projections = new ProjectorThread(config, log, (error) => telemetry.fault(error, 'projector'));
  projections.start(
    { projects: config.roles.has('projector'), reacts: config.roles.has('scheduler') },
    progress,
  );
  telemetry.observe({ store, projections, processes: () => projections.processes() });

  const progressWatcher = new Watcher(() => Promise.resolve(projections.all()), timer, POLLS);
  const caughtUp = async (): Promise<readonly ProjectionState[]> => {
    const head = await store.head();
    const hasEnded = ({ state, position }: ProjectionState) =>
      state === 'stopped' || (state === 'live' && position >= head);
    const haveEnded = (states: readonly ProjectionState[]) => states.length > 0 && states.every(hasEnded);
    const now = projections.all();
    const states = haveEnded(now) ? now : await progressWatcher.next(haveEnded);
    return states.filter(({ state }) => state === 'stopped');
  };

  const close = async (): Promise<void> => {
    await settlements.close();
    await projections.stop();
    await store.close();
    await models.close();
  };

  return {
    dependencies: {
      config,
      store,
      models,
      schemas,
      clock,
      timer,
      ids,
      tokens,
      telemetry,
      projections,
      settlements,
      failStop,
    },
    streams: new Streams(store, schemas, ids),
    caughtUp,
    close,
  };
};

/** Time for pending responses. */
const LAST_RESPONSES_MS = 1_000;

/** Ends this process with a failure. Its supervisor restarts it, and the start reads what is durable. */
class EndProcess extends FailStop {
  override stop(because: Error): void {
    process.stderr.write(`The process ends because of its disk: ${because.message}\n`);
    process.exitCode = 1;
    setTimeout(() => process.exit(1), LAST_RESPONSES_MS);
  }
}
