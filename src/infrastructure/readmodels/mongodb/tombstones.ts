import type { Collection } from 'mongodb';
import { START } from '../../../application/ports/event-store.js';
import type { Build } from '../../../application/ports/read-models.js';
import type { Stored } from './stored.js';

/** Longer than any commit: one that read the checkpoint before it moved has ended by then. */
const GRACE_MS = 120_000;

type Mark = { readonly upTo: bigint; readonly at: number };

/**
 * Tombstones of dropped documents, so that a repeated batch does not restore them. Once the checkpoint has passed a drop, no
 * batch writes before it any more, and its tombstone is deleted.
 */
export class Tombstones {
  private readonly marks = new Map<string, Mark>();

  constructor(private readonly graceMs: number = GRACE_MS) {}

  /** Only tombstones are in this index. */
  async prepare(documents: Collection<Stored>): Promise<void> {
    await documents.createIndex({ dropped: 1 }, { sparse: true });
  }

  /** Deletes tombstones that the checkpoint had passed at least the grace period ago. */
  async purge(build: Build, documents: Collection<Stored>, checkpoint: bigint): Promise<void> {
    const now = performance.now();
    const mark = this.marks.get(build.id);
    if (mark && now - mark.at < this.graceMs) return;
    this.marks.set(build.id, { upTo: checkpoint, at: now });
    if (mark && mark.upTo > START) await documents.deleteMany({ dropped: { $lte: mark.upTo } });
  }
}
