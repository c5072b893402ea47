import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Goal: the vectors check the code that pays. Method: copies the compiled program and breaks one rule in the file by
// which a settlement applies it; `playledger vectors` of the copy must fail.

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const VECTORS = ['boundaries', 'royalty'].map((name) => join(ROOT, 'test/vectors', `${name}.json`));

let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'playledger-mutations-'));
  cpSync(join(ROOT, 'dist/src'), join(copy, 'dist/src'), {
    recursive: true,
    filter: (source) => !/\.(?:map|tsbuildinfo|d\.ts)$/.test(source),
  });
  writeFileSync(join(copy, 'package.json'), '{ "type": "module" }');
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const vectorsOfCopy = () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    [join(copy, 'dist/src/main.js'), 'vectors', ...VECTORS],
    { encoding: 'utf8' },
  );
  return { status, failed: [...stdout.matchAll(/^(?:FAIL|BAD ) \S+ (\w+):/gm)].map(([, op = '']) => op) };
};

const ROYALTY = 'dist/src/domain/royalty';

/** The rule, the compiled file that applies it, the original text, its replacement, and an operation that must fail. */
const MUTATIONS = [
  [
    'R16: one stream too many',
    'counting/verdicts.js',
    'ends.length >= maxStreams',
    'ends.length > maxStreams',
    'concurrency',
  ],
  [
    'R5: a run one play too long',
    'counting/verdicts.js',
    'run.length > straightRunMax',
    'run.length > straightRunMax + 1',
    'straightPlays',
  ],
  [
    'R2: 29 seconds are a play',
    'rules/counting.js',
    'listened >= needed',
    'listened + 1000 >= needed',
    'playCredit',
  ],
  [
    'R7: the first track weighs a hundred times as much',
    'sharing/pools.js',
    'usage.tracks.map((track) => BigInt(weightOf(track)))',
    'usage.tracks.map((track, i) => BigInt(weightOf(track)) * (i === 0 ? 100n : 1n))',
    'proRata',
  ],
  [
    "R8: a listener's money goes to the first track only",
    'sharing/pools.js',
    'sums.addSmall(small, placeOf)',
    'sums.addSmall(small, () => placeOf(0))',
    'userCentric',
  ],
  [
    'R9: professional weights are swapped',
    'sharing/pools.js',
    'isProfessional ? weights.professional : weights.other',
    'isProfessional ? weights.other : weights.professional',
    'artistCentric',
  ],
  [
    'R4, R10: overtime counts half as much again',
    'rules/mechanical.js',
    '10 + 2 *',
    '10 + 3 *',
    'mechanicalAllocate',
  ],
  [
    'R11: claims may add up to 200 percent',
    'rules/shares.js',
    'claimed > PPM_BIG',
    'claimed > 2n * PPM_BIG',
    'splits',
  ],
  [
    'R12: fractions of a cent are paid',
    'payees/account.js',
    'balance - (balance % minor)',
    'balance',
    'royaltyAccount',
  ],
  [
    'R13: a restatement books the new amounts, not the differences',
    'statements/restatement.js',
    'emptyLine(id), -1n)',
    'emptyLine(id), 0n)',
    'restate',
  ],
  [
    'R15: the longer of contradicting reports counts',
    '../shared/listening/numbered-reports.js',
    ') < 0;',
    ') > 0;',
    'mergeReports',
  ],
  [
    'R17: one stream too few is enough',
    'rules/eligibility.js',
    'inWindow >= minStreams',
    'inWindow >= minStreams - 1',
    'eligibility',
  ],
  [
    'R14: no time is too wrong',
    'counting/verdicts.js',
    '(play) => timeFault(counting.time, asClaimed(play))',
    '() => undefined',
    'timeValidation',
  ],
  [
    'R4: overtime is not applied when plays are folded',
    'sharing/usage-part.js',
    'overtimeWeight(credit, play.durationMs)',
    'credit * 10',
    'overtime',
  ],
  [
    'R15: the money of contradicting reports is paid',
    'statements/statement.js',
    'book(accounts.held(caseId), part)',
    "book(accounts.payee('label'), part)",
    'endToEnd',
  ],
] as const;

test('the unchanged copy answers all vectors', () =>
  expect(vectorsOfCopy()).toEqual({ status: 0, failed: [] }));

describe('the vectors fail', () => {
  test.each(MUTATIONS)('with %s', (_what, file, sound, broken, operation) => {
    const path = join(copy, ROYALTY, file);
    const text = readFileSync(path, 'utf8');
    expect(text.split(sound)).toHaveLength(2);
    writeFileSync(path, text.replace(sound, broken));
    try {
      const { status, failed } = vectorsOfCopy();
      expect(status).toBe(1);
      expect(failed).toContain(operation);
    } finally {
      writeFileSync(path, text);
    }
  });
});
