import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { z } from 'zod';
import type { DsrHeader } from '../../../domain/royalty/dsr/writer.js';
import type { Period } from '../../../domain/royalty/periods/period-id.js';
import type { SettlementSummary } from '../../../domain/royalty/periods/period-events.js';
import { monthEnd, monthStart } from '../../../domain/shared/calendar.js';
import { isIdentifier } from '../../../domain/shared/identifiers.js';
import type { Statement } from '../../../projections/royalty/statements.js';
import { Problem } from '../problems/problem.js';
import { name, rfc3339 } from '../routes/shapes.js';
import { DAY_MS } from '../../../domain/shared/civil-date.js';

// Shared by the exports of statements.

const dpid = z
  .string()
  .refine((text) => isIdentifier('DPID', text), 'Must be a DDEX party id with a valid check character.')
  .describe('DDEX party id (DPID).')
  .meta({ example: 'PADPIDA2014111801Y' });

/** Query parameters for the sender and the recipient of a DSR file. */
export const dsrParties = {
  sender: dpid.describe('DDEX party id (DPID) of the sender.'),
  senderName: name.describe('Name of the sender.'),
  recipient: dpid.describe('DDEX party id (DPID) of the recipient.'),
  recipientName: name.describe('Name of the recipient.'),
};

type Parties = {
  readonly sender: string;
  readonly senderName: string;
  readonly recipient: string;
  readonly recipientName: string;
};

export const dsrHeader = (
  { offering, month }: Period,
  parties: Parties,
  { messageId, now }: { readonly messageId: string; readonly now: number },
): DsrHeader => {
  const day = (ms: number): string => rfc3339(ms).slice(0, 10);
  return {
    messageId,
    created: `${rfc3339(now).slice(0, 19)}Z`,
    usageStart: day(monthStart(month)),
    usageEnd: day(monthEnd(month) - DAY_MS),
    sender: [parties.sender, parties.senderName],
    recipient: [parties.recipient, parties.recipientName],
    service: offering,
  };
};

/** A complete, final statement. */
export type Final = Statement & { readonly summary: SettlementSummary };

/** @throws {Problem} `StatementNotFound` when the statement is missing or not final */
export const finalOf = (statement: Statement | undefined): Final => {
  const { stage, summary } = statement ?? {};
  if (!statement || stage !== 'final' || !summary) throw new Problem('StatementNotFound');
  return { ...statement, summary };
};

export const fileFrom = (
  text: AsyncIterable<string>,
  { type, name: fileName }: { readonly type: string; readonly name: string },
): StreamableFile =>
  new StreamableFile(Readable.from(text, { objectMode: false }), {
    type,
    disposition: `attachment; filename="${fileName}"`,
  });

export const CSV_TYPE = 'text/csv; charset=utf-8';
export const DSR_TYPE = 'text/tab-separated-values; charset=utf-8';
