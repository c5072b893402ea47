import { importHistories, IMPORT_DEFAULTS } from '../../src/infrastructure/import/import-histories.js';
import { peakMiB } from '../harness/peak-memory.js';
import { readConfig } from '../../src/infrastructure/config.js';
import { openService } from '../../src/composition/service.js';

export type Imported = {
  readonly rows: number;
  readonly ms: number;
  /** Peak memory of the process, including its projections. */
  readonly peakMiB: number;
};

/** Imports `files` into an empty data folder and waits until every projection has caught up. */
export const measure = async (input: {
  readonly folder: string;
  readonly files: readonly string[];
}): Promise<Imported> => {
  const from = performance.now();
  const service = await openService(readConfig({ PLAYLEDGER_DATA_DIR: input.folder }));
  const { streams, dependencies } = service;
  const report = await importHistories({
    ...dependencies,
    streams,
    files: input.files,
    options: IMPORT_DEFAULTS,
    actor: 'admin:bench',
  });
  const stopped = await service.caughtUp();
  await service.close();
  if (!report.complete || report.brokenFiles > 0 || stopped.length > 0) {
    throw new Error(`not imported whole: ${JSON.stringify({ problems: report.problems, stopped })}`);
  }
  return {
    rows: report.rows,
    ms: performance.now() - from,
    peakMiB: peakMiB(),
  };
};
