import { Aside, plain } from './fields.js';

/**
 * The differences of two JSON values, one line each: `tracks.t1: expected "3", found "4"`. Ignores the order of keys, and
 * asides that are not expected.
 */
export const differences = (expected: unknown, found: unknown, path = ''): readonly string[] => {
  if (found instanceof Aside)
    return expected === undefined ? [] : differences(expected, plain(found.value), path);
  if (isObject(expected) && isObject(found)) {
    const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])].sort();
    return names.flatMap((name) =>
      differences(member(expected, name), member(found, name), joined(path, name)),
    );
  }
  if (Array.isArray(expected) && Array.isArray(found)) {
    const length = Math.max(expected.length, found.length);
    return Array.from({ length }, (_, i) => differences(expected[i], found[i], `${path}[${i}]`)).flat();
  }
  return Object.is(expected, found)
    ? []
    : [`${path || 'answer'}: expected ${shown(expected)}, found ${shown(found)}`];
};

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const member = (value: JsonObject, name: string): unknown =>
  Object.hasOwn(value, name) ? value[name] : undefined;

const joined = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

const shown = (value: unknown): string =>
  value === undefined
    ? 'nothing'
    : JSON.stringify(value, (_name, member: unknown) =>
        typeof member === 'bigint' ? String(member) : member,
      );
