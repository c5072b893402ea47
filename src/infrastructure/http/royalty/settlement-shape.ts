import { z } from 'zod';
import type { SettlementSummary } from '../../../domain/royalty/periods/period-events.js';
import { money, moneyOf } from '../routes/money.js';
import { rfc3339, time } from '../routes/shapes.js';

const count = z.int().min(0);

/** What a period comes to, for people and programs. */
export const settlement = z
  .strictObject({
    fence: z.string().describe('Position in the log up to which events went in.'),
    rulesetHash: z.string(),
    codeVersion: z.string(),
    pool: money,
    payable: money,
    disputed: money,
    unmatched: money,
    held: money.describe('Waits for open cases.'),
    suspense: money,
    platform: money,
    penalties: money.optional().describe('Charged for artificial plays (R18), within what is payable.'),
    plays: z.strictObject({
      counted: count,
      held: count,
      rejected: z.record(z.string(), count).describe('By reason.'),
    }),
    tracks: count,
    roots: z
      .strictObject({ inputs: z.string(), counted: z.string(), rejected: z.string(), lines: z.string() })
      .describe('Merkle roots in hexadecimal.'),
    at: time,
  })
  .meta({ id: 'Settlement' });

export const settlementOf = (summary: SettlementSummary): z.infer<typeof settlement> => {
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
