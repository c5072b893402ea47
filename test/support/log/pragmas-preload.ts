// Preloaded into a process to replace its SQLite settings by those in `TEST_PRAGMAS`, for example
// `synchronous = NORMAL; wal_autocheckpoint = 40`.
import { DatabaseSync } from 'node:sqlite';

const others = (process.env['TEST_PRAGMAS'] ?? '').split(';').filter((pragma) => pragma.trim() !== '');
// oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
const { exec } = DatabaseSync.prototype;

DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  let changed = sql;
  for (const pragma of others) {
    const [name = '', value = ''] = pragma.split('=').map((part) => part.trim());
    changed = changed.replace(new RegExp(`\\b${name} = \\w+`), `${name} = ${value}`);
  }
  exec.call(this, changed);
};
