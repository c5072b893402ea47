import { randomBytes, randomUUID } from 'node:crypto';
import type { NewEvent } from '../../src/application/ports/event-store.js';

/** What every stream of the workload gets, one append each. */
export const EVENTS_PER_STREAM = 10;

const COMMAND_HASH = randomBytes(32).toString('hex');
const ACTOR = `listener:${randomUUID()}`;
const TRACK = randomUUID();
const AT = 1_767_225_600_000;

let made = 0;

/** A fact about a play, 400 bytes of JSON give or take two; its ids are random, as a real index would meet them. */
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

/** The line that holds a recorded event in a plain file: all that a reader of the log gets. */
export const asLine = (stream: string, revision: number, event: NewEvent): string =>
  `${JSON.stringify({ stream, revision, ...event })}\n`;
