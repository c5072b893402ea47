import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Bytes that are read, and unpacked, at a time. */
const CHUNK_BYTES = 256 * 1024;

const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** A file that cannot be imported at all; the message is for people and does not name the file. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/**
 * The bytes of a file, unpacked when they begin with gzip's magic number (RFC 1952), whatever the file's name.
 *
 * @throws {UnreadableFile} also halfway: a cut-off or damaged archive shows only where it breaks
 */
export async function* contentOf(path: string): AsyncGenerator<Buffer> {
  try {
    // Before it is opened: that would wait for ever for somebody to write into a pipe.
    const status = await stat(path);
    if (status.isDirectory()) throw new UnreadableFile('is a folder: name the files in it');
    if (!status.isFile()) throw new UnreadableFile('is not a regular file');
    await using file = await open(path);
    const magic = Buffer.alloc(GZIP_MAGIC.length);
    await file.read(magic, 0, magic.length, 0);

    const raw = file.createReadStream({ start: 0, highWaterMark: CHUNK_BYTES, autoClose: false });
    if (!magic.equals(Buffer.from(GZIP_MAGIC))) {
      yield* raw as AsyncIterable<Buffer>;
      return;
    }
    // The callback form only hands errors on: whoever reads `unpacked` gets them.
    const unpacked = pipeline(raw, createGunzip({ chunkSize: CHUNK_BYTES }), () => {});
    yield* unpacked as AsyncIterable<Buffer>;
  } catch (error) {
    throw readable(error, path);
  }
}

/** What tells one content from another, and what can be said of it before its rows are read. */
export type Fingerprint = {
  /** SHA-256 of the unpacked content, hex: the same for a file renamed or packed anew. */
  readonly sha256: string;
  /** Length of the unpacked content. */
  readonly bytes: number;
};

const WHITESPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const CLOSING_BRACKET = 0x5d;

/**
 * Reads a file once to its end; `onRead` is told the length of each chunk.
 *
 * @throws {UnreadableFile} for an empty file, and for one whose last character does not close an array. That is a
 * download cut short: it will come again whole, with another fingerprint, and its plays would then count twice.
 */
export const fingerprintOf = async (path: string, onRead: (bytes: number) => void): Promise<Fingerprint> => {
  const hash = createHash('sha256');
  let bytes = 0;
  let last: number | undefined;
  for await (const chunk of contentOf(path)) {
    hash.update(chunk);
    bytes += chunk.length;
    onRead(chunk.length);
    last = chunk.findLast((byte) => !WHITESPACE.has(byte)) ?? last;
  }
  if (last === undefined) throw new UnreadableFile('is empty');
  if (last !== CLOSING_BRACKET)
    throw new UnreadableFile('is not a JSON array, or is cut off: it does not end with "]"');
  return { sha256: hash.digest('hex'), bytes };
};

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  Z_BUF_ERROR: 'is a gzip archive that is cut off',
  Z_DATA_ERROR: 'is a damaged gzip archive',
};

const readable = (error: unknown, path: string): unknown => {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) return error;
  const reason = REASONS[code] ?? `cannot be read (${code})`;
  const hint = code === 'ENOENT' && /[*?[\]]/.test(path) ? ' (a pattern that matched nothing?)' : '';
  return new UnreadableFile(reason + hint, { cause: error });
};
