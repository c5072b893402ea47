import type { RecordedEvent } from '../../../src/application/ports/event-store.js';
import type { Acknowledged } from './appender-child.js';

/** Faults of a complete log of the embedded engine: duplicate events, gaps in positions or in a stream's revisions. */
export const unsoundIn = (events: readonly RecordedEvent[]): readonly string[] => {
  const faults: string[] = [];
  const ids = new Set<string>();
  const revisions = new Map<string, number>();
  for (const [index, { position, id, stream, revision }] of events.entries()) {
    if (position !== BigInt(index + 1)) faults.push(`gap before position ${position}`);
    if (ids.has(id)) faults.push(`event ${id} twice`);
    ids.add(id);
    if (revision !== (revisions.get(stream) ?? -1) + 1) faults.push(`gap before revision ${revision}`);
    revisions.set(stream, revision);
  }
  return faults;
};

/**
 * Faults of a log that appender processes wrote, including killed ones: those of `unsoundIn`, partial appends, and lost
 * acknowledged events. The data of each event names its append and the number of events in that append.
 */
export const faultsOf = (
  events: readonly RecordedEvent[],
  acknowledged: readonly Acknowledged[],
): readonly string[] => {
  const faults = [...unsoundIn(events)];
  const missing = new Map<string, number>();
  for (const { data } of events) {
    const { key, of } = data as { key: string; of: number };
    missing.set(key, (missing.get(key) ?? of) - 1);
  }
  for (const [key, count] of missing) if (count !== 0) faults.push(`append ${key} in part`);

  for (const { stream, expected, position, events: appended } of acknowledged) {
    const first = Number(position) - appended.length;
    for (const [index, { id }] of appended.entries()) {
      const found = events[first + index];
      const kept = found?.id === id && found.stream === stream && found.revision === expected + 1 + index;
      if (!kept) faults.push(`event ${id} lost`);
    }
  }
  return faults;
};
