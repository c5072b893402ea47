import { parseArgs } from 'node:util';
import { append } from './append/append.js';
import { close } from './close/close.js';
import { type Bench, type Options, Unavailable } from './harness/bench.js';
import { scratchFolder } from './harness/folder.js';
import { machine, warnings } from './harness/machine.js';
import { asJson, asText } from './harness/report.js';
import { http } from './http/http.js';
import { importing } from './import/import.js';
import { project } from './project/project.js';
import { replay } from './replay/replay.js';
import { replayPeriod } from './replay-period/replay-period.js';
import { type ModelName, MODELS } from './workload/month.js';

const BENCHES: readonly Bench[] = [append, replay, project, http, importing, close, replayPeriod];

const USAGE = `npm run bench -- NAME [OPTION]... [FILE]...

${BENCHES.map(({ name, summary }) => `  ${name.padEnd(13)} ${summary}`).join('\n')}

  --rounds N    rounds; every subject runs once in each, in rotated order
  --seconds S   length of one timed run, where time is fixed
  --events N    length of the log, where the log is fixed
  --plays N     plays of the month, where a month is closed or replayed
  --model NAME  sharing model of the month: ${Object.keys(MODELS).join(' or ')}
  --scale N     growth: length of the long log as a multiple of the short one (default 10; 1: not measured)
  --peers       also measures other event stores; first run: npm ci --prefix bench/peers
  --memory      replay: also measures memory with one and five million events
  --dir FOLDER  folder for files, on a real disk (default .tmp/bench)
  --json        prints the report as JSON
docs/benchmarks.md explains each figure.`;

class UsageError extends Error {
  override readonly name = 'UsageError';
}

const above = (name: string, text: string | undefined, whole: boolean): number | undefined => {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0 && value < 1e9) || (whole && !Number.isInteger(value))) {
    throw new UsageError(`--${name} must be a ${whole ? 'whole ' : ''}number above 0, not "${text}".`);
  }
  return value;
};

const isModel = (name: string): name is ModelName => Object.hasOwn(MODELS, name);

const modelNamed = (name: string): ModelName => {
  if (isModel(name)) return name;
  throw new UsageError(`--model must be ${Object.keys(MODELS).join(' or ')}, not "${name}".`);
};

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        events: { type: 'string' },
        plays: { type: 'string' },
        model: { type: 'string', default: 'user-centric' },
        scale: { type: 'string' },
        peers: { type: 'boolean', default: false },
        memory: { type: 'boolean', default: false },
        dir: { type: 'string', default: '.tmp/bench' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
};

const main = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parsed(args);
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const [name, ...files] = positionals;
  const bench = BENCHES.find((known) => known.name === name);
  if (!bench)
    throw new UsageError(name === undefined ? 'Name a bench.' : `There is no bench named "${name}".`);

  const folder = scratchFolder(values.dir);
  const doubts = [...warnings(folder)];
  const options: Options = {
    rounds: above('rounds', values.rounds, true) ?? bench.defaults.rounds,
    seconds: above('seconds', values.seconds, false) ?? bench.defaults.seconds,
    events: above('events', values.events, true) ?? bench.defaults.events,
    plays: above('plays', values.plays, true) ?? bench.defaults.plays ?? 0,
    model: modelNamed(values.model),
    scale: above('scale', values.scale, true) ?? 10,
    peers: values.peers,
    memory: values.memory,
    files,
    folder,
    warn: (text) => void doubts.push(text),
    progress: process.stderr.isTTY ? (text) => process.stderr.write(`\r\x1b[K${text}`) : () => {},
  };
  const lines = await bench.run(options);
  options.progress('');

  const report = {
    bench: bench.name,
    machine: machine(),
    settings: [
      `${options.rounds} rounds`,
      ...(options.seconds > 0 ? [`${options.seconds} s`] : []),
      ...(options.events > 0 ? [`${options.events} events`] : []),
      ...(options.plays > 0 ? [`${options.plays} plays`] : []),
      `growth by ${options.scale}`,
    ].join(', '),
    lines,
    warnings: doubts,
  };
  process.stdout.write(`${values.json ? asJson(report) : asText(report)}\n`);
  return 0;
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (error instanceof UsageError) process.stderr.write(`${error.message}\n\n${USAGE}\n`);
  else if (error instanceof Unavailable) process.stderr.write(`${error.message}\n`);
  else throw error;
  process.exitCode = 2;
}
