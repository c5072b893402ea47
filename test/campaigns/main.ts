import { parseArgs } from 'node:util';
import { type Campaign, carryOut } from './campaign.js';
import { cutPower } from './cut-power.js';
import { failCalls } from './fail-calls.js';
import { flipBits } from './flip-bits.js';
import { killAppends } from './kill-appends.js';
import { killImports } from './kill-imports.js';
import { killPlays } from './kill-plays.js';
import { killProjections } from './kill-projections.js';
import { killOnServers, killSettlements } from './kill-settlements.js';
import { loseAnswers } from './lose-answers.js';
import { redeliver } from './redeliver.js';

const CAMPAIGNS: readonly Campaign[] = [
  killAppends,
  killImports,
  killProjections,
  killPlays,
  killSettlements,
  killOnServers,
  redeliver,
  loseAnswers,
  flipBits,
  failCalls,
  cutPower,
];

const USAGE = `npm run campaign -- NAME... [--cycles N]

Injects N faults in each campaign (default 50) and checks invariants after each fault. A prefix selects all campaigns that
begin with it: "kill" runs all kill campaigns.

${CAMPAIGNS.map(({ name, summary }) => `  ${name.padEnd(17)} ${summary}`).join('\n')}

Exit code: 0 all invariants held, 1 one was violated, 2 wrong usage or a campaign that cannot run on this machine.`;

const parsed = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { cycles: { type: 'string', default: '50' } },
    });
  } catch {
    return undefined;
  }
};

const main = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parsed(args) ?? { values: { cycles: '' }, positionals: [] };
  const cycles = Number(values.cycles);
  const chosen = CAMPAIGNS.filter(({ name }) => positionals.some((start) => name.startsWith(start)));
  if (!Number.isSafeInteger(cycles) || cycles < 1 || chosen.length === 0) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  let code = 0;
  for (const campaign of chosen) {
    const { name, lacks } = campaign;
    const lacking = lacks?.();
    if (lacking !== undefined) {
      process.stdout.write(`${name}: cannot run here: ${lacking}\n`);
      code = Math.max(code, 2);
      continue;
    }
    const began = performance.now();
    const { did, faults } = await carryOut(campaign, cycles, progress);
    const seconds = ((performance.now() - began) / 1_000).toFixed(0);
    progress('');
    process.stdout.write(`${name}: ${faults.length === 0 ? 'passed' : 'FAILED'}; ${did}; ${seconds} s\n`);
    for (const fault of faults) process.stdout.write(`  ${fault}\n`);
    if (faults.length > 0) code = 1;
  }
  return code;
};

const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
};

process.exitCode = await main(process.argv.slice(2));
