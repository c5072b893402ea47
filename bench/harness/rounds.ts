import { median } from './statistics.js';

/** One run of one subject, in a process of its own unless the bench says otherwise. */
export type Subjects<R> = Readonly<Record<string, () => Promise<R>>>;

/** What each subject gave in each round, in the order of the rounds. */
export type Rounds<R> = Readonly<Record<string, readonly R[]>>;

/**
 * Runs every subject once a round, one after the other, and begins each round with another subject: what the machine
 * does beside us then falls on all of them alike.
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

/** What `of` says of a subject's rounds. */
export const figures = <R>(rounds: Rounds<R>, name: string, of: (result: R) => number): readonly number[] => {
  const results = rounds[name];
  if (!results) throw new Error(`no subject ${name}`);
  return results.map(of);
};

/** Ratio of two subjects in each round: only figures of one round are comparable. */
export const ratios = (ours: readonly number[], theirs: readonly number[]): readonly number[] =>
  ours.map((value, round) => value / (theirs[round] ?? NaN));

/** Name of the subject with the best median; undefined for none. */
export const best = <R>(
  rounds: Rounds<R>,
  names: readonly string[],
  of: (result: R) => number,
): string | undefined =>
  names.toSorted((a, b) => median(figures(rounds, b, of)) - median(figures(rounds, a, of)))[0];
