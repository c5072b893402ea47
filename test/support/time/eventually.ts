import { setTimeout as sleep } from 'node:timers/promises';

/** Repeats `check` until it no longer throws, for at most `withinMs`. @throws the last error after that time */
export const eventually = async <T>(check: () => T | Promise<T>, withinMs = 5_000): Promise<T> => {
  const end = performance.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(5);
    }
  }
};
