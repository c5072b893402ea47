import type { Leaves } from '../../../domain/royalty/counting/play-roots.js';
import type { UsagePart } from '../../../domain/royalty/sharing/usage-part.js';
import type { KeyRange } from '../../ports/read-models.js';

/** Folds ranges of a period's plays, one at a time: in this thread or in another one. */
export type UsageWorker = {
  /** @returns how many plays the range has, once they are folded */
  readonly fold: (number: number, keys: KeyRange) => Promise<Leaves>;
  /** Tells how many plays come before a range of his, folded or not. */
  readonly placeAt: (number: number, before: Leaves) => void;
  /** All that he has folded. */
  readonly part: () => Promise<UsagePart>;
  /** Lets go of what he holds, whatever he is doing. */
  readonly close: () => Promise<void>;
};

/**
 * Shares ranges out among workers, each getting the next when he is done with one. Which of them folds which does not
 * show in the result (I3).
 */
export const foldedByWorkers = async (
  workers: readonly UsageWorker[],
  ranges: readonly KeyRange[],
): Promise<readonly UsagePart[]> => {
  const done: { readonly worker: UsageWorker; readonly leaves: Leaves }[] = [];
  let next = 0;
  let placed = 0;
  let before: Leaves = { counted: 0, rejected: 0 };
  /** A range has its place as soon as all before it are counted. */
  const place = (): void => {
    for (let one = done[placed]; one; one = done[placed]) {
      one.worker.placeAt(placed, before);
      const { counted, rejected } = one.leaves;
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
