import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ClaimShares, ResolveDispute } from '../../../application/rights/commands.js';
import { Ids } from '../../../application/ports/ids.js';
import { GetRights, ListDisputed } from '../../../application/rights/queries.js';
import type { CommandMeta } from '../../../application/streams/streams.js';
import { PARTIES_MAX } from '../../../domain/rights/claims.js';
import { RIGHTS } from '../../../domain/shared/right.js';
import { type Declaration, type Dispute, EVERYWHERE } from '../../../domain/rights/shares-at.js';
import type { RightsPage } from '../../../projections/rights/rights-claims.js';
import { listFrom, receiptOf } from '../routes/responses.js';
import { Meta, MinPosition, OwnPayee } from '../routes/parameters.js';
import { Problem } from '../problems/problem.js';
import { Reads, Roles, Writes } from '../routes/route.js';
import { id, instant, listResponse, page, receipt, rfc3339, territory, time } from '../routes/shapes.js';

const right = z
  .enum(RIGHTS)
  .describe('Right in the recording, or mechanical or performing right in the work.');
const where = z
  .union([z.literal(EVERYWHERE), territory], 'Must be an ISO 3166-1 alpha-2 code in capitals, or *.')
  .describe('ISO 3166-1 alpha-2 code in capitals; `*` for the world.');
const sharePpm = z
  .int('Must be a whole number.')
  .describe('Share of the right in parts per million, 0 to 1,000,000.');

const newClaim = z
  .strictObject({
    claimId: id.optional(),
    right,
    territory: where,
    claimant: id,
    sharePpm: sharePpm.describe(
      'Share of the right in parts per million, 0 to 1,000,000; 0 withdraws the claim.',
    ),
    validFrom: instant.describe('The claim applies to plays that start at this time or later.'),
  })
  .meta({ id: 'NewClaim', description: 'Without `claimId` the service chooses one.' });

const shares = z
  .array(z.strictObject({ payee: id, sharePpm }))
  .max(PARTIES_MAX, `Must have at most ${PARTIES_MAX} parties.`);

const newResolution = z
  .strictObject({ right, territory: where, validFrom: instant, shares })
  .meta({ id: 'NewResolution', description: 'Money for shares that nobody holds is unmatched.' });

const declaration = z.union([
  z.strictObject({
    kind: z.literal('claim'),
    claimId: id,
    right,
    territory: where,
    claimant: id,
    sharePpm,
    validFrom: time,
  }),
  z.strictObject({ kind: z.literal('resolution'), right, territory: where, shares, validFrom: time }),
]);

const dispute = z
  .strictObject({
    right,
    territory: where,
    from: time,
    until: time.nullable().describe('End of the dispute; null if it has none.'),
    claimedPpm: z
      .int()
      .describe('Sum of the claimed shares at the start of the dispute, in parts per million.'),
    claimants: z.array(id),
  })
  .meta({ id: 'Dispute' });

const claimsPage = z
  .strictObject({
    trackId: id,
    declarations: z.array(declaration).describe('Claims and resolutions, in the order of their recording.'),
  })
  .meta({ id: 'Claims' });
const disputesPage = z
  .strictObject({ trackId: id, disputes: z.array(dispute) })
  .meta({ id: 'TrackDisputes' });

const trackParams = z.strictObject({ trackId: id });
const disputedQuery = z.strictObject(page);

const declarationOf = (declared: Declaration): z.infer<typeof declaration> => {
  const validFrom = rfc3339(declared.validFrom);
  return declared.kind === 'claim'
    ? { ...declared, validFrom }
    : { ...declared, validFrom, shares: declared.shares.map((share) => ({ ...share })) };
};

const disputeOf = ({ from, until, claimants, ...rest }: Dispute): z.infer<typeof dispute> => ({
  ...rest,
  from: rfc3339(from),
  until: until === null ? null : rfc3339(until),
  claimants: [...claimants],
});

const disputesOf = ({ trackId, disputes }: RightsPage) => ({ trackId, disputes: disputes.map(disputeOf) });

