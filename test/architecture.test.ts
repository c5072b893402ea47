import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';

/** What each layer may import besides itself: layers, and packages by name. `*` is any package. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  projections: ['domain'],
  application: ['domain', 'projections', '@nestjs/common', '@nestjs/cqrs'],
  infrastructure: ['domain', 'projections', 'application', '*'],
};

/** Layers whose folders are strangers to each other; only `shared` and the files at the layer's top are common. */
const HAS_ROOMS = ['domain', 'infrastructure'];

const layerOf = (file: string) => file.split('/')[1] ?? '';
const roomOf = (file: string) => file.split('/').slice(2, -1)[0] ?? 'shared';

const isAllowed = (file: string, specifier: string): boolean => {
  const layer = layerOf(file);
  const allowed = MAY_IMPORT[layer];
  if (!allowed) return true; // The composition root.
  if (!specifier.startsWith('.')) return allowed.includes(specifier) || allowed.includes('*');

  const target = normalize(join(dirname(file), specifier));
  if (layerOf(target) !== layer) return allowed.includes(layerOf(target));
  return !HAS_ROOMS.includes(layer) || roomOf(target) === roomOf(file) || roomOf(target) === 'shared';
};

const forbidden = (file: string, source: string): string[] =>
  [...source.matchAll(/\b(?:from|import) '([^']+)'|\bimport\('([^']+)'\)/g)]
    .map(([, named, dynamic]) => named ?? dynamic ?? '')
    .filter((specifier) => !isAllowed(file, specifier));

const sources = globSync('src/**/*.ts').filter((file) => !file.endsWith('.d.ts'));

test('there is something to look at', () => expect(sources.length).toBeGreaterThan(10));

test.each(sources)('%s imports only what its layer may', (file) => {
  expect(forbidden(file, readFileSync(file, 'utf8'))).toEqual([]);
});

describe('the rule itself refuses', () => {
  test.each([
    ['the application in the domain', 'src/domain/playback/play.ts', '../../application/ports/clock.js'],
    ['a Node module in the domain', 'src/domain/playback/play.ts', 'node:crypto'],
    ['a package in the domain', 'src/domain/playback/play.ts', 'zod'],
    ['one aggregate in another', 'src/domain/playback/play.ts', '../catalogue/track.js'],
    ['a port in a projection', 'src/projections/now-playing.ts', '../application/ports/clock.js'],
    ['a driver in the application', 'src/application/streams.ts', 'mongodb'],
    ['an adapter in the application', 'src/application/streams.ts', '../infrastructure/http/y.js'],
    ['one adapter in another', 'src/infrastructure/http/a.controller.ts', '../eventstore/embedded/b.js'],
  ])('%s', (_what, file, specifier) => {
    expect(forbidden(file, `import type { X } from '${specifier}'`)).toEqual([specifier]);
    expect(forbidden(file, `export { x } from '${specifier}'`)).toEqual([specifier]);
    expect(forbidden(file, `const x = await import('${specifier}')`)).toEqual([specifier]);
  });
});

describe('the rule itself allows', () => {
  test.each([
    ['values that aggregates share', 'src/domain/playback/play.ts', '../shared/territory.js'],
    ['its own folder', 'src/domain/playback/play.ts', './segments.js'],
    ['the domain in a projection', 'src/projections/now-playing.ts', '../domain/playback/play.js'],
    ['a driver in an adapter', 'src/infrastructure/readmodels/mongodb/m.ts', 'mongodb'],
    ['anything in the composition root', 'src/app.module.ts', './infrastructure/http/y.js'],
  ])('%s', (_what, file, specifier) => {
    expect(forbidden(file, `import { x } from '${specifier}'`)).toEqual([]);
  });
});

/** The bus takes the last of two handlers without a word and misses one only when it is first asked. */
describe('every message on the bus', () => {
  const messages = globSync('src/application/**/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/export class (\w+) extends (?:Command|Query)</g)].map(
      ([, name = '']) => name,
    ),
  );
  const handled = globSync('src/application/**/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/@(?:Command|Query)Handler\((\w+)\)/g)].map(
      ([, name = '']) => name,
    ),
  );

  test('has exactly one handler', () => expect(handled.toSorted()).toEqual(messages.toSorted()));
});
