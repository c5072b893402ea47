import type { Leaves } from '../../../domain/royalty/counting/play-roots.js';
import type { UsagePart } from '../../../domain/royalty/sharing/usage-part.js';
import type { KeyRange } from '../../ports/read-models.js';

/** Folds ranges of a period's plays, one at a time, in this thread or another. */
export type UsageWorker = {
  /** Resolves to the number of plays of the range, once they are folded. */
  readonly fold: (number: number, keys: KeyRange) => Promise<Leaves>;
  /** Sets the number of plays before one of its ranges, before or after it is folded. */
  readonly placeAt: (number: number, before: Leaves) => void;
  /** The usage of all ranges that it folded. */
  readonly part: () => Promise<UsagePart>;
  /** Releases its resources, even while it is folding. */
  readonly close: () => Promise<void>;
};

/**
 * Distributes ranges among workers; each gets the next range when it has finished one. The result does not depend on
 * which worker folds which range (I3).
 */
export const foldedByWorkers = async (
  workers: readonly UsageWorker[],
  ranges: readonly KeyRange[],
): Promise<readonly UsagePart[]> => {
  const done: { readonly worker: UsageWorker; readonly leaves: Leaves }[] = [];
  let next = 0;
  let placed = 0;
  let before: Leaves = { counted: 0, rejected: 0 };
  /** Places a range as soon as all ranges before it are counted. */
  const place = (): void => {
    for (let range = done[placed]; range; range = done[placed]) {
      range.worker.placeAt(placed, before);
      const { counted, rejected } = range.leaves;
      before = { counted: before.counted + counted, rejected: before.rejected + rejected };
      placed++;
    }
  };
  const work = async (worker: UsageWorker): Promise<void> => {
    for (let number = next++; number < ranges.length; number = next++) {
      const keys = ranges[number];
      if (!keys) return;
      done[number] = { worker, leaves: await worker.fold(number, keys) };
      place();
    }
  };

  try {
    await Promise.all(workers.map(work));
    return await Promise.all(workers.map((worker) => worker.part()));
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
};
