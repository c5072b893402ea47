import { basename, dirname } from 'node:path';
import type { Acknowledged } from '../support/log/appender-child.js';

/** A system call of an appender that succeeded, or failed because a fault was injected. Files are base names. */
export type Syscall =
  | { readonly call: 'create'; readonly file: string }
  | { readonly call: 'write'; readonly file: string; readonly offset: number; readonly bytes: Buffer }
  | { readonly call: 'truncate'; readonly file: string; readonly size: number }
  | { readonly call: 'unlink'; readonly file: string }
  | { readonly call: 'sync'; readonly file: string }
  | { readonly call: 'syncFolder' }
  | { readonly call: 'acknowledge'; readonly append: Acknowledged }
  | { readonly call: 'failed'; readonly onFolder: boolean };

/**
 * Parses the output of `strace -f -y -xx` into the calls on the log's files in `folder` and the acknowledgements written
 * to standard output. Omits SQLite's shared-memory index, which is rebuilt after a crash.
 */
export const syscallsIn = (trace: string, folder: string): readonly Syscall[] =>
  trace.split('\n').flatMap((line) => {
    const [, name = '', rest = ''] = /^\d+ +(\w+)\((.*)$/.exec(line) ?? [];
    const call = rest.includes('(INJECTED)')
      ? ({ call: 'failed', onFolder: pathIn(rest) === folder } as const)
      : syscallIn(name, rest, folder);
    return call ? [call] : [];
  });

const syscallIn = (name: string, rest: string, folder: string): Syscall | undefined => {
  if (!/\) += \d/.test(rest)) return undefined;
  const path = pathIn(rest);
  const file = path !== undefined && dirname(path) === folder ? basename(path) : undefined;
  if (path === folder && SYNCS.has(name)) return { call: 'syncFolder' };
  if (name === 'write') return acknowledgement(rest);
  if (file === undefined || !/^log\.db(?:-wal|-journal)?$/.test(file)) return undefined;
  if (SYNCS.has(name)) return { call: 'sync', file };
  switch (name) {
    case 'openat':
      return rest.includes('O_CREAT') ? { call: 'create', file } : undefined;
    case 'unlink':
      return { call: 'unlink', file };
    case 'ftruncate':
      return { call: 'truncate', file, size: Number(/, (\d+)\)/.exec(rest)?.[1]) };
    case 'pwrite64': {
      const [, hex = '', offset] = /, "([^"]*)", \d+, (\d+)\)/.exec(rest) ?? [];
      return { call: 'write', file, offset: Number(offset), bytes: bytesOf(hex) };
    }
    default:
      throw new Error(`${name} changes ${file}, which the disk model does not support.`);
  }
};

const SYNCS: ReadonlySet<string> = new Set(['fsync', 'fdatasync']);

const acknowledgement = (rest: string): Syscall | undefined => {
  const [, hex = ''] = /^1<[^>]*>, "([^"]*)"/.exec(rest) ?? [];
  const text = bytesOf(hex).toString();
  return text.startsWith('{"stream"')
    ? { call: 'acknowledge', append: JSON.parse(text) as Acknowledged }
    : undefined;
};

/** The path of a call: its path argument or that of its descriptor. */
const pathIn = (rest: string): string | undefined => {
  const [, named] = /^(?:AT_FDCWD<[^>]*>, )?"([^"]*)"/.exec(rest) ?? [];
  const [, opened] = /^\d+<([^>]*)>/.exec(rest) ?? [];
  const hex = named ?? opened;
  return hex === undefined ? undefined : bytesOf(hex).toString();
};

const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(String.raw`\x`, ''), 'hex');
