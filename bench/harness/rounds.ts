import { median } from './statistics.js';

/** One run of one subject, usually in its own process. */
export type Subjects<R> = Readonly<Record<string, () => Promise<R>>>;

/** Results by subject, in the order of the rounds. */
export type Rounds<R> = Readonly<Record<string, readonly R[]>>;

/**
 * Runs every subject once in each round, one after the other, and starts each round with another subject, so that other
 * load on the machine affects all subjects alike.
 */
export const inRounds = async <R>(
  count: number,
  subjects: Subjects<R>,
  progress: (text: string) => void,
): Promise<Rounds<R>> => {
  const names = Object.keys(subjects);
  const results: Record<string, R[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < count; round++) {
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      progress(`round ${round + 1} of ${count}: ${name}`);
      results[name]?.push(await subjects[name]!());
    }
  }
  return results;
};

/** One figure of a subject for each round. */
export const figures = <R>(rounds: Rounds<R>, name: string, of: (result: R) => number): readonly number[] => {
  const results = rounds[name];
  if (!results) throw new Error(`no subject ${name}`);
  return results.map(of);
};

/** Ratios of two subjects for each round, because only figures of one round are comparable. */
export const ratios = (ours: readonly number[], theirs: readonly number[]): readonly number[] =>
  ours.map((value, round) => value / (theirs[round] ?? NaN));

/** Name of the subject with the best median; undefined without subjects. */
export const best = <R>(
  rounds: Rounds<R>,
  names: readonly string[],
  of: (result: R) => number,
): string | undefined =>
  names.toSorted((a, b) => median(figures(rounds, b, of)) - median(figures(rounds, a, of)))[0];
