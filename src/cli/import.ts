import { readConfig } from '../infrastructure/config.js';
import { IMPORT_DEFAULTS, importHistories } from '../infrastructure/import/import-histories.js';
import { progressOn } from '../infrastructure/import/import-progress.js';
import { importReportLines } from '../infrastructure/import/import-report-text.js';
import { openService } from '../composition/service.js';
import { type CliCommand, type ExitCode, parse, print, printError, UsageError } from './command.js';

export const importHistory: CliCommand = {
  usage: `spotify FILE... [--listener NAME] [--offering NAME] [--territory CC] [--strict] [--json]

  Imports listening histories in both of Spotify's export formats, .json or .json.gz: registers missing artists and
  tracks, and records each play with its original time. Importing a file again records nothing.
  --listener NAME   the listener's name (default: the name of the folder that contains the file)
  --offering NAME   the listener's subscription (default: ${IMPORT_DEFAULTS.offering})
  --territory CC    country of plays without one (default: ${IMPORT_DEFAULTS.territory}, unknown)
  --strict          stops at the first invalid row or file
  --json            prints the report as JSON
  Exit code 1 if a row or a file was not imported. On the embedded engine, stop the server first.`,

  run: async (args): Promise<ExitCode> => {
    const { values, positionals } = parse({
      args: [...args],
      allowPositionals: true,
      options: {
        listener: { type: 'string' },
        offering: { type: 'string', default: IMPORT_DEFAULTS.offering },
        territory: { type: 'string', default: IMPORT_DEFAULTS.territory },
        strict: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    });
    const [format, ...files] = positionals;
    if (format !== 'spotify') throw new UsageError('Start with the format: import spotify FILE...');
    if (files.length === 0) throw new UsageError('Add at least one file.');
    if (!/^[A-Z]{2}$/.test(values.territory))
      throw new UsageError('--territory takes a country code of two capital letters, such as DE.');
    if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(values.offering))
      throw new UsageError(
        '--offering takes 1 to 64 lower-case letters, digits and hyphens, such as premium.',
      );
    if (values.listener === '') throw new UsageError('--listener takes a name.');
    const { json, listener, ...options } = values;

    const service = await openService({ ...readConfig(process.env), roles: new Set(['projector']) });
    const interrupted = new AbortController();
    const interrupt = () => interrupted.abort();
    process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
    const progress = progressOn(process.stderr);
    try {
      const report = await importHistories({
        ...service.dependencies,
        streams: service.streams,
        files,
        options: listener === undefined ? options : { ...options, listener },
        actor: 'admin:import',
        signal: interrupted.signal,
        onProgress: progress.show,
      }).finally(progress.close);
      if (json) print(JSON.stringify(report));
      else for (const line of importReportLines(report)) print(line);
      if (interrupted.signal.aborted) {
        printError(
          'Interrupted. Run the same command again to continue: recorded plays are not recorded twice.',
        );
        return 1;
      }
      const stopped = await service.caughtUp();
      for (const { name, error } of stopped)
        printError(
          `Projection ${name} stopped: ${error}. Run "playledger rebuild ${name}" when the cause is fixed.`,
        );
      return report.complete && report.problemCount === 0 && stopped.length === 0 ? 0 : 1;
    } finally {
      await service.close();
    }
  },
};
