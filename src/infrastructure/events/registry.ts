import { artistShapes, trackShapes } from './catalogue.js';
import type { EventShape } from './event-shape.js';
import { playShapes } from './playback.js';

/** Every type of event that the log may hold, by the category of its streams. */
export const EVENTS_BY_CATEGORY: Readonly<Record<string, Readonly<Record<string, EventShape>>>> = {
  artist: artistShapes,
  track: trackShapes,
  play: playShapes,
};
