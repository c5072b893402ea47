import { expect, test } from '@jest/globals';
import { carryOut } from '../../campaigns/campaign.js';
import { killImports } from '../../campaigns/kill-imports.js';

/** `npm run campaign -- kill-imports` does it more often. */
const CYCLES = 4;

test('an import that is killed again and again, then run to its end, leaves the log of one that was not', async () => {
  expect((await carryOut(killImports, CYCLES)).faults).toEqual([]);
}, 120_000);
