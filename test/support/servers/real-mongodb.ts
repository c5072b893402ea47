import { startContainer } from './container.js';

/** A server on which tests may create databases. `stop` stops its container, if there is one. */
export type MongoServer = { readonly url: string; readonly stop: () => Promise<void> };

const IMAGE = 'mongo:8';
const PORT = 27_017;

/** The MongoDB at PLAYLEDGER_TEST_MONGODB_URL, or else MongoDB 8 in a container; or the reason why neither is available. */
export const mongoServer = async (): Promise<MongoServer | { readonly missing: string }> => {
  const url = process.env['PLAYLEDGER_TEST_MONGODB_URL'];
  if (url) return { url, stop: async () => {} };
  const started = await startContainer({ image: IMAGE, port: PORT });
  if ('missing' in started) {
    return { missing: `PLAYLEDGER_TEST_MONGODB_URL is not set, and ${started.missing}` };
  }
  return { url: `mongodb://${started.address}`, stop: started.stop };
};
