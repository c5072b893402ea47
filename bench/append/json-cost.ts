import { smallEvent } from '../workload/small-events.js';

const EVENTS = 50_000;

/** Microseconds to serialise and parse one event as JSON: the reference for the CPU of an append. */
export const measure = async (): Promise<number> => {
  const events = Array.from({ length: EVENTS }, smallEvent);
  let characters = 0;
  const pass = () => {
    for (const event of events) {
      const text = JSON.stringify(event);
      characters += text.length + Object.keys(JSON.parse(text) as object).length;
    }
  };
  pass();
  const before = process.cpuUsage();
  pass();
  const { user, system } = process.cpuUsage(before);
  if (characters === 0) throw new Error('nothing was written');
  return (user + system) / EVENTS;
};
