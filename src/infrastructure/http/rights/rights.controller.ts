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
import { listFrom, receiptOf } from '../routes/answers.js';
import { Meta, MinPosition, OwnPayee } from '../routes/parameters.js';
import { Problem } from '../problems/problem.js';
import { Reads, Roles, Writes } from '../routes/route.js';
import { id, instant, listOf, page, receipt, rfc3339, territory, time } from '../routes/shapes.js';

const right = z.enum(RIGHTS).describe('Of the recording, or to copy or to perform the work in it.');
const where = z
  .union([z.literal(EVERYWHERE), territory], 'Must be an ISO 3166-1 alpha-2 code in capitals, or *.')
  .describe('* for the world.');
const sharePpm = z.int('Must be a whole number.').describe('Parts per million of the right.');

const newClaim = z
  .strictObject({
    claimId: id.optional(),
    right,
    territory: where,
    claimant: id,
    sharePpm: sharePpm.describe('Parts per million of the right; 0 withdraws.'),
    validFrom: instant,
  })
  .meta({ id: 'NewClaim', description: 'Without claimId the service chooses one.' });

const shares = z
  .array(z.strictObject({ payee: id, sharePpm }))
  .max(PARTIES_MAX, `Must be ${PARTIES_MAX} parties at most.`);

const newResolution = z
  .strictObject({ right, territory: where, validFrom: instant, shares })
  .meta({ id: 'NewResolution', description: 'What is missing to the whole is unmatched.' });

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
    until: time.nullable().describe('Null: without end.'),
    claimedPpm: z.int().describe('Sum of the shares at its beginning.'),
    claimants: z.array(id),
  })
  .meta({ id: 'Dispute' });

const claimsPage = z
  .strictObject({
    trackId: id,
    declarations: z.array(declaration).describe('In the order in which they came.'),
  })
  .meta({ id: 'Claims' });
const disputesPage = z
  .strictObject({ trackId: id, disputes: z.array(dispute) })
  .meta({ id: 'TrackDisputes' });

const trackParams = z.strictObject({ trackId: id });
const disputedQuery = z.strictObject(page);

const declarationOf = (said: Declaration): z.infer<typeof declaration> => {
  const validFrom = rfc3339(said.validFrom);
  return said.kind === 'claim'
    ? { ...said, validFrom }
    : { ...said, validFrom, shares: said.shares.map((share) => ({ ...share })) };
};

const disputeOf = ({ from, until, claimants, ...rest }: Dispute): z.infer<typeof dispute> => ({
  ...rest,
  from: rfc3339(from),
  until: until === null ? null : rfc3339(until),
  claimants: [...claimants],
});

const disputesOf = ({ trackId, disputes }: RightsPage) => ({ trackId, disputes: disputes.map(disputeOf) });

/** A party sees what it claimed itself and what it was given. */
const isFor =
  (payee: string | undefined) =>
  (said: Declaration): boolean =>
    payee === undefined ||
    (said.kind === 'claim' ? said.claimant === payee : said.shares.some((share) => share.payee === payee));

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
      'A label claims for itself. Claims of more than the whole put the right in dispute: none is refused.',
    status: 201,
    answer: receipt,
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
    summary: 'Lists the claims on a track and what disputes were resolved to',
    description: 'None for a track that nobody claims, or that does not exist. A label sees its own.',
    answer: claimsPage,
  })
  async listClaims(
    @Param({ schema: trackParams }) { trackId }: z.infer<typeof trackParams>,
    @OwnPayee() own: string | undefined,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    const rights = await this.queries.execute(new GetRights(trackId, minPosition));
    const declarations = (rights?.declarations ?? []).filter(isFor(own));
    return { trackId, declarations: declarations.map((said) => ownPartOf(declarationOf(said), own)) };
  }

  @Get('tracks/:trackId/disputes')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists what of a track is claimed more than once',
    description: 'None for a track that nobody claims, or that does not exist.',
    answer: disputesPage,
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
    summary: 'Resolves a dispute: says whose the right is from a time on',
    status: 200,
    answer: receipt,
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
    summary: 'Lists the tracks in dispute, those with most disputes first',
    query: true,
    answer: listOf(disputesPage, 'Disputes'),
  })
  async listDisputes(
    @Query({ schema: disputedQuery }) query: z.infer<typeof disputedQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return listFrom(await this.queries.execute(new ListDisputed(query, minPosition)), disputesOf);
  }
}

/** Of a resolution a party sees its own share only. */
const ownPartOf = (said: z.infer<typeof declaration>, own: string | undefined): z.infer<typeof declaration> =>
  own === undefined || said.kind === 'claim'
    ? said
    : { ...said, shares: said.shares.filter(({ payee }) => payee === own) };
