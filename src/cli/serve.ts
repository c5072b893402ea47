import { CloseSilentPlays } from '../application/playback/close-silent-plays.js';
import type { SettlementThreads } from '../application/royalty/settlement/settlement-threads.js';
import { AppModule } from '../app.module.js';
import { type Config, readConfig, SETTINGS } from '../infrastructure/config.js';
import { createHttpApp, type RunningServer, startHttp } from '../infrastructure/http/server.js';
import { openService, type Service } from '../composition/service.js';
import { type CliCommand, type ExitCode, parse, printError } from './command.js';

const SILENCE_CHECKED_EVERY_MS = 30_000;
/** Longest time to stop; then the process exits. */
const STOP_MS_MAX = 10_000;

export const serve: CliCommand = {
  usage: `

  Runs the service until it is stopped (SIGINT or SIGTERM). Settings are environment variables:
${SETTINGS.map(({ name, description }) => `  ${name.padEnd(32)} ${description}`).join('\n')}`,

  run: async (args): Promise<ExitCode> => {
    parse({ args: [...args], options: {} });
    // Registered first: a supervisor may stop the service as soon as it listens.
    const stopRequested = new Promise<void>((resolve) => {
      // A second signal, as from the terminal and from npm, has no effect.
      process.on('SIGINT', resolve).on('SIGTERM', resolve);
    });
    const running = await startService(readConfig(process.env));
    printError(`Playledger listens on ${running.server.url}`);
    printError(`  docs     ${running.server.url}/docs`);
    printError(`  data     ${running.service.dependencies.config.dataDir}`);
    printError('  token    run: node bin/playledger.mjs token --role admin --subject you');
    await stopRequested;
    setTimeout(() => process.exit(1), STOP_MS_MAX).unref();
    await running.stop();
    return 0;
  },
};

export type RunningService = {
  readonly service: Service;
  readonly server: RunningServer;
  /** Finishes requests under way, writes pending batches and closes all files. */
  readonly stop: () => Promise<void>;
};

/** Opens the engines and serves on the configured port, in the configured roles. */
export const startService = async (
  config: Config,
  settlements?: SettlementThreads,
): Promise<RunningService> => {
  const service = await openService(config, settlements);
  const listen = async () => {
    const app = await createHttpApp(AppModule.with(service.dependencies), config);
    return { app, server: await startHttp(app, config) };
  };
  const { app, server } = await listen().catch(async (error: unknown) => {
    await service.close();
    throw error;
  });

  const scheduler = config.roles.has('scheduler')
    ? every(
        SILENCE_CHECKED_EVERY_MS,
        async () => {
          await app.get(CloseSilentPlays).pass();
        },
        service,
      )
    : undefined;

  return {
    service,
    server,
    stop: async () => {
      clearInterval(scheduler);
      // A large settlement takes longer than a stop may: its client gets a retryable error at once.
      await Promise.all([server.stop(), service.dependencies.settlements.close()]);
      await service.close();
    },
  };
};

/** Runs `pass` at an interval, one at a time. A failure is reported; the next pass tries again. */
const every = (
  ms: number,
  pass: () => Promise<void>,
  { dependencies: { telemetry } }: Service,
): NodeJS.Timeout => {
  let busy = false;
  return setInterval(() => {
    if (busy) return;
    busy = true;
    pass()
      .catch((error: unknown) => telemetry.fault(error, 'scheduler'))
      .finally(() => void (busy = false));
  }, ms);
};
