import { readConfig } from '../infrastructure/config.js';
import { IMPORT_DEFAULTS, importHistories } from '../infrastructure/import/import-histories.js';
import { progressOn } from '../infrastructure/import/import-progress.js';
import { reportLines } from '../infrastructure/import/import-report-text.js';
import { openService } from '../composition/service.js';
import { type CliCommand, type ExitCode, parse, print, say, UsageError } from './command.js';

export const importHistory: CliCommand = {
  usage: `spotify FILE... [--listener NAME] [--offering NAME] [--territory CC] [--strict] [--json]

  Reads both of Spotify's export formats, .json or .json.gz, registers missing artists and tracks, and records each
  play with its original time. The same file again records nothing.
  --listener NAME   whose history it is (default: the name of the folder that holds the file)
  --offering NAME   what the listener was subscribed to (default: ${IMPORT_DEFAULTS.offering})
  --territory CC    country of plays that do not tell theirs (default: ${IMPORT_DEFAULTS.territory}, unknown)
  --strict          stops at the first broken row or file
  --json            prints the report as JSON
  Exit code 1 when a row or a file was broken. On the embedded engine the server must be stopped.`,

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
    if (format !== 'spotify') throw new UsageError('Name the format first: import spotify FILE...');
    if (files.length === 0) throw new UsageError('Name at least one file.');
    if (!/^[A-Z]{2}$/.test(values.territory)) throw new UsageError('--territory takes two capital letters.');
    if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(values.offering)) throw new UsageError('--offering takes a slug.');
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
      else for (const line of reportLines(report)) print(line);
      if (interrupted.signal.aborted) {
        say('Interrupted. Run the same command again to go on: what is recorded is not recorded twice.');
        return 1;
      }
      const stopped = await service.caughtUp();
      for (const { name, error } of stopped) say(`The projection ${name} stopped: ${error}`);
      return report.complete && report.problemCount === 0 && stopped.length === 0 ? 0 : 1;
    } finally {
      await service.close();
    }
  },
};
