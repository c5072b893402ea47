import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type CliCommand, type ExitCode, printError } from './command.js';

const PROGRAM = fileURLToPath(new URL('../../bench/main.js', import.meta.url));

export const bench: CliCommand = {
  usage: `NAME [OPTION]... [FILE]...

  Runs a benchmark. Without a name, lists all benchmarks and their options. The benchmarks are part of the repository, not
  of the image: build them with "npx tsc -b bench", or run "npm run bench -- NAME".`,

  run: async (args): Promise<ExitCode> => {
    if (!existsSync(PROGRAM)) {
      printError('The benchmarks are not built. Run "npx tsc -b bench" in the repository.');
      return 2;
    }
    const child = spawn(process.execPath, ['--enable-source-maps', PROGRAM, ...args], { stdio: 'inherit' });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('exit', resolve);
    });
    return code === 0 ? 0 : code === 1 ? 1 : 2;
  },
};
