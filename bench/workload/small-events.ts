import { randomBytes, randomUUID } from 'node:crypto';
import type { NewEvent } from '../../src/application/ports/event-store.js';

/** Events of each stream of the workload, one append each. */
export const EVENTS_PER_STREAM = 10;

const COMMAND_HASH = randomBytes(32).toString('hex');
const ACTOR = `listener:${randomUUID()}`;
const TRACK = randomUUID();
const AT = 1_767_225_600_000;

let made = 0;

/** An event of a play: 400 ± 2 bytes of JSON, with random ids, as in a real index. */
export const smallEvent = (): NewEvent => {
  made += 1;
  return {
    id: randomUUID(),
    type: 'PlayProgressed',
    data: { positionMs: made % 300_000, at: AT + made, trackId: TRACK },
    metadata: {
      commandId: randomUUID(),
      commandHash: COMMAND_HASH,
      actor: ACTOR,
      at: AT + made,
      schema: 1,
    },
  };
};

export const newStream = (): string => `play-${randomUUID()}`;

/** A recorded event as a line of a plain file, with all fields that a reader of the log gets. */
export const asLine = (stream: string, revision: number, event: NewEvent): string =>
  `${JSON.stringify({ stream, revision, ...event })}\n`;
