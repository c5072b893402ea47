/** One problem of a document. `path` is like `sharing.rates[2].revenuePpm`; empty for the document itself. */
export type Issue = { readonly path: string; readonly problem: string };

/** A complete check of unknown data: a value without issues is a T. */
export type Shape<T> = {
  readonly issues: (value: unknown, path: string) => readonly Issue[];
  /** The field may be absent, so that rulesets older than the field stay valid. */
  readonly isOptional?: true;
  /** Never set; carries the type. */
  readonly type?: T;
};

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const issue = (path: string, problem: string): readonly Issue[] => [{ path, problem }];

const shown = (value: unknown): string => {
  if (value === undefined) return 'nothing';
  return typeof value === 'object' && value !== null
    ? 'an object or a list'
    : (JSON.stringify(value) ?? typeof value);
};

/** An integer from `least` to `most`. */
export const integer = (least: number, most: number): Shape<number> => ({
  issues: (value, path) =>
    Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most
      ? []
      : issue(path, `expected a whole number from ${least} to ${most}, found ${shown(value)}`),
});

/** Micro-units, 0 or more, as a decimal string, so that JSON cannot round them. */
export const micros: Shape<string> = {
  issues: (value, path) =>
    typeof value === 'string' && /^(0|[1-9]\d{0,29})$/.test(value)
      ? []
      : issue(path, `expected micro-units as a decimal string, found ${shown(value)}`),
};

export const text = (pattern: RegExp): Shape<string> => ({
  issues: (value, path) =>
    typeof value === 'string' && pattern.test(value)
      ? []
      : issue(path, `expected text like ${pattern.source}, found ${shown(value)}`),
});

export const oneOf = <const T extends string | number | boolean>(...values: readonly T[]): Shape<T> => ({
  issues: (value, path) =>
    values.some((allowed) => allowed === value)
      ? []
      : issue(path, `expected ${values.join(' or ')}, found ${shown(value)}`),
});

export const orNull = <T>(shape: Shape<T>): Shape<T | null> => ({
  issues: (value, path) => (value === null ? [] : shape.issues(value, path)),
});

export const either = <A, B>(a: Shape<A>, b: Shape<B>): Shape<A | B> => ({
  issues: (value, path) => {
    const first = a.issues(value, path);
    return first.length === 0 || b.issues(value, path).length === 0 ? [] : first;
  },
});

/** A list of 1 to `most` items. */
export const listOf = <T>(shape: Shape<T>, most: number): Shape<readonly T[]> => ({
  issues: (value, path) => {
    if (!Array.isArray(value)) return issue(path, `expected a list, found ${shown(value)}`);
    if (value.length < 1 || value.length > most)
      return issue(path, `expected 1 to ${most} items, found ${value.length}`);
    return value.flatMap((item: unknown, i) => shape.issues(item, `${path}[${i}]`));
  },
});

/** Exactly two integers, the first below the second. */
export const range = (most: number): Shape<readonly [number, number]> => ({
  issues: (value, path) => {
    const ends: readonly unknown[] = Array.isArray(value) ? value : [];
    const bound = integer(0, most);
    const isRange =
      ends.length === 2 &&
      ends.every((end) => bound.issues(end, path).length === 0) &&
      Number(ends[0]) < Number(ends[1]);
    return isRange ? [] : issue(path, `expected two whole numbers up to ${most}, the lower first`);
  },
});

/** A list of exactly two items of one shape. */
export const pairOf = <T>(shape: Shape<T>): Shape<readonly [T, T]> => ({
  issues: (value, path) =>
    Array.isArray(value) && value.length === 2
      ? value.flatMap((item: unknown, i) => shape.issues(item, `${path}[${i}]`))
      : issue(path, 'expected a list of two'),
});

export const optional = <T>(shape: Shape<T>): Shape<T> => ({ ...shape, isOptional: true });

type Fields<T> = { readonly [Name in keyof T]-?: Shape<T[Name]> };

/**
 * An object with exactly these fields, except optional ones. Others are refused, so that no misspelt parameter is
 * ignored.
 */
export const object = <T extends object>(fields: Fields<T>): Shape<T> => ({
  issues: (value, path) => {
    if (!isObject(value)) return issue(path, `expected an object, found ${shown(value)}`);
    const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
    const unknown = Object.keys(value).filter((name) => !Object.hasOwn(fields, name));
    return [
      ...unknown.flatMap((name) => issue(at(name), 'unknown field')),
      ...Object.entries<Shape<unknown>>(fields).flatMap(([name, shape]) =>
        Object.hasOwn(value, name)
          ? shape.issues(value[name], at(name))
          : shape.isOptional
            ? []
            : issue(at(name), 'missing field'),
      ),
    ];
  },
});

/** One of several objects, distinguished by the string in field `tag`. */
export const variants = <T extends object, Tag extends keyof T & string>(
  tag: Tag,
  shapes: { readonly [Kind in T[Tag] & string]: Shape<Extract<T, Readonly<Record<Tag, Kind>>>> },
): Shape<T> => ({
  issues: (value, path) => {
    if (!isObject(value)) return issue(path, `expected an object, found ${shown(value)}`);
    const kind = value[tag];
    const known = new Map(Object.entries<Shape<unknown>>(shapes));
    const shape = typeof kind === 'string' ? known.get(kind) : undefined;
    if (!shape)
      return issue(
        path === '' ? tag : `${path}.${tag}`,
        `expected ${[...known.keys()].join(' or ')}, found ${shown(kind)}`,
      );
    return shape.issues(value, path);
  },
});
