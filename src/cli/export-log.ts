import { EVENTS_BY_CATEGORY } from '../infrastructure/events/registry.js';
import { openLogForReading } from '../composition/engines.js';
import { canonical } from './canonical.js';
import { readConfig } from '../infrastructure/config.js';
import { type CliCommand, type ExitCode, parse, printAll, UsageError } from './command.js';

const TYPES = new Set(Object.values(EVENTS_BY_CATEGORY).flatMap(Object.keys));

export const exportLog: CliCommand = {
  usage: `[--after POSITION] [--category NAME]... [--type NAME]...

  Prints the events in log order to standard output, one line each, in RFC 8785 form:
  {data, id, metadata, position, revision, stream, type}, with the position as a string. The server may keep running.
  --after     prints the events after this position (default: 0)
  --category  prints only events of these categories, such as play
  --type      prints only events of these types, such as PlayStopped`,

  run: async (args): Promise<ExitCode> => {
    const { values } = parse({
      args: [...args],
      options: {
        after: { type: 'string', default: '0' },
        category: { type: 'string', multiple: true },
        type: { type: 'string', multiple: true },
      },
    });
    if (!/^\d{1,19}$/.test(values.after))
      throw new UsageError('--after takes a log position, a whole number such as 1000.');
    const { category: categories = [], type: types = [] } = values;
    const unknown =
      categories.find((name) => !Object.hasOwn(EVENTS_BY_CATEGORY, name)) ??
      types.find((name) => !TYPES.has(name));
    if (unknown !== undefined)
      throw new UsageError(`Unknown category or event type "${unknown}". docs/events.md lists them.`);

    const store = await openLogForReading(readConfig(process.env));
    try {
      const select = {
        ...(categories.length > 0 ? { categories } : {}),
        ...(types.length > 0 ? { types } : {}),
      };
      for await (const { events } of store.readAll(BigInt(values.after), { select })) {
        const lines = events.map(({ id, stream, revision, position, type, data, metadata }) =>
          canonical({ id, stream, revision, position: position.toString(), type, data, metadata }),
        );
        await printAll(lines);
      }
      return 0;
    } finally {
      await store.close();
    }
  },
};
