import { CloseSilentPlays } from '../application/playback/close-silent-plays.js';
import type { SettlementThreads } from '../application/royalty/settlement/settlement-threads.js';
import { AppModule } from '../app.module.js';
import { type Config, readConfig, SETTINGS } from '../infrastructure/config.js';
import { createHttpApp, type RunningServer, startHttp } from '../infrastructure/http/server.js';
import { openService, type Service } from '../composition/service.js';
import { type CliCommand, type ExitCode, parse, say } from './command.js';

const SILENCE_LOOKED_FOR_EVERY_MS = 30_000;
/** A stop that takes longer is ended by force. */
const STOP_MS_MAX = 10_000;

export const serve: CliCommand = {
  usage: `

  Settings come from the environment:
${SETTINGS.map(({ name, description }) => `  ${name.padEnd(32)} ${description}`).join('\n')}`,

  run: async (args): Promise<ExitCode> => {
    parse({ args: [...args], options: {} });
    // Listened for from the beginning: who is told that it listens may stop it at once.
    const toldToStop = new Promise<void>((resolve) => {
      // Told twice, by the terminal and by npm, it stops once.
      process.on('SIGINT', resolve).on('SIGTERM', resolve);
    });
    const running = await startService(readConfig(process.env));
    say(`Playledger listens on ${running.server.url}`);
    say(`  docs     ${running.server.url}/docs`);
    say(`  data     ${running.service.dependencies.config.dataDir}`);
    say('  a token  node bin/playledger.mjs token --role admin --subject you');
    await toldToStop;
    setTimeout(() => process.exit(1), STOP_MS_MAX).unref();
    await running.stop();
    return 0;
  },
};

export type RunningService = {
  readonly service: Service;
  readonly server: RunningServer;
  /** Answers what is under way, lets batches be written, lets go of files. */
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
        SILENCE_LOOKED_FOR_EVERY_MS,
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
      // A large settlement takes longer than is left for answers: who waits for one is told at once to ask again.
      await Promise.all([server.stop(), service.dependencies.settlements.close()]);
      await service.close();
    },
  };
};

/** Runs `pass` again and again, one at a time; a pass that fails is reported and the next one tries again. */
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
