import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A long test that injects faults repeatedly and checks invariants after each fault. */
export type Campaign = {
  readonly name: string;
  readonly summary: string;
  /** The missing prerequisite; undefined when the campaign can run. */
  readonly lacks?: () => string | undefined;
  readonly run: (trial: Trial) => Promise<Outcome>;
};

export type Trial = {
  /** Number of faults to inject. */
  readonly cycles: number;
  /** An empty folder, removed afterwards. */
  readonly folder: string;
  readonly tell: (progress: string) => void;
};

export type Outcome = {
  /** Summary of the run, with figures. */
  readonly did: string;
  /** Violated invariants; empty when all held. */
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

/** @throws {Error} with the message `what` when `holds` is false */
export const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what);
};
