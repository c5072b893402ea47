import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/** Packages that a layer may import, by name; the layers that are not listed may import any. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  projections: [],
  application: ['@nestjs/common', '@nestjs/cqrs'],
};

/** Folders of one name in every layer. Inside a layer none imports another. */
const CONTEXTS = ['audio', 'audit', 'catalogue', 'integrity', 'playback', 'rights', 'royalty'];

/**
 * The parts of each folder, in tiers: a part imports parts of earlier tiers, and none of its own tier. A part is a
 * folder, a file, or `.` for the files that are not listed by name.
 */
const TIERS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  src: [
    ['domain'],
    ['projections'],
    ['application'],
    ['infrastructure'],
    ['app.module.ts'],
    ['composition'],
    ['cli'],
    ['main.ts'],
  ],

  'src/domain': [['.', 'shared'], CONTEXTS],
  'src/domain/shared': [['exact'], ['.'], ['listening']],
  'src/domain/royalty': [
    ['rules'],
    ['periods'],
    ['rulesets'],
    ['counting'],
    ['sharing'],
    ['statements'],
    ['payees', 'examination', 'dsr'],
  ],

  'src/projections': [['.'], CONTEXTS, ['all.ts']],

  'src/application': [['ports'], ['streams'], ['projecting'], CONTEXTS],
  'src/application/playback': [['.'], ['import']],
  // The replay gathers its facts by other code than the settlement.
  'src/application/royalty': [['settlement', 'replay'], ['.']],

  'src/infrastructure': [
    ['.', 'shared'],
    ['auth', 'events', 'eventstore', 'http', 'identity', 'import', 'readmodels', 'telemetry'],
  ],
  'src/infrastructure/events': [
    ['event-shape.ts', 'fields.ts'],
    ['.', 'royalty'],
    ['registry.ts'],
    ['events-document.ts', 'zod-event-schemas.ts'],
  ],
  'src/infrastructure/eventstore': [['.'], ['embedded', 'eventstoredb']],
  'src/infrastructure/readmodels': [['.'], ['embedded', 'mongodb']],
  'src/infrastructure/http': [
    ['problems'],
    ['edge'],
    ['routes'],
    [...CONTEXTS, 'operations'],
    ['providers.ts'],
    ['server.ts'],
  ],

  'src/composition': [['engines.ts', 'processes.ts'], ['threads'], ['service.ts']],
  'src/cli': [['.'], ['demo', 'vectors']],
};

/** The parts of each folder that serve every context: they import no context, of no layer. */
const MACHINERY: Readonly<Record<string, readonly string[]>> = {
  'src/domain': ['.', 'shared'],
  'src/projections': ['.'],
  'src/application': ['ports', 'streams', 'projecting'],
  'src/infrastructure': ['.', 'shared', 'auth', 'eventstore', 'identity', 'readmodels', 'telemetry'],
  'src/infrastructure/http': ['problems', 'edge', 'routes', 'operations'],
};

/** Arrows that the rules forbid, each with its reason. */
const EXCEPTIONS: readonly { readonly from: RegExp; readonly to: RegExp; readonly because: string }[] = [
  {
    from: /^src\/application\/integrity\//,
    to: /^src\/application\/royalty\/settlement\//,
    because: 'The examiner reads plays and rulesets as the settlement does, up to the same fence.',
  },
  {
    from: /^src\/infrastructure\/http\/problems\/rejections\.ts$/,
    to: /^src\/infrastructure\/http\/\w+\/rejections\.ts$/,
    because: 'It merges the tables of the contexts: every route answers from one list of codes.',
  },
  {
    from: /^src\/application\/projecting\/recorded-progress\.ts$/,
    to: /^src\/projections\/all\.ts$/,
    because: 'It reads the progress of every projection there is.',
  },
];

/** Most files directly in one folder. */
const FILES_MAX = 20;

const targetOf = (file: string, specifier: string): string =>
  normalize(join(dirname(file), specifier)).replace(/\.js$/, '.ts');

const isInside = (folder: string, file: string): boolean => file.startsWith(`${folder}/`);

/** The part of the folder that the file belongs to. */
const partOf = (folder: string, file: string): string => {
  const [name = '', ...below] = file.slice(folder.length + 1).split('/');
  return below.length > 0 || TIERS[folder]?.flat().includes(name) ? name : '.';
};

