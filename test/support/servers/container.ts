import { existsSync } from 'node:fs';
import { request, type RequestOptions } from 'node:http';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { StartedTestContainer } from 'testcontainers';

const PING_MS = 1_000;
/** Limit for pulling the image and starting its server, because a pull has no time-out. */
const START_MS = 120_000;

export type Started = { readonly address: string; readonly stop: () => Promise<void> };

type Container = {
  readonly image: string;
  readonly port: number;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Path and status of the health check; without it, the server is ready once its port is open. */
  readonly health?: { readonly path: string; readonly status: number };
};

/** Starts a container and waits until its server is ready, or returns the reason why that is impossible. */
export const startContainer = async ({
  image,
  port,
  command = [],
  environment = {},
  health,
}: Container): Promise<Started | { readonly missing: string }> => {
  if (!(await isRuntimeRunning())) return { missing: 'no container runtime answers' };
  const { GenericContainer, Wait } = await import('testcontainers');
  const container = new GenericContainer(image)
    .withExposedPorts(port)
    .withCommand([...command])
    .withEnvironment({ ...environment })
    .withStartupTimeout(START_MS);
  if (health) container.withWaitStrategy(Wait.forHttp(health.path, port).forStatusCode(health.status));
  const starting = container.start();
  try {
    const container = await within(START_MS, starting);
    return {
      address: `${container.getHost()}:${container.getMappedPort(port)}`,
      stop: async () => void (await container.stop()),
    };
  } catch (error) {
    void starting.then((container) => container.stop()).catch(() => {});
    return { missing: `${image} does not start: ${(error as Error).message}` };
  }
};

const within = async (ms: number, starting: Promise<StartedTestContainer>): Promise<StartedTestContainer> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([starting, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** Pings the sockets of container runtimes, which is far cheaper than importing testcontainers and letting it fail. */
const isRuntimeRunning = async (): Promise<boolean> =>
  (await Promise.all(runtimePlaces().map(pings))).includes(true);

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
  return sockets.filter((path) => existsSync(path)).map((socketPath) => ({ socketPath }));
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
