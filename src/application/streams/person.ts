import type { CommandMeta } from './streams.js';

/** Who asked, whatever the role: an actor is written `role:subject`. One person in two roles is one person. */
export const personOf = ({ actor }: CommandMeta): string => actor.slice(actor.indexOf(':') + 1);
