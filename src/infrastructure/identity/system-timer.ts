import { Timer } from '../../application/ports/timer.js';

/** Waits on the event loop of this process. */
export class SystemTimer extends Timer {
  after(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        clearTimeout(timeout);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timeout = setTimeout(wake, ms);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}
