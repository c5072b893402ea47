import { z } from 'zod';
import type { SettlementSummary } from '../../../domain/royalty/periods/period-events.js';
import { money, moneyOf } from '../routes/money.js';
import { rfc3339, time } from '../routes/shapes.js';

const count = z.int().min(0);

/** Summary of a settlement. */
export const settlement = z
  .strictObject({
    fence: z.string().describe('Position in the log up to which events were included.'),
    rulesetHash: z.string(),
    codeVersion: z.string().describe('Release of the service that settled the period.'),
    pool: money.describe('Distributable money.'),
    payable: money.describe('Money for payees.'),
    disputed: money.describe('Money of rights in dispute.'),
    unmatched: money.describe('Money of shares without a claim.'),
    held: money.describe('Money held by open cases.'),
    suspense: money.describe('Money that could not be allocated.'),
    platform: money.describe('Money that the service keeps.'),
    penalties: money
      .optional()
      .describe('Charges for artificial plays (R18), included in `payable`; absent if there are none.'),
    plays: z.strictObject({
      counted: count,
      held: count,
      rejected: z.record(z.string(), count).describe('Number of rejected plays by reason.'),
    }),
    tracks: count.describe('Number of tracks with a line.'),
    roots: z
      .strictObject({ inputs: z.string(), counted: z.string(), rejected: z.string(), lines: z.string() })
      .describe('Merkle roots, in hexadecimal.'),
    at: time,
  })
  .meta({ id: 'Settlement' });

export const settlementResponse = (summary: SettlementSummary): z.infer<typeof settlement> => {
  const inCurrency = (micros: string) => moneyOf(micros, summary.currency);
  const { fence, rulesetHash, codeVersion, tracks, counted, held, rejected } = summary;
  return {
    fence,
    rulesetHash,
    codeVersion,
    pool: inCurrency(summary.pool),
    payable: inCurrency(summary.payable),
    disputed: inCurrency(summary.disputed),
    unmatched: inCurrency(summary.unmatched),
    held: inCurrency(summary.heldAmount),
    suspense: inCurrency(summary.suspense),
    platform: inCurrency(summary.platform),
    ...(summary.penalties !== undefined && { penalties: inCurrency(summary.penalties) }),
    plays: { counted, held, rejected: { ...rejected } },
    tracks,
    roots: {
      inputs: summary.inputRoot,
      counted: summary.countedRoot,
      rejected: summary.rejectedRoot,
      lines: summary.linesRoot,
    },
    at: rfc3339(summary.at),
  };
};
