import { startContainer } from './container.js';

/** A server that tests may write to, in databases of their own; `stop` ends what was started for them. */
export type MongoServer = { readonly url: string; readonly stop: () => Promise<void> };

const IMAGE = 'mongo:8';
const PORT = 27_017;

/** That of PLAYLEDGER_TEST_MONGODB_URL, else MongoDB 8 in a container; else the reason why there is none. */
export const mongoServer = async (): Promise<MongoServer | { readonly missing: string }> => {
  const url = process.env['PLAYLEDGER_TEST_MONGODB_URL'];
  if (url) return { url, stop: async () => {} };
  const started = await startContainer({ image: IMAGE, port: PORT });
  if ('missing' in started) {
    return { missing: `PLAYLEDGER_TEST_MONGODB_URL is not set, and ${started.missing}` };
  }
  return { url: `mongodb://${started.address}`, stop: started.stop };
};
