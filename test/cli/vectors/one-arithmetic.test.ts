import { describe, expect, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';

// Goal: each rule is implemented once. A function of the domain that only the vectors call would be a second
// implementation beside the one that pays, and the vectors would check the wrong one.

type Source = { readonly file: string; readonly text: string };

/** Functions of the domain that only the vectors call, each with the reason for keeping it. */
const NOT_CALLED: Readonly<Record<string, string>> = {
  hashChain: 'R19: the chain of a signed log, which does not exist yet.',
  checkReport: 'Checks files that have been written: tests run it over every export.',
  dsrLines: 'Writes a report in one piece; exports write the same records page by page.',
  offlineTimeFault: 'R14: leases of downloads, which do not exist yet.',
  inclusionProof: 'Proofs for auditors, which no command returns yet.',
  verifyInclusion: 'As inclusionProof.',
  consistencyProof: 'As inclusionProof.',
  verifyConsistency: 'As inclusionProof.',
  merkleTree: 'As inclusionProof: the tree behind the proofs.',
  leafHash: 'As inclusionProof. A settlement hashes the same bytes as one text.',
  DEFAULT_RULESETS: 'The rulesets that ship: tests check each of them.',
  fromHex: 'Reads the start of a chain from a vector.',
  IDENTIFIER_TYPES: 'The kinds of identifiers that a vector may contain.',
};

/** Exports of `src/domain` that only the vectors use outside the declaring file. */
const calledByVectorsAlone = (sources: readonly Source[]): readonly string[] =>
  sources
    .filter(({ file }) => file.startsWith('src/domain/'))
    .flatMap(({ file, text }) =>
      [...text.matchAll(/^export (?:const|function\*?) (\w+)/gm)].flatMap(([, name = '']) => {
        const uses = new RegExp(`\\b${name}\\b`, 'g');
        if ([...text.matchAll(uses)].length > 1) return [];
        const users = sources.filter((other) => other.file !== file && other.text.search(uses) >= 0);
        return users.every((user) => user.file.startsWith('src/cli/vectors/')) ? [name] : [];
      }),
    );

const sources = globSync('src/**/*.ts').map((file) => ({ file, text: readFileSync(file, 'utf8') }));

describe('the domain', () => {
  test('has no function that only vectors call, except those listed with a reason', () => {
    const found = calledByVectorsAlone(sources);
    expect(found.filter((name) => NOT_CALLED[name] === undefined)).toEqual([]);
  });
  test('calls none of the listed functions: an entry is removed once its function is called', () => {
    const found = calledByVectorsAlone(sources);
    expect(Object.keys(NOT_CALLED).filter((name) => !found.includes(name))).toEqual([]);
  });
  test('fails this check with a second implementation of a rule', () => {
    const twin: Source = { file: 'src/domain/royalty/rules/twin.ts', text: 'export const twin = () => 1;' };
    const caller: Source = { file: 'src/cli/vectors/twin.ts', text: "import { twin } from '…'; twin();" };
    expect(calledByVectorsAlone([twin, caller])).toEqual(['twin']);
    expect(calledByVectorsAlone([twin, { ...caller, file: 'src/cli/serve.ts' }])).toEqual([]);
  });
});