const isMachinery = (file: string): boolean =>
  Object.entries(MACHINERY).some(
    ([folder, parts]) => isInside(folder, file) && parts.includes(partOf(folder, file)),
  );

const isOfContext = (file: string): boolean =>
  Object.keys(MACHINERY).some((folder) => isInside(folder, file) && CONTEXTS.includes(partOf(folder, file)));

/** Files outside the folders of contexts that list what contexts have. */
const LISTS = ['src/projections/all.ts'];

/** The context of a file in one layer; undefined for machinery. */
const contextOf = (layer: string, file: string): string | undefined =>
  isInside(layer, file) ? CONTEXTS.find((context) => partOf(layer, file) === context) : undefined;

/** A route sends the messages of its own context only. */
const isMessageOfAnother = (file: string, target: string): boolean => {
  const own = contextOf('src/infrastructure/http', file);
  const other = contextOf('src/application', target);
  return own !== undefined && other !== undefined && own !== other;
};

const isAllowed = (file: string, specifier: string): boolean => {
  if (!specifier.startsWith('.')) return PACKAGES[partOf('src', file)]?.includes(specifier) ?? true;

  const target = targetOf(file, specifier);
  if (!isInside('src', target)) return false;
  if (EXCEPTIONS.some(({ from, to }) => from.test(file) && to.test(target))) return true;
  if (isMachinery(file) && (isOfContext(target) || LISTS.includes(target))) return false;
  if (isMessageOfAnother(file, target)) return false;
  let folder = dirname(file);
  while (!isInside(folder, target)) folder = dirname(folder);

  const [from, to] = [partOf(folder, file), partOf(folder, target)];
  if (from === to) return true;
  const tierOf = (part: string) => TIERS[folder]?.findIndex((parts) => parts.includes(part)) ?? -1;
  return tierOf(to) >= 0 && tierOf(to) < tierOf(from);
};

const specifiersIn = (source: string): readonly string[] =>
  [...source.matchAll(/\b(?:from|import) '([^']+)'|\bimport\('([^']+)'\)/g)].map(
    ([, named, dynamic]) => named ?? dynamic ?? '',
  );

