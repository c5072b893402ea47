import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Role } from '../../../src/application/ports/access-tokens.js';
import { type NewEvent, NO_STREAM } from '../../../src/application/ports/event-store.js';
import type {
  SettlementResult,
  SettlementRequest,
} from '../../../src/application/royalty/settlement/compute-settlement.js';
import { startService } from '../../../src/cli/serve.js';
import { readConfig } from '../../../src/infrastructure/config.js';
import { SettlementThread } from '../../../src/composition/threads/settlement-thread.js';

/** An event to append, or one read from another log. */
export type Fact = NewEvent & { readonly stream: string };

type Answer = { readonly status: number; readonly text: string; readonly json: Record<string, unknown> };

const THREADS = 2;

/** Computes every settlement in worker threads. */
class Threads extends SettlementThread {
  settled = 0;
  /** Runs once, when the next settlement begins. */
  meanwhile: (() => unknown) | undefined;

  override compute(what: SettlementRequest): Promise<SettlementResult> {
    this.settled += 1;
    const settling = super.compute(what);
    this.meanwhile?.();
    this.meanwhile = undefined;
    return settling;
  }
}

type Engines = { readonly eventStoreUrl?: string; readonly mongoDbUrl?: string };

/**
 * Starts the service in this process, with worker threads for every settlement.
 *
 * @param threads engines of the worker threads; those of the service by default
 */
export const settlingService = async (engines: Engines = {}, threads = engines) => {
  const folder = mkdtempSync(join(tmpdir(), 'playledger-settling-'));
  const config = readConfig({
    PORT: '0',
    PLAYLEDGER_LOG_LEVEL: 'silent',
    PLAYLEDGER_RATE_PER_SECOND: '0',
    PLAYLEDGER_DATA_DIR: folder,
    ...(engines.eventStoreUrl !== undefined && { PLAYLEDGER_EVENTSTORE_URL: engines.eventStoreUrl }),
    ...(engines.mongoDbUrl !== undefined && { PLAYLEDGER_MONGODB_URL: engines.mongoDbUrl }),
  });
  const settlements = new Threads({ dataDir: folder, ...threads }, THREADS, 0);
  const running = await startService(config, settlements);
  const { store, tokens } = running.service.dependencies;

  const ask = async (role: Role, subject: string, path: string, body?: object): Promise<Answer> => {
    const token = await tokens.issueToken({ role, subject, ttl: 600 });
    const response = await fetch(running.server.url + path, {
      headers: {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(!body && { 'min-position': String(await store.head()) }),
      },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = text.startsWith('{') ? (JSON.parse(text) as Answer['json']) : {};
    return { status: response.status, text, json };
  };

  return {
    settlements,
    store,
    ask,
    /** Appends each fact to its stream. */
    record: async (facts: readonly Fact[]): Promise<void> => {
      for (let at = 0, end = 0; at < facts.length; at = end) {
        const stream = facts[at]?.stream ?? '';
        while (facts[end]?.stream === stream) end++;
        let revision = NO_STREAM;
        for await (const page of store.readStream(stream)) revision += page.length;
        await store.append(stream, revision, facts.slice(at, end));
      }
      await running.service.caughtUp();
    },
    caughtUp: running.service.caughtUp,
    stop: async () => {
      await running.stop();
      rmSync(folder, { recursive: true });
    },
  };
};
