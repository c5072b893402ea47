import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const everything = [...globSync('*.md'), ...globSync('docs/**/*.md')];

/** Documents about the present: the changelog and the decisions in `docs/adr/` may name files that are gone. */
const current = everything.filter((file) => file !== 'CHANGELOG.md' && !file.startsWith('docs/adr/'));

/** Folders that a path in a document begins with. Those of `src/` may be named without it. */
const ROOTS = ['src', 'test', 'docs', 'bench', 'sample', 'bin', '.ci', '.github'];
const LAYERS = globSync('src/*/').map((folder) => basename(folder));

const files = globSync('{src,test,bench,docs,sample,bin}/**/*.*').filter((file) => !file.includes('peers/'));
const fileNames = new Set(files.map((file) => basename(file)));

const withoutBlocks = (text: string): string => text.replaceAll(/^```.*?^```$/gms, '');

/** Relative links, with their anchors. */
const linksIn = (text: string): readonly string[] =>
  Array.from(withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target).filter(
    (target) => !/^[a-z]+:/.test(target),
  );

/** What GitHub makes of headings. */
const anchorsIn = (text: string): ReadonlySet<string> =>
  new Set(
    Array.from(withoutBlocks(text).matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

const isDead = (file: string, link: string): boolean => {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : normalize(join(dirname(file), path));
  if (!existsSync(target)) return true;
  return anchor !== undefined && !anchorsIn(readFileSync(target, 'utf8')).has(anchor);
};

const deadLinks = (file: string, text: string): readonly string[] =>
  linksIn(text).filter((link) => isDead(file, link));

const isThere = (path: string): boolean => (/[*{]/.test(path) ? globSync(path).length > 0 : existsSync(path));

/** Paths and file names in backticks that do not exist. In `<…>` stands any name; `{a,b}` and `*` are the shell's. */
const missingPaths = (text: string): readonly string[] =>
  Array.from(withoutBlocks(text).matchAll(/`([\w@.,/*{}<>-]+)`/g), ([, path = '']) => path).filter((path) => {
    const [root = ''] = path.split('/');
    const pattern = path.replaceAll(/<[^>]*>/g, '*');
    if (path === root) return /\.(?:ts|mjs)$/.test(path) && !path.includes('*') && !fileNames.has(path);
    if (ROOTS.includes(root)) return !isThere(pattern);
    return LAYERS.includes(root) && !isThere(`src/${pattern}`);
  });

/** Numbers of decisions that were never made. */
const missingDecisions = (text: string): readonly string[] =>
  Array.from(text.matchAll(/\bADR (\d+)\b/g), ([, number = '']) => number).filter(
    (number) => globSync(`docs/adr/${number.padStart(4, '0')}-*.md`).length === 0,
  );

describe('documents', () => {
  test.each(everything)('every link of %s leads somewhere', (file) => {
    expect(deadLinks(file, readFileSync(file, 'utf8'))).toEqual([]);
  });
  test.each(current)('every path in %s exists', (file) => {
    expect(missingPaths(readFileSync(file, 'utf8'))).toEqual([]);
  });
  test.each(current)('every decision that %s names was made', (file) => {
    expect(missingDecisions(readFileSync(file, 'utf8'))).toEqual([]);
  });
});

describe('the table of commands in README.md', () => {
  const namesIn = (text: string, pattern: RegExp): readonly string[] =>
    Array.from(text.matchAll(pattern), ([, name = '']) => name).toSorted();
  const commands = namesIn(readFileSync('src/main.ts', 'utf8'), /^ {4}name: '([\w-]+)',$/gm);

  test('has every command of src/main.ts', () => {
    expect(commands).toContain('serve');
    const table = readFileSync('README.md', 'utf8')
      .replace(/^.*## The command line$/ms, '')
      .split('\n## ')[0];
    expect(namesIn(table ?? '', /^\| `([\w-]+)/gm)).toEqual(commands);
  });
});

describe('the check itself', () => {
  test('finds a dead link', () => {
    const text =
      '[a](no-such.md), [b](glossary.md), [c](https://example.org/x.md), [d](glossary.md#no-such), [e](#f)\n# F';
    expect(deadLinks('docs/x.md', text)).toEqual(['no-such.md', 'glossary.md#no-such', '#f']);
  });
  test('finds a path that does not exist', () => {
    const paths = [
      'src/no-such.ts',
      'src/none-*.ts',
      'domain/no-such/',
      'test/<any>/none.ts',
      'no-such.test.ts',
    ];
    const found = [
      'src/main.ts',
      'src/{domain,none}/decider.ts',
      'domain/shared/',
      'decider.ts',
      '/v1/plays',
    ];
    expect(missingPaths([...paths, ...found].map((path) => `\`${path}\``).join(', '))).toEqual(paths);
  });
  test('finds a decision that was never made', () =>
    expect(missingDecisions('ADR 1 and ADR 999')).toEqual(['999']));
});

describe('the glossary', () => {
  /** An entry is an item of a list that begins with its terms in bold. */
  const termsIn = (text: string): readonly string[] =>
    Array.from(text.matchAll(/^- \*\*(.+?)\*\*/gm), ([, terms = '']) => terms.toLowerCase()).flatMap(
      (terms) => terms.split(', '),
    );
  const repeated = (terms: readonly string[]): readonly string[] =>
    terms.filter((term, index) => terms.indexOf(term) !== index);
  const terms = termsIn(readFileSync('docs/glossary.md', 'utf8'));

  test('explains many terms', () => expect(terms.length).toBeGreaterThan(100));
  test('explains each of them once', () => expect(repeated(terms)).toEqual([]));
  test('would not pass with a term twice', () =>
    expect(repeated(termsIn('- **Play**: a.\n- **Fence**: b.\n- **Hold, play**: c.\n'))).toEqual(['play']));
  test.each(['README.md', 'ARCHITECTURE.md'])('is linked from %s', (file) =>
    expect(linksIn(readFileSync(file, 'utf8'))).toContain('docs/glossary.md'),
  );
});
