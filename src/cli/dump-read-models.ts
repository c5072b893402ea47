import { openReadModelsForReading } from '../composition/engines.js';
import { canonical } from './canonical.js';
import { readConfig } from '../infrastructure/config.js';
import { projections } from '../projections/all.js';
import { type CliCommand, type ExitCode, parse, printAll, printError, UsageError } from './command.js';

export const dumpReadModels: CliCommand = {
  usage: `--canonical [NAME...]

  Prints the documents of all projections, or of the named ones, to standard output, one line each: {document, key, model}
  in RFC 8785 form, ordered by projection and key. The same log gives the same bytes on every engine.`,

  run: async (args): Promise<ExitCode> => {
    const { values, positionals } = parse({
      args: [...args],
      allowPositionals: true,
      options: { canonical: { type: 'boolean', default: false } },
    });
    if (!values.canonical) throw new UsageError('Add --canonical: it is the only format.');
    const unknown = positionals.find((name) => !projections.some((p) => p.name === name));
    if (unknown !== undefined)
      throw new UsageError(`Unknown projection "${unknown}". "playledger rebuild --help" lists them.`);

    const models = await openReadModelsForReading(readConfig(process.env));
    try {
      const chosen = projections
        .filter(({ name }) => positionals.length === 0 || positionals.includes(name))
        .toSorted((a, b) => (a.name < b.name ? -1 : 1));
      let missing = false;
      for (const projection of chosen) {
        const { live } = await models.builds(projection);
        if (live?.model.version !== projection.version) {
          printError(
            `${projection.name} was not built by this release. Start the server, or run "playledger rebuild ${projection.name}".`,
          );
          missing = true;
          continue;
        }
        for await (const page of models.scan(live)) {
          const lines = page.map(({ key, document }) => canonical({ model: projection.name, key, document }));
          await printAll(lines);
        }
      }
      return missing ? 2 : 0;
    } finally {
      await models.close();
    }
  },
};
