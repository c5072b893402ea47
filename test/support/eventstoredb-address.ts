import { existsSync } from 'node:fs';
import { request, type RequestOptions } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A server that tests may write to; `stop` ends what was started for them. */
type RealServer = { readonly url: string; readonly stop: () => Promise<void> };

const IMAGE = 'kurrentplatform/kurrentdb:latest';
const PORT = 2113;
const PING_MS = 1_000;
/** Longest wait for the image and the start of its server. */
const START_MS = 120_000;

/**
 * A real EventStoreDB or KurrentDB: that of PLAYLEDGER_TEST_EVENTSTORE_URL, else one in a container; else the reason
 * why there is none.
 */
export const realEventStoreDb = async (): Promise<RealServer | { readonly missing: string }> => {
  const url = process.env['PLAYLEDGER_TEST_EVENTSTORE_URL'];
  if (url) return { url, stop: async () => {} };
  if (!(await aContainerRuntimeAnswers())) {
    return { missing: 'PLAYLEDGER_TEST_EVENTSTORE_URL is not set and no container runtime answers' };
  }
  return inContainer().catch((error: Error) => ({ missing: `${IMAGE} does not start: ${error.message}` }));
};

const inContainer = async (): Promise<RealServer> => {
  const { GenericContainer, Wait } = await import('testcontainers');
  const starting = new GenericContainer(IMAGE)
    .withEnvironment({ KURRENTDB_INSECURE: 'true', EVENTSTORE_INSECURE: 'true' })
    .withExposedPorts(PORT)
    .withWaitStrategy(Wait.forHttp('/health/live', PORT).forStatusCode(204))
    .withStartupTimeout(START_MS)
    .start();
  // Pulling an image knows no time-out of its own.
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${START_MS} ms`)), START_MS);
  });
  try {
    const container = await Promise.race([starting, late]);
    const url = `esdb://${container.getHost()}:${container.getMappedPort(PORT)}?tls=false`;
    return { url, stop: async () => void (await container.stop()) };
  } catch (error) {
    void starting.then((container) => container.stop()).catch(() => {});
    throw error;
  } finally {
    clearTimeout(timer);
  }
};

/** Asks the sockets where a runtime may listen, before the costly import of testcontainers. */
const aContainerRuntimeAnswers = async (): Promise<boolean> => {
  const places = runtimePlaces();
  return (await Promise.all(places.map(pings))).includes(true);
};

const runtimePlaces = (): readonly RequestOptions[] => {
  const given = process.env['DOCKER_HOST'];
  if (given?.startsWith('unix://')) return [{ socketPath: given.slice('unix://'.length) }];
  if (given) {
    const { hostname, port } = new URL(given);
    return [{ host: hostname, port }];
  }
  const run = process.env['XDG_RUNTIME_DIR'];
  const sockets = ['/var/run/docker.sock', join(homedir(), '.docker/run/docker.sock')];
  if (run) sockets.push(join(run, 'docker.sock'), join(run, 'podman/podman.sock'));
  return sockets.filter(existsSync).map((socketPath) => ({ socketPath }));
};

const pings = (place: RequestOptions): Promise<boolean> =>
  new Promise((resolve) => {
    const ping = request({ ...place, path: '/_ping', timeout: PING_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.on('timeout', () => ping.destroy());
    ping.on('error', () => resolve(false));
    ping.end();
  });
