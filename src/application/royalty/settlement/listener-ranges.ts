import { keyPrefixOf, royaltyPlays } from '../../../projections/royalty/royalty-plays.js';
import { type KeyRange, keysBeginningWith, type ReadModels } from '../../ports/read-models.js';

/**
 * Divides the plays of a period into consecutive key ranges that do not split listeners. Returns at least `count`
 * ranges if the listeners' ids differ enough. The number of plays of a range is unknown until it is read.
 */
export const listenerRanges = async (
  models: ReadModels,
  periodId: string,
  count: number,
): Promise<readonly KeyRange[]> => {
  const prefix = keyPrefixOf(periodId);
  let ranges: readonly KeyRange[] = [keysBeginningWith(prefix)];
  while (ranges.length < count) {
    const finer: KeyRange[] = [];
    for (const range of ranges) finer.push(...(await divided(models, prefix, range)));
    if (finer.length === ranges.length) break;
    ranges = finer;
  }
  return ranges;
};

/** Divides a range by the first character in which its listeners differ: one range for each such character. */
const divided = async (models: ReadModels, prefix: string, range: KeyRange): Promise<readonly KeyRange[]> => {
  const first = await keyIn(models, range);
  const last = await keyIn(models, range, true);
  if (first === undefined || last === undefined) return [range];
  let common = prefix.length;
  while (first[common] === last[common] && first[common] !== ' ') common++;
  // The range has only one listener.
  if (first[common] === last[common]) return [range];

  const parts: KeyRange[] = [];
  for (let key: string | undefined = first; key !== undefined;) {
    const part = keysBeginningWith(key.slice(0, common + 1));
    parts.push(part);
    key = part.below && (await keyIn(models, { ...range, from: part.below }));
  }
  return parts;
};

const keyIn = async (models: ReadModels, keys: KeyRange, isLast = false): Promise<string | undefined> => {
  const found = await models.query(royaltyPlays, {
    keys,
    limit: 1,
    ...(isLast && { sort: { by: [], descending: true } }),
  });
  return found.keys[0];
};
