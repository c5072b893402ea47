import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Bytes per read, and per unpacked chunk. */
const CHUNK_BYTES = 256 * 1024;

const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** A file that cannot be imported. The message, for people, does not name the file. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/**
 * Reads a file in chunks. Unpacks it if it starts with gzip's magic number (RFC 1952), whatever its name.
 *
 * @throws {UnreadableFile} possibly after some chunks: a truncated or damaged archive fails where it is damaged
 */
export async function* contentOf(path: string): AsyncGenerator<Buffer> {
  try {
    // Checked before opening: opening a named pipe would wait for a writer for ever.
    const status = await stat(path);
    if (status.isDirectory()) throw new UnreadableFile('is a folder: pass the files in it');
    if (!status.isFile()) throw new UnreadableFile('is not a regular file');
    await using file = await open(path);
    const magic = Buffer.alloc(GZIP_MAGIC.length);
    await file.read(magic, 0, magic.length, 0);

    const raw = file.createReadStream({ start: 0, highWaterMark: CHUNK_BYTES, autoClose: false });
    if (!magic.equals(Buffer.from(GZIP_MAGIC))) {
      yield* raw as AsyncIterable<Buffer>;
      return;
    }
    // The callback form passes errors to the reader of `unpacked`.
    const unpacked = pipeline(raw, createGunzip({ chunkSize: CHUNK_BYTES }), () => {});
    yield* unpacked as AsyncIterable<Buffer>;
  } catch (error) {
    throw asUnreadable(error, path);
  }
}

/** Identifies the content of a file. */
export type Fingerprint = {
  /** SHA-256 of the unpacked content, hex: the same after renaming or repacking. */
  readonly sha256: string;
  /** Length of the unpacked content. */
  readonly bytes: number;
};

const WHITESPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const CLOSING_BRACKET = 0x5d;

/**
 * Reads a whole file. `onRead` receives the length of each chunk.
 *
 * @throws {UnreadableFile} for an empty file, and for a file that does not end with a closing bracket. That is a truncated
 * download: importing it, and later the complete file, which has another fingerprint, would count its plays twice.
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
    throw new UnreadableFile('is not a JSON array, or is truncated: it does not end with "]"');
  return { sha256: hash.digest('hex'), bytes };
};

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'is not readable for this user',
  EPERM: 'is not readable for this user',
  Z_BUF_ERROR: 'is a truncated gzip archive',
  Z_DATA_ERROR: 'is a damaged gzip archive',
};

const asUnreadable = (error: unknown, path: string): unknown => {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === undefined) return error;
  const reason = REASONS[code] ?? `cannot be read (${code})`;
  const hint = code === 'ENOENT' && /[*?[\]]/.test(path) ? ' (does the pattern match no file?)' : '';
  return new UnreadableFile(reason + hint, { cause: error });
};
