import { readFileSync } from 'node:fs';

/**
 * Most memory that this process ever had resident, in MiB. The kernel's own mark where it tells it: the one of
 * getrusage(2) begins with what the parent had when it forked.
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
