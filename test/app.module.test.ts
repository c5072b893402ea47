import { globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { AppModule, type Dependencies } from '../src/app.module.js';
import { readConfig } from '../src/infrastructure/config.js';
import { projections } from '../src/projections/all.js';

/* A handler that is not registered fails at run time, a projection is silently not built: here both are named. */

const { providers = [], controllers = [] } = AppModule.with({ config: readConfig({}) } as Dependencies);
const registered: readonly unknown[] = [
  ...controllers,
  ...providers.map((provider) => ('useClass' in provider ? provider.useClass : provider)),
];

const nameOf = (value: unknown): string => (typeof value === 'function' ? value.name : '');
const registeredNames = new Set(registered.map(nameOf));

const load = (source: string) =>
  import(`../${source.replace(/\.ts$/, '.js')}`) as Promise<Readonly<Record<string, unknown>>>;

describe('the module registers', () => {
  /** The classes with a decorator of Nest that are not registered. */
  const missing = (source: string): readonly string[] =>
    [...source.matchAll(/@(?:CommandHandler|QueryHandler|Injectable|Controller|Catch)\(.*?\bclass (\w+)/gs)]
      .map(([, name = '']) => name)
      .filter((name) => !registeredNames.has(name));

  const sources = globSync('src/{application,infrastructure/http}/**/*.ts').toSorted();

  test('every handler, service, guard and controller', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.flatMap((file) => missing(readFileSync(file, 'utf8')))).toEqual([]);
  });

  test('no class twice', () => {
    const classes = registered.filter((value) => typeof value === 'function');
    expect(classes.filter((value, at) => classes.indexOf(value) !== at).map(nameOf)).toEqual([]);
  });

  test.each([
    [
      'a command handler',
      '@CommandHandler(Sing)\nexport class SingHandler implements I<Sing> {',
      'SingHandler',
    ],
    ['a query handler', '@QueryHandler(GetSong)\nclass GetSongHandler {', 'GetSongHandler'],
    ['a service', '@Injectable()\nexport class Choir {', 'Choir'],
    ['a controller', "@ApiTags('a')\n@Controller('v1/a')\n@Roles('b')\nexport class Songs {", 'Songs'],
    ['the second of two', '@Injectable()\nexport class Streams {\n}\n@Injectable()\nclass Choir {', 'Choir'],
  ])('and the rule names %s that is missing', (_what, source, name) => {
    expect(missing(source)).toEqual([name]);
  });
});

describe('the list of projections holds', () => {
  const isProjection = (value: unknown): value is (typeof projections)[number] =>
    typeof value === 'object' &&
    value !== null &&
    'keysOf' in value &&
    'apply' in value &&
    'version' in value;

  const missing = (exports: Readonly<Record<string, unknown>>): readonly string[] =>
    Object.entries(exports)
      .filter(([, value]) => isProjection(value) && !projections.includes(value))
      .map(([name]) => name);

  test.each(globSync('src/projections/*/*.ts').toSorted())('all of %s', async (file) => {
    expect(missing(await load(file))).toEqual([]);
  });

  test('each once', () => {
    const names = projections.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  test('and the rule names one that is missing', () => {
    expect(
      missing({ songs: { ...projections[0], name: 'songs' }, listed: projections[0], other: 1 }),
    ).toEqual(['songs']);
  });
});

describe('the module takes the list', () => {
  const lists = globSync(
    'src/{application/*/providers,infrastructure/http/*/controllers,projections/*/projections}.ts',
  ).toSorted();
  const taken = new Set<unknown>([...registered, ...projections]);
  const missing = (exports: Readonly<Record<string, unknown>>): readonly string[] =>
    Object.entries(exports)
      .filter(([, list]) => !Array.isArray(list) || !list.every((value) => taken.has(value)))
      .map(([name]) => name);

  test.each(lists)('%s', async (file) => {
    const exports = await load(file);
    expect(Object.keys(exports)).toHaveLength(1);
    expect(missing(exports)).toEqual([]);
  });

  test('and the rule names one that is left out', () => {
    const sing = () => 'a song';
    expect(missing({ songProviders: [sing], none: [] })).toEqual(['songProviders']);
  });
});
