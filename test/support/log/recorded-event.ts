import type { EventMetadata, RecordedEvent } from '../../../src/application/ports/event-store.js';

export const metadata = (over: Partial<EventMetadata> = {}): EventMetadata => ({
  commandId: '00000000-0000-4000-8000-000000000001',
  commandHash: 'hash',
  actor: 'admin:test',
  at: 1_790_000_000_000,
  schema: 1,
  ...over,
});

/** An event as the log returns it. */
export const recorded = (
  position: number,
  stream: string,
  type: string,
  data: object,
  revision = 0,
): RecordedEvent => ({
  id: `00000000-0000-5000-8000-${position.toString().padStart(12, '0')}`,
  stream,
  type,
  data,
  revision,
  position: BigInt(position),
  metadata: metadata(),
  schema: 1,
});
