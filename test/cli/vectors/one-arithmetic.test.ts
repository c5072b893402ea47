import { describe, expect, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';

// Goal: no rule is written twice. A function of the domain that nothing but the vectors calls would be a second
// arithmetic beside the one that pays, and the vectors would check the wrong one.

type Source = { readonly file: string; readonly text: string };

/** Functions of the domain that no settlement calls yet, each with the reason why it is there all the same. */
const NOT_CALLED: Readonly<Record<string, string>> = {
  hashChain: 'R19: the chain of a signed log, which does not exist yet.',
  checkReport: 'Checks files that have been written: tests run it over every export.',
  dsrLines: 'Writes a report in one piece; exports write the same records page by page.',
  offlineTimeFault: 'R14: leases of downloads, which do not exist yet.',
  inclusionProof: 'Proofs for auditors, which no command hands out yet.',
  verifyInclusion: 'As inclusionProof.',
  consistencyProof: 'As inclusionProof.',
  verifyConsistency: 'As inclusionProof.',
  merkleTree: 'As inclusionProof: the tree that proofs are taken from.',
  leafHash: 'As inclusionProof. A settlement hashes the same bytes as one text.',
  DEFAULT_RULESETS: 'The rulesets that ship: tests check each of them.',
  fromHex: 'Reads the start of a chain from a vector.',
  IDENTIFIER_TYPES: 'Names the kinds of identifiers that a vector may ask for.',
};

/** Names that `src/domain` exports and that nothing but the vectors uses outside the file they are declared in. */
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
  test('has no function that only vectors call, except those that are listed with a reason', () => {
    const found = calledByVectorsAlone(sources);
    expect(found.filter((name) => NOT_CALLED[name] === undefined)).toEqual([]);
  });
  test('calls none of those that are listed: an entry leaves the list when its function is called', () => {
    const found = calledByVectorsAlone(sources);
    expect(Object.keys(NOT_CALLED).filter((name) => !found.includes(name))).toEqual([]);
  });
  test('would be found to have a twin of a rule', () => {
    const twin: Source = { file: 'src/domain/royalty/rules/twin.ts', text: 'export const twin = () => 1;' };
    const asked: Source = { file: 'src/cli/vectors/twin.ts', text: "import { twin } from '…'; twin();" };
    expect(calledByVectorsAlone([twin, asked])).toEqual(['twin']);
    expect(calledByVectorsAlone([twin, { ...asked, file: 'src/cli/serve.ts' }])).toEqual([]);
  });
});
