import { expect, test } from '@jest/globals';
import { carryOut } from '../../campaigns/campaign.js';
import { killImports } from '../../campaigns/kill-imports.js';

/** `npm run campaign -- kill-imports` runs more cycles. */
const CYCLES = 4;

test('an import that is killed repeatedly and then completed leaves the same log as an uninterrupted one', async () => {
  expect((await carryOut(killImports, CYCLES)).faults).toEqual([]);
}, 120_000);
