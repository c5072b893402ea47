import type { CommandMeta } from './streams.js';

/** The subject of an actor (`role:subject`), without the role. One person in two roles is one person. */
export const personOf = ({ actor }: CommandMeta): string => actor.slice(actor.indexOf(':') + 1);
