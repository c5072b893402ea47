/** The primary result codes of SQLite (https://sqlite.org/rescode.html) that the embedded engines tell apart. */
export const SQLITE = { ERROR: 1, BUSY: 5, FULL: 13, NOTADB: 26 } as const;

/** The primary result code of an error thrown by `node:sqlite`; undefined for any other error. */
export const sqliteCode = (error: unknown): number | undefined => {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
};

export const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
