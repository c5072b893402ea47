import { readFileSync } from 'node:fs';

/**
 * Peak resident memory of this process, in MiB. Read from /proc where available, because the figure of getrusage(2)
 * includes the parent's memory at the time of the fork.
 */
export const peakMiB = (): number => {
  try {
    const kiB = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kiB !== undefined) return Number(kiB) / 1_024;
  } catch {
    // No /proc: not Linux.
  }
  return process.resourceUsage().maxRSS / 1_024;
};
