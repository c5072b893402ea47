import type { Syscall } from './syscalls.js';

/** The unit that a disk writes atomically. */
const SECTOR_BYTES = 512;

/** The part of the unsynced changes that survives a power cut. */
export type Leaves = 'nothing' | 'all' | 'some';

type Change = Extract<Syscall, { readonly call: 'write' | 'truncate' }>;

/** File content, separate from its name: it survives an unlink that was not synced. */
type File = { durable: Buffer; pending: Change[] };

/**
 * A model of a disk. A power cut keeps synced changes. It may keep any sectors of a file's unsynced changes, and a prefix
 * of a folder's unsynced changes, because file systems apply those in order.
 */
export class Disk {
  private readonly names = new Map<string, File>();
  private durableNames = new Map<string, File>();
  /** State of the folder after each unsynced change. */
  private pendingNames: Map<string, File>[] = [];

  apply(call: Syscall): void {
    switch (call.call) {
      case 'create':
        if (!this.names.has(call.file)) this.rename(call.file, { durable: Buffer.alloc(0), pending: [] });
        break;
      case 'unlink':
        this.rename(call.file, undefined);
        break;
      case 'write':
      case 'truncate':
        this.names.get(call.file)?.pending.push(call);
        break;
      case 'sync': {
        const file = this.names.get(call.file);
        if (file) Object.assign(file, { durable: file.pending.reduce(changed, file.durable), pending: [] });
        break;
      }
      case 'syncFolder':
        this.durableNames = new Map(this.names);
        this.pendingNames = [];
        break;
      case 'acknowledge':
      case 'failed':
        break;
    }
  }

  /** File contents by name, as found after a power cut at this moment. */
  afterCut(leaves: Leaves): ReadonlyMap<string, Buffer> {
    const states = [this.durableNames, ...this.pendingNames];
    const last = states.length - 1;
    const state = { nothing: 0, all: last, some: Math.floor(Math.random() * states.length) }[leaves];
    const found = new Map<string, Buffer>();
    for (const [name, { durable, pending }] of states[state] ?? []) {
      const kept = { nothing: () => [], all: () => pending, some: () => torn(pending) }[leaves]();
      found.set(name, kept.reduce(changed, durable));
    }
    return found;
  }

  private rename(name: string, file: File | undefined): void {
    if (file) this.names.set(name, file);
    else this.names.delete(name);
    this.pendingNames.push(new Map(this.names));
  }
}

/** A random subset of the changes, with each write split into sectors. */
const torn = (changes: readonly Change[]): Change[] => {
  const share = Math.random();
  return changes
    .flatMap((change) => (change.call === 'write' ? sectorsOf(change) : [change]))
    .filter(() => Math.random() < share);
};

const sectorsOf = ({ call, file, offset, bytes }: Extract<Change, { readonly call: 'write' }>): Change[] => {
  const sectors: Change[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(bytes.length, from + SECTOR_BYTES - ((offset + from) % SECTOR_BYTES));
    sectors.push({ call, file, offset: offset + from, bytes: bytes.subarray(from, to) });
    from = to;
  }
  return sectors;
};

const changed = (content: Buffer, change: Change): Buffer => {
  if (change.call === 'truncate') return sized(content, change.size);
  const grown = sized(content, Math.max(content.length, change.offset + change.bytes.length));
  change.bytes.copy(grown, change.offset);
  return grown;
};

/** A copy that is truncated or zero-padded to `size` bytes. */
const sized = (content: Buffer, size: number): Buffer => {
  const copy = Buffer.alloc(size);
  content.copy(copy, 0, 0, Math.min(size, content.length));
  return copy;
};