/** Imports in a form that `specifiersIn` cannot read. */
const unreadable = (source: string): readonly string[] =>
  [
    ...source.matchAll(/\bimport\s*\((?!'[^']+'\)).*/g),
    ...source.matchAll(/^(?:import|export|\}).*\bfrom\s+["`].*/gm),
    ...source.matchAll(/^import\s+["`].*/gm),
    ...source.matchAll(/(?<![.\w])require\(.*|\bcreateRequire\([^)]*\)\(.*/g),
  ].map(([form]) => form);

const forbidden = (file: string, source: string): readonly string[] =>
  specifiersIn(source).filter((specifier) => !isAllowed(file, specifier));

const sources = new Map(
  globSync('src/**/*.ts')
    .filter((file) => !file.endsWith('.d.ts'))
    .toSorted()
    .map((file) => [file, readFileSync(file, 'utf8')]),
);

test('there is something to look at', () => expect(sources.size).toBeGreaterThan(300));

test.each([...sources])('%s imports only what its folder may', (file, source) => {
  expect(forbidden(file, source)).toEqual([]);
});

test.each([...sources])('%s imports in a form that can be read', (_file, source) => {
  expect(unreadable(source)).toEqual([]);
});

test.each([
  'const x = await import(`../catalogue/queries.js`);',
  "const x = await import(\n  '../catalogue/queries.js'\n);",
  "const x = await import('../a.js', { with: {} });",
  "const x = await import(/* a */ '../a.js');",
  'import { x } from "../a.js";',
  'export * from `../a.js`;',
  "const x = require('../a.js');",
  "const x = createRequire(import.meta.url)('../a.js');",
])('an import in another form is found: %s', (source) => expect(unreadable(source)).not.toEqual([]));

describe('the rule refuses', () => {
  test.each([
    // Layers.
    ['the application in the domain', 'src/domain/playback/play.ts', '../../application/ports/clock.js'],
    ['a Node module in the domain', 'src/domain/playback/play.ts', 'node:crypto'],
    ['a package in the domain', 'src/domain/playback/play.ts', 'zod'],
    ['a port in a projection', 'src/projections/playback/a.ts', '../../application/ports/clock.js'],
    ['a package in a projection', 'src/projections/playback/a.ts', 'zod'],
    ['a driver in the application', 'src/application/streams/streams.ts', 'mongodb'],
    ['an adapter in the application', 'src/application/streams/streams.ts', '../../infrastructure/config.js'],
    ['the composition in an adapter', 'src/infrastructure/auth/a.ts', '../../composition/engines.js'],
    ['the composition in the module', 'src/app.module.ts', './composition/engines.js'],
    ['a command line in the composition', 'src/composition/service.ts', '../cli/serve.js'],
    ['a file outside src', 'src/cli/serve.ts', '../../test/support/app.js'],
    // Contexts.
    ['one context in another, domain', 'src/domain/playback/play.ts', '../catalogue/track.js'],
    ['one context in another, projections', 'src/projections/rights/a.ts', '../catalogue/tracks.js'],
    ['one context in another, application', 'src/application/rights/a.ts', '../catalogue/queries.js'],
    ['the reverse of an exception', 'src/application/royalty/a.ts', '../integrity/examiner.js'],
    ['commands beside an exception', 'src/application/integrity/a.ts', '../royalty/periods.commands.js'],
    ['one context in another, HTTP', 'src/infrastructure/http/rights/a.ts', '../royalty/settlement-shape.js'],
    ['rejections of another context', 'src/infrastructure/http/rights/a.ts', '../royalty/rejections.js'],
    [
      'a message of one context in the routes of another',
      'src/infrastructure/http/rights/a.ts',
      '../../../application/royalty/closing.commands.js',
    ],
    // Machinery.
    ['the list of projections in the streams', 'src/application/streams/a.ts', '../../projections/all.js'],
    ['a context in a port', 'src/application/ports/a.ts', '../royalty/settlement/compute-settlement.js'],
    ['a context in the streams', 'src/application/streams/a.ts', '../playback/commands.js'],
    ['a context in the projector', 'src/application/projecting/a.ts', '../playback/commands.js'],
    ['the projector in the streams', 'src/application/streams/a.ts', '../projecting/live.js'],
    ['a context in what projections share', 'src/projections/totals.ts', './royalty/ledger.js'],
    ['the list of projections in a context', 'src/projections/royalty/a.ts', '../all.js'],
    ['a context in what the domain shares', 'src/domain/shared/a.ts', '../playback/play.js'],
    ['play positions in exact numbers', 'src/domain/shared/exact/a.ts', '../listening/segments.js'],
    ['a context in the edge', 'src/infrastructure/http/edge/a.ts', '../royalty/rejections.js'],
    ['a context in the routes', 'src/infrastructure/http/routes/a.ts', '../playback/plays.js'],
    [
      'a shape in the merged rejections',
      'src/infrastructure/http/problems/rejections.ts',
      '../playback/plays.js',
    ],
    ['the routes in the edge', 'src/infrastructure/http/edge/a.ts', '../routes/route.js'],
    ['the edge in the problems', 'src/infrastructure/http/problems/a.ts', '../edge/answer.js'],
    ['operations in a context', 'src/infrastructure/http/royalty/a.ts', '../operations/readiness.js'],
    [
      'the domain of a context in the routes',
      'src/infrastructure/http/routes/a.ts',
      '../../../domain/rights/a.js',
    ],
    [
      'a context in an event store',
      'src/infrastructure/eventstore/embedded/a.ts',
      '../../../domain/rights/a.js',
    ],
    [
      'the domain of a context in the streams',
      'src/application/streams/a.ts',
      '../../domain/playback/play.js',
    ],
    ['a read model in what projections share', 'src/projections/totals.ts', '../domain/playback/events.js'],
    // Adapters.
    ['one adapter in another', 'src/infrastructure/http/rights/a.ts', '../../eventstore/embedded/b.js'],
    ['the other event store', 'src/infrastructure/eventstore/embedded/a.ts', '../eventstoredb/b.js'],
    ['the other read models', 'src/infrastructure/readmodels/mongodb/a.ts', '../embedded/b.js'],
    ['one adapter in what they share', 'src/infrastructure/readmodels/plan.ts', './mongodb/b.js'],
    // Inside a context.
    ['rulesets in rules', 'src/domain/royalty/rules/a.ts', '../rulesets/ruleset.js'],
    ['counting in periods', 'src/domain/royalty/periods/a.ts', '../counting/verdicts.js'],
    ['sharing in counting', 'src/domain/royalty/counting/a.ts', '../sharing/usage.js'],
    ['payees in statements', 'src/domain/royalty/statements/a.ts', '../payees/account.js'],
    ['examination in statements', 'src/domain/royalty/statements/a.ts', '../examination/examination.js'],
    ['a command in the settlement', 'src/application/royalty/settlement/a.ts', '../rulesets.commands.js'],
    ['a query in the replay', 'src/application/royalty/replay/a.ts', '../explain-play.js'],
    ['the settlement in the replay', 'src/application/royalty/replay/a.ts', '../settlement/month-fold.js'],
    // The rest.
    ['a folder that is not listed', 'src/domain/playback/play.ts', '../video/frame.js'],
    ['the service in a thread', 'src/composition/threads/a.ts', '../service.js'],
    ['the demo in the command lines', 'src/cli/serve.ts', './demo/demo.js'],
  ])('%s', (_what, file, specifier) => {
    expect(forbidden(file, `import type { X } from '${specifier}'`)).toEqual([specifier]);
    expect(forbidden(file, `import '${specifier}'`)).toEqual([specifier]);
    expect(forbidden(file, `export { x } from '${specifier}'`)).toEqual([specifier]);
    expect(forbidden(file, `const x = await import('${specifier}')`)).toEqual([specifier]);
  });
});

describe('the rule allows', () => {
  test.each([
    ['values that the domain shares', 'src/domain/playback/play.ts', '../shared/territory.js'],
    ['its own folder', 'src/domain/playback/play.ts', './segments.js'],
    ['the domain in a projection', 'src/projections/playback/a.ts', '../../domain/playback/play.js'],
    ['another context of the layer below', 'src/projections/royalty/a.ts', '../../domain/playback/play.js'],
    ['a framework in the application', 'src/application/playback/commands.ts', '@nestjs/cqrs'],
    ['machinery in a context', 'src/application/playback/commands.ts', '../streams/streams.js'],
    ['an exception', 'src/application/integrity/examiner.ts', '../royalty/settlement/settlement-log.js'],
    ['the contexts in the list of all', 'src/projections/all.ts', './royalty/projections.js'],
    ['rules in counting', 'src/domain/royalty/counting/a.ts', '../rules/credit.js'],
    ['the settlement in a command', 'src/application/royalty/a.ts', './settlement/month-fold.js'],
    ['a driver in an adapter', 'src/infrastructure/readmodels/mongodb/m.ts', 'mongodb'],
    ['what two adapters share', 'src/infrastructure/readmodels/mongodb/m.ts', '../plan.js'],
    ['the edge in the routes', 'src/infrastructure/http/routes/a.ts', '../edge/answer.js'],
    ['anything below in the module', 'src/app.module.ts', './infrastructure/http/providers.js'],
  ])('%s', (_what, file, specifier) => {
    expect(forbidden(file, `import { x } from '${specifier}'`)).toEqual([]);
  });
});

describe('the tiers', () => {
  const foldersOf = (file: string): readonly string[] => {
    const folder = dirname(file);
    return folder === '.' ? [] : [...foldersOf(folder), folder];
  };
  const folders = new Set([...sources.keys()].flatMap(foldersOf));

  test('place every folder', () => {
    const unplaced = [...folders].filter((folder) => {
      const parent = dirname(folder);
      return parent !== '.' && !TIERS[parent]?.flat().includes(partOf(parent, `${folder}/file.ts`));
    });
    expect(unplaced).toEqual([]);
  });

  test('name only what exists', () => {
    const parts = [...Object.entries(TIERS), ...Object.entries(MACHINERY)].flatMap(([folder, named]) =>
      named
        .flat()
        .filter((part) => part !== '.' && !CONTEXTS.includes(part))
        .map((part) => `${folder}/${part}`),
    );
    expect(parts.filter((part) => !folders.has(part) && !sources.has(part))).toEqual([]);
  });

  test.each(EXCEPTIONS)('have an exception from $from to $to that is needed', ({ from, to }) => {
    const users = [...sources].filter(
      ([file, source]) =>
        from.test(file) && specifiersIn(source).some((specifier) => to.test(targetOf(file, specifier))),
    );
    expect(users).not.toEqual([]);
  });
});

/** Groups of files that import one another in a circle, types included: oxlint follows values only. */
const circlesIn = (imports: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] => {
  const reachable = new Map<string, ReadonlySet<string>>();
  const reach = (start: string): ReadonlySet<string> => {
    const known = reachable.get(start);
    if (known) return known;
    const seen = new Set<string>();
    const open = [...(imports.get(start) ?? [])];
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      open.push(...(imports.get(file) ?? []));
    }
    reachable.set(start, seen);
    return seen;
  };
  const circular = [...imports.keys()].filter((file) => reach(file).has(file));
  const circleOf = (file: string) =>
    circular.filter((other) => reach(file).has(other) && reach(other).has(file));
  return [...new Set(circular.map((file) => circleOf(file).join(' ')))].map((circle) => circle.split(' '));
};

describe('no files import one another in a circle', () => {
  const importsOf = (file: string, source: string) =>
    specifiersIn(source)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => targetOf(file, specifier));

  test('in the sources', () => {
    const imports = new Map([...sources].map(([file, source]) => [file, importsOf(file, source)]));
    expect(circlesIn(imports)).toEqual([]);
  });

  test('and the rule finds one of types', () => {
    const imports = new Map([
      ['src/a.ts', importsOf('src/a.ts', "import type { B } from './b.js';")],
      ['src/b.ts', importsOf('src/b.ts', "import { c } from './c/c.js';")],
      ['src/c/c.ts', importsOf('src/c/c.ts', "type A = import('../a.js').A;\nimport './d.js'")],
      ['src/c/d.ts', importsOf('src/c/d.ts', "import type { E } from 'e';")],
      ['src/e.ts', importsOf('src/e.ts', "import type { B } from './b.js';")],
    ]);
    expect(circlesIn(imports)).toEqual([['src/a.ts', 'src/b.ts', 'src/c/c.ts']]);
  });
});

/** Folders with too many files. */
const crowded = (files: Iterable<string>): readonly string[] =>
  [...Map.groupBy(files, (file) => dirname(file))]
    .filter(([, inside]) => inside.length > FILES_MAX)
    .map(([folder, inside]) => `${folder}: ${inside.length}`);

describe(`no folder holds more than ${FILES_MAX} files`, () => {
  const files = (count: number) => Array.from({ length: count }, (_, n) => `src/domain/a/${n}.ts`);
  test('in src', () => expect(crowded(sources.keys())).toEqual([]));
  test('and the rule finds one', () => expect(crowded(files(FILES_MAX + 1))).toEqual(['src/domain/a: 21']));
  test('and allows a full one', () => expect(crowded(files(FILES_MAX))).toEqual([]));
});

/** Of two handlers the bus uses the last; without one it fails when the message is first sent. */
describe('every message on the bus', () => {
  const namesIn = (pattern: RegExp): readonly string[] =>
    [...sources.values()].flatMap((source) => [...source.matchAll(pattern)].map(([, name = '']) => name));

  test('has exactly one handler', () => {
    const messages = namesIn(/export class (\w+) extends (?:Command|Query)</g);
    expect(namesIn(/@(?:Command|Query)Handler\((\w+)\)/g).toSorted()).toEqual(messages.toSorted());
  });
});

describe('exported names', () => {
  type Export = { readonly name: string; readonly file: string };
  const exportsIn = (file: string, source: string): readonly Export[] =>
    [
      ...source.matchAll(
        /^export (?:abstract )?(?:async )?(?:const|function\*?|class|type|interface) (\w+)/gm,
      ),
    ].map(([, name = '']) => ({ name, file }));
  /** The message class of a command wraps the command of the domain that has its name. */
  const isMessageOf = ([a, b, ...more]: readonly Export[]): boolean =>
    more.length === 0 &&
    [a, b].some((one) => one?.file.startsWith('src/domain/')) &&
    [a, b].some((one) => one?.file.startsWith('src/application/'));
  const shared = (all: readonly Export[]): readonly string[] =>
    [...Map.groupBy(all, ({ name }) => name)]
      .filter(([, some]) => new Set(some.map(({ file }) => file)).size > 1 && !isMessageOf(some))
      .map(([name]) => name);

  test('are of one thing each, but for a command and its message', () =>
    expect(shared([...sources].flatMap(([file, source]) => exportsIn(file, source)))).toEqual([]));
  test('that two things share are found', () => {
    const source = 'export const x = 1;\nexport type Y = 1;';
    const [first, second] = [exportsIn('src/cli/a.ts', source), exportsIn('src/cli/b.ts', source)];
    expect(shared([...first, ...second])).toEqual(['x', 'Y']);
  });
});
