import { artistShapes, trackShapes } from './catalogue.js';
import type { EventShape } from './event-shape.js';
import { accountShapes } from './royalty/accounts.js';
import { deliveryShapes } from './audio.js';
import { caseShapes } from './integrity.js';
import { journalShapes, statementShapes } from './royalty/ledger.js';
import { periodShapes } from './royalty/periods.js';
import { playShapes } from './playback.js';
import { rightsShapes } from './rights.js';
import { rulesetShapes, rulesetScopeShapes } from './royalty/rulesets.js';

/** All event types of the log, by the category of their streams. */
export const EVENTS_BY_CATEGORY: Readonly<Record<string, Readonly<Record<string, EventShape>>>> = {
  artist: artistShapes,
  track: trackShapes,
  play: playShapes,
  delivery: deliveryShapes,
  ruleset: rulesetShapes,
  rulescope: rulesetScopeShapes,
  period: periodShapes,
  rights: rightsShapes,
  account: accountShapes,
  case: caseShapes,
  statement: statementShapes,
  journal: journalShapes,
};
