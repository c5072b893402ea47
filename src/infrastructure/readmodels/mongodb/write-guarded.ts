import type { AnyBulkWriteOperation, Collection } from 'mongodb';
import { ReadModelsUnavailable } from '../../../application/ports/read-models.js';
import { isDuplicate } from './mongo-connection.js';
import { keyOf, type Stored } from './stored.js';

const BULK_MAX = 1_000;
const ATTEMPTS_MAX = 3;

/** Writes each document only if the stored one is absent or has a lower position; for each key only the last. */
export const writeGuarded = async (
  documents: Collection<Stored>,
  writes: readonly Stored[],
): Promise<void> => {
  const latest = [...new Map(writes.map((write) => [keyOf(write), write])).values()];
  for (let at = 0; at < latest.length; at += BULK_MAX) {
    await writeSome(documents, latest.slice(at, at + BULK_MAX));
  }
};

/**
 * Reads which documents exist, inserts the missing ones and replaces the older ones. Guarded upserts would save the read, but
 * all upserts of a repeated batch fail as duplicate keys, and some servers stop at the first.
 */
const writeSome = async (documents: Collection<Stored>, writes: readonly Stored[]): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    const stored = await positionsOf(documents, writes);
    const operations = writes.flatMap((write) => operationFor(write, stored.get(keyOf(write))));
    if (operations.length === 0) return;
    try {
      await documents.bulkWrite(operations, { ordered: false });
      return;
    } catch (error) {
      // Another writer inserted first: a projector that has been replaced and does not know it yet.
      if (!isDuplicate(error)) throw error;
      if (attempt < ATTEMPTS_MAX) continue;
      throw new ReadModelsUnavailable('Another projector writes the same documents.', { cause: error });
    }
  }
};

/** The operation has the guard too, because the document may have changed since it was read. */
const operationFor = (write: Stored, stored: bigint | undefined): AnyBulkWriteOperation<Stored>[] => {
  if (stored === undefined) return [{ insertOne: { document: write } }];
  const { _id, ...replacement } = write;
  if (stored >= write.position) return [];
  return [{ replaceOne: { filter: { _id, position: { $lt: write.position } }, replacement } }];
};

const positionsOf = async (
  documents: Collection<Stored>,
  writes: readonly Stored[],
): Promise<ReadonlyMap<string, bigint>> => {
  const keys = writes.map(keyOf);
  const found = await documents
    .find({ _id: { $in: keys } }, { projection: { position: 1 }, batchSize: BULK_MAX + 1 })
    .toArray();
  return new Map(found.map((stored) => [keyOf(stored), stored.position]));
};
