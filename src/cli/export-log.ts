import { once } from 'node:events';
import { openLogForReading } from '../engines.js';
import { canonical } from './canonical.js';
import { readConfig } from '../infrastructure/config.js';
import { type CliCommand, type ExitCode, parse, UsageError } from './command.js';

export const exportLog: CliCommand = {
  usage: `[--after POSITION] [--category NAME]... [--type NAME]...

  In the order of the log, to standard output. Works beside a running server. A line is the event in RFC 8785 form:
  {data, id, metadata, position, revision, stream, type}, with the position as a string.`,

  run: async (args): Promise<ExitCode> => {
    const { values } = parse({
      args: [...args],
      options: {
        after: { type: 'string', default: '0' },
        category: { type: 'string', multiple: true },
        type: { type: 'string', multiple: true },
      },
    });
    if (!/^\d{1,19}$/.test(values.after)) throw new UsageError('--after takes a position, a whole number.');

    const store = await openLogForReading(readConfig(process.env));
    try {
      const select = {
        ...(values.category ? { categories: values.category } : {}),
        ...(values.type ? { types: values.type } : {}),
      };
      for await (const { events } of store.readAll(BigInt(values.after), { select })) {
        const lines = events.map(({ id, stream, revision, position, type, data, metadata }) =>
          canonical({ id, stream, revision, position: position.toString(), type, data, metadata }),
        );
        if (lines.length > 0 && !process.stdout.write(`${lines.join('\n')}\n`))
          await once(process.stdout, 'drain');
      }
      return 0;
    } finally {
      await store.close();
    }
  },
};
