import { startContainer } from './container.js';

/** A server that tests may write to. `stop` stops its container, if there is one. */
type RealServer = { readonly url: string; readonly stop: () => Promise<void> };

/**
 * A real EventStoreDB or KurrentDB: the one at PLAYLEDGER_TEST_EVENTSTORE_URL, or else one in a container; or the reason
 * why neither is available.
 */
export const realEventStoreDb = async (): Promise<RealServer | { readonly missing: string }> => {
  const url = process.env['PLAYLEDGER_TEST_EVENTSTORE_URL'];
  if (url) return { url, stop: async () => {} };
  const started = await startContainer({
    image: 'kurrentplatform/kurrentdb:latest',
    port: 2113,
    environment: { KURRENTDB_INSECURE: 'true', EVENTSTORE_INSECURE: 'true' },
    health: { path: '/health/live', status: 204 },
  });
  if ('missing' in started) {
    return { missing: `PLAYLEDGER_TEST_EVENTSTORE_URL is not set and ${started.missing}` };
  }
  return { url: `esdb://${started.address}?tls=false`, stop: started.stop };
};
