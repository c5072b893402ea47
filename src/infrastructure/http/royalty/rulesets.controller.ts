import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ActivateRuleset, PublishRuleset } from '../../../application/royalty/rulesets.commands.js';
import { GetRuleset, ListActivations, ListRulesets } from '../../../application/royalty/rulesets.queries.js';
import type { CommandMeta } from '../../../application/streams/streams.js';
import { ANY } from '../../../domain/royalty/rulesets/ruleset-scope.js';
import { rulesetIssues } from '../../../domain/royalty/rulesets/check.js';
import type { Ruleset } from '../../../domain/royalty/rulesets/ruleset.js';
import type { RulesetActivation, RulesetPage } from '../../../projections/royalty/rulesets.js';
import { found, listFrom, receiptOf } from '../routes/responses.js';
import { Meta, MinPosition } from '../routes/parameters.js';
import { Reads, Roles, Writes } from '../routes/route.js';
import {
  listResponse,
  month,
  name,
  offering,
  page,
  receipt,
  rfc3339,
  sha256Hex,
  territory,
  time,
} from '../routes/shapes.js';

/** Checked by the domain; each issue that it finds becomes an error of the response. */
const newRuleset = z
  .record(z.string(), z.unknown())
  .superRefine((value, context) => {
    for (const { path, problem } of rulesetIssues(value))
      context.addIssue({ code: 'custom', path: path === '' ? [] : [path], message: problem });
  })
  .meta({
    id: 'Ruleset',
    description:
      'Rules as data, with the fields `format`, `name`, `counting`, `sharing`, `eligibility`, `penalties`, `integrity` and `closing`.',
  });

const anyOr = <S extends z.ZodType>(schema: S) =>
  z.union([z.literal(ANY), schema]).describe('A single value, or `*` for all.');

const scope = { offering: anyOr(offering), territory: anyOr(territory) };

const newActivation = z
  .strictObject({ ...scope, from: month })
  .meta({ id: 'NewActivation', description: 'First month and scope of the activation.' });

const rulesetPage = z
  .strictObject({
    hash: sha256Hex,
    name,
    ruleset: z.record(z.string(), z.unknown()),
    publishedAt: time,
  })
  .meta({ id: 'PublishedRuleset' });

const activation = z
  .strictObject({ ...scope, from: month, hash: sha256Hex, activatedAt: time })
  .meta({ id: 'Activation' });

const rulesetParams = z.strictObject({ hash: sha256Hex });
const rulesetQuery = z.strictObject(page);
const activationQuery = z.strictObject({ hash: sha256Hex.optional(), ...page });

const rulesetOf = ({ publishedAt, ...ruleset }: RulesetPage) => ({
  ...ruleset,
  publishedAt: rfc3339(publishedAt),
});
const activationOf = ({ activatedAt, ...rest }: RulesetActivation) => ({
  ...rest,
  activatedAt: rfc3339(activatedAt),
});

@ApiTags('royalties')
@Controller('v1/royalties')
export class RulesetsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('rulesets')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Publishes a ruleset',
    description:
      'The id of a ruleset is the SHA-256 digest of its canonical JSON (RFC 8785). A repeat changes nothing.',
    status: 201,
    response: receipt,
    problems: ['BadRuleset'],
  })
  async publishRuleset(@Body({ schema: newRuleset }) ruleset: object, @Meta() meta: CommandMeta) {
    return receiptOf(await this.commands.execute(new PublishRuleset(ruleset as Ruleset, meta)));
  }

  @Get('rulesets')
  @Roles('finance', 'auditor', 'admin')
  @Reads({ summary: 'Lists rulesets by name', query: true, response: listResponse(rulesetPage, 'Rulesets') })
  async listRulesets(
    @Query({ schema: rulesetQuery }) query: z.infer<typeof rulesetQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return listFrom(await this.queries.execute(new ListRulesets(query, minPosition)), rulesetOf);
  }

  @Get('rulesets/:hash')
  @Roles('finance', 'auditor', 'admin')
  @Reads({ summary: 'Returns a ruleset', response: rulesetPage, problems: ['RulesetNotFound'] })
  async getRuleset(
    @Param({ schema: rulesetParams }) { hash }: z.infer<typeof rulesetParams>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return rulesetOf(found(await this.queries.execute(new GetRuleset(hash, minPosition)), 'RulesetNotFound'));
  }

  @Post('rulesets/:hash/activations')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Activates a ruleset for a scope from a month on',
    description:
      'The scope is an offering and a territory, or `*` for all of either. The most specific activation applies to a period. Closed periods keep their ruleset.',
    status: 201,
    response: receipt,
    problems: ['RulesetNotFound'],
  })
  async activateRuleset(
    @Param({ schema: rulesetParams }) { hash }: z.infer<typeof rulesetParams>,
    @Body({ schema: newActivation }) input: z.infer<typeof newActivation>,
    @Meta() meta: CommandMeta,
  ) {
    return receiptOf(await this.commands.execute(new ActivateRuleset(hash, input, meta)));
  }

  @Get('activations')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists activations of rulesets, latest month first',
    query: true,
    response: listResponse(activation, 'Activations'),
  })
  async listActivations(
    @Query({ schema: activationQuery }) { hash, ...query }: z.infer<typeof activationQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return listFrom(
      await this.queries.execute(new ListActivations({ hash }, query, minPosition)),
      activationOf,
    );
  }
}
