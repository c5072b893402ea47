import { keyPrefixOf, royaltyPlays } from '../../../projections/royalty/royalty-plays.js';
import { type KeyRange, keysBeginningWith, type ReadModels } from '../../ports/read-models.js';

/**
 * The plays of a period in ranges one behind the other, each of whole listeners: at least as many as wanted, if there
 * are as many listeners whose ids part early. How many plays each of them has, nobody knows before it is read.
 */
export const listenerRanges = async (
  models: ReadModels,
  periodId: string,
  wanted: number,
): Promise<readonly KeyRange[]> => {
  const prefix = keyPrefixOf(periodId);
  let ranges: readonly KeyRange[] = [keysBeginningWith(prefix)];
  while (ranges.length < wanted) {
    const finer: KeyRange[] = [];
    for (const range of ranges) finer.push(...(await divided(models, prefix, range)));
    if (finer.length === ranges.length) break;
    ranges = finer;
  }
  return ranges;
};

/** By the first character in which listeners of the range part: a range for each that it has there. */
const divided = async (models: ReadModels, prefix: string, whole: KeyRange): Promise<readonly KeyRange[]> => {
  const first = await keyIn(models, whole);
  const last = await keyIn(models, whole, true);
  if (first === undefined || last === undefined) return [whole];
  let common = prefix.length;
  while (first[common] === last[common] && first[common] !== ' ') common++;
  // All of one listener.
  if (first[common] === last[common]) return [whole];

  const parts: KeyRange[] = [];
  for (let key: string | undefined = first; key !== undefined;) {
    const part = keysBeginningWith(key.slice(0, common + 1));
    parts.push(part);
    key = part.below && (await keyIn(models, { ...whole, from: part.below }));
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
