import { cpus, loadavg } from 'node:os';
import { isInMemory } from './folder.js';

/** Load average above which other processes distort the figures. */
const LOAD_MAX = 1.5;

export const machine = (): string => {
  const all = cpus();
  return `Node ${process.versions.node}, ${all.length} × ${all[0]?.model ?? 'unknown processor'}, ${process.platform}`;
};

/** Conditions of this machine that make figures less reliable. */
export const warnings = (folder: string): readonly string[] => {
  const load = loadavg()[0] ?? 0;
  return [
    ...(load > LOAD_MAX
      ? [`the load average was ${load.toFixed(1)} at the start: other work takes part of the machine`]
      : []),
    ...(isInMemory(folder)
      ? [`${folder} lies in memory: syncs cost nothing here, give --dir on a disk`]
      : []),
  ];
};
