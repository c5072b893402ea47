import { expect, test } from '@jest/globals';
import { type Campaign, carryOut } from '../campaigns/campaign.js';
import { killPlays } from '../campaigns/kill-plays.js';
import { killProjections } from '../campaigns/kill-projections.js';
import { killSettlements } from '../campaigns/kill-settlements.js';
import { redeliver } from '../campaigns/redeliver.js';

/** A few kills of each kind; `npm run campaign -- kill` runs fifty. */
const TRIED: readonly [string, Campaign, number][] = [
  [killPlays.summary, killPlays, 2],
  [killSettlements.summary, killSettlements, 2],
  [killProjections.summary, killProjections, 1],
  [redeliver.summary, redeliver, 2],
];

test.each(TRIED)(
  '%s',
  async (_summary, campaign, cycles) => {
    expect((await carryOut(campaign, cycles)).faults).toEqual([]);
  },
  180_000,
);
