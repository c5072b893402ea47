import { judge, type VectorVerdict } from '../../../src/cli/vectors/run.js';

/** A vector file with one vector; bigints are written as decimal strings, as in all vector files. */
export const vectorText = (vector: object): string =>
  JSON.stringify({ vectors: [{ id: 'V', ...vector }] }, (_name, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );

/** The verdict of `playledger vectors` on one vector. */
export const verdictOn = (op: string, policy: unknown, input: unknown, expected: unknown): VectorVerdict => {
  const [verdict] = judge([{ name: 'V', text: vectorText({ op, policy, input, expected }) }]);
  if (!verdict) throw new Error('A vector has a verdict.');
  return verdict;
};