/** Whether the payee may see a declaration: a party sees its own claims and the shares it was given. */
const isFor =
  (payee: string | undefined) =>
  (declared: Declaration): boolean =>
    payee === undefined ||
    (declared.kind === 'claim'
      ? declared.claimant === payee
      : declared.shares.some((share) => share.payee === payee));

@ApiTags('royalties')
@Controller('v1/royalties')
export class RightsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly ids: Ids,
  ) {}

  @Post('tracks/:trackId/claims')
  @Roles('label', 'finance', 'admin')
  @Writes({
    summary: 'Claims a share of a right in a track',
    description:
      'Labels claim only for themselves. Claims that exceed 100% in sum put the right in dispute; the service rejects none of them.',
    status: 201,
    response: receipt,
    problems: ['TrackNotFound', 'BadShare', 'ReportedOtherwise', 'TooManyClaims'],
  })
  async claimShares(
    @Param({ schema: trackParams }) { trackId }: z.infer<typeof trackParams>,
    @Body({ schema: newClaim }) { claimId, ...claim }: z.infer<typeof newClaim>,
    @OwnPayee() own: string | undefined,
    @Meta() meta: CommandMeta,
  ) {
    if (own !== undefined && claim.claimant !== own) throw new Problem('Forbidden');
    const input = { ...claim, claimId: claimId ?? this.ids.derived('claim', meta.commandId) };
    const done = await this.commands.execute(new ClaimShares(trackId, input, meta));
    return receiptOf({ ...done, id: input.claimId });
  }

  @Get('tracks/:trackId/claims')
  @Roles('label', 'finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists claims and resolved disputes of a track',
    description: 'Empty for a track that has no claims or does not exist. Labels see only their own shares.',
    response: claimsPage,
  })
  async listClaims(
    @Param({ schema: trackParams }) { trackId }: z.infer<typeof trackParams>,
    @OwnPayee() own: string | undefined,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    const rights = await this.queries.execute(new GetRights(trackId, minPosition));
    const declarations = (rights?.declarations ?? []).filter(isFor(own));
    return { trackId, declarations: declarations.map((declared) => ownPartOf(declarationOf(declared), own)) };
  }

  @Get('tracks/:trackId/disputes')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists the disputes of a track',
    description: 'Empty for a track that has no disputes or does not exist.',
    response: disputesPage,
  })
  async listTrackDisputes(
    @Param({ schema: trackParams }) { trackId }: z.infer<typeof trackParams>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    const rights = await this.queries.execute(new GetRights(trackId, minPosition));
    return rights ? disputesOf(rights) : { trackId, disputes: [] };
  }

  @Post('tracks/:trackId/disputes/resolve')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Resolves a dispute by assigning the shares of a right',
    description: 'The shares apply to plays that start at `validFrom` or later.',
    status: 200,
    response: receipt,
    problems: ['NotInDispute', 'BadShare', 'TooManyClaims'],
  })
  async resolveDispute(
    @Param({ schema: trackParams }) { trackId }: z.infer<typeof trackParams>,
    @Body({ schema: newResolution }) input: z.infer<typeof newResolution>,
    @Meta() meta: CommandMeta,
  ) {
    return receiptOf(await this.commands.execute(new ResolveDispute(trackId, input, meta)));
  }

  @Get('disputes')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists tracks in dispute, most disputes first',
    query: true,
    response: listResponse(disputesPage, 'Disputes'),
  })
  async listDisputes(
    @Query({ schema: disputedQuery }) query: z.infer<typeof disputedQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return listFrom(await this.queries.execute(new ListDisputed(query, minPosition)), disputesOf);
  }
}

/** A party sees only its own share of a resolution. */
const ownPartOf = (
  declared: z.infer<typeof declaration>,
  own: string | undefined,
): z.infer<typeof declaration> =>
  own === undefined || declared.kind === 'claim'
    ? declared
    : { ...declared, shares: declared.shares.filter(({ payee }) => payee === own) };
