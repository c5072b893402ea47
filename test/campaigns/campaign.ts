import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Trouble made on purpose, again and again, and what must hold after each time. */
export type Campaign = {
  readonly name: string;
  readonly summary: string;
  /** What it needs and is not there; undefined when it can run. */
  readonly lacks?: () => string | undefined;
  readonly run: (trial: Trial) => Promise<Outcome>;
};

export type Trial = {
  /** How often trouble is made. */
  readonly cycles: number;
  /** Empty, and removed afterwards. */
  readonly folder: string;
  readonly tell: (progress: string) => void;
};

export type Outcome = {
  /** What was done, with its figures. */
  readonly did: string;
  /** What did not hold; none when all did. */
  readonly faults: readonly string[];
};

/** Runs a campaign in a folder of its own. */
export const carryOut = async (
  campaign: Campaign,
  cycles: number,
  tell: Trial['tell'] = () => {},
): Promise<Outcome> => {
  const folder = mkdtempSync(join(tmpdir(), `playledger-${campaign.name}-`));
  try {
    return await campaign.run({ cycles, folder, tell });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** @throws {Error} which says what does not hold */
export const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what);
};
