import { judge, type Verdict } from '../../../src/cli/vectors/run.js';

/** JSON as vectors write it: a bigint is a decimal string. */
export const vectorText = (vector: object): string =>
  JSON.stringify({ vectors: [{ id: 'V', ...vector }] }, (_name, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );

/** The product's verdict on one question with the answer that is expected. */
export const verdictOn = (op: string, policy: unknown, input: unknown, expected: unknown): Verdict => {
  const [verdict] = judge([{ name: 'V', text: vectorText({ op, policy, input, expected }) }]);
  if (!verdict) throw new Error('A vector has a verdict.');
  return verdict;
};
