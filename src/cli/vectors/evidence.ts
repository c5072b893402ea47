import { z } from 'zod';
import { hashChain } from '../../domain/audit/hash-chain.js';
import { leafHash } from '../../domain/audit/merkle.js';
import { dsrFileName } from '../../domain/royalty/dsr/file-name.js';
import { BASIC_AUDIO } from '../../domain/royalty/dsr/profiles.js';
import { checkReport } from '../../domain/royalty/dsr/validator.js';
import { canonicalJson, type Json, utf8 } from '../../domain/shared/exact/canonical-json.js';
import { merkleAccumulator } from '../../domain/shared/exact/merkle-accumulator.js';
import { IDENTIFIER_TYPES, isIdentifier } from '../../domain/shared/identifiers.js';
import { fromHex, hex } from '../../domain/shared/exact/sha256.js';
import { basicAudioReport } from './basic-audio.js';
import { type Operation, operation, type Question } from './operation.js';
import { sha256 } from './sha256.js';

const identifierOp = operation(
  z.strictObject({}).nullish(),
  z.strictObject({ cases: z.array(z.strictObject({ type: z.string(), value: z.string() })) }),
  (_policy, { cases }) => ({
    valid: cases.map(({ type, value }) => {
      const known = IDENTIFIER_TYPES.find(
        (name) => name.toLowerCase() === type.toLowerCase().replace(/[\s_-]/g, ''),
      );
      if (!known) throw new RangeError(`${type} is none of ${IDENTIFIER_TYPES.join(', ')}.`);
      return isIdentifier(known, value);
    }),
  }),
);

const json = z.custom<Json>((value) => value !== undefined);
const alg = z.literal('SHA-256').default('SHA-256');

const hashChainOp = operation(
  z.strictObject({
    alg,
    canonical: z.literal('RFC 8785').optional(),
    h0: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
  }),
  z.strictObject({ events: z.array(json) }),
  ({ h0 }, { events }) => ({
    hashes: hashChain(sha256, events, h0 === undefined ? undefined : fromHex(h0)).map(hex),
  }),
);

const merkleRootOp = operation(
  z.strictObject({ alg, scheme: z.string().optional() }),
  z.union([z.strictObject({ leaves: z.array(json) }), z.strictObject({ trees: z.array(z.array(json)) })]),
  (_policy, input) =>
    'leaves' in input ? { root: rootOf(input.leaves) } : { roots: input.trees.map(rootOf) },
);

/** The root, computed as a settlement computes that of its lines (R19). */
const rootOf = (leaves: readonly Json[]): string => {
  const tree = merkleAccumulator(sha256);
  for (const leaf of leaves) tree.add(leafHash(sha256, utf8(canonicalJson(leaf))));
  return hex(tree.root());
};

const text = z.string().optional();
const figure = z.union([z.number(), z.string()]);

const dsrPolicy = z.strictObject({
  profile: z.literal(BASIC_AUDIO.name),
  profileVersion: z.literal(BASIC_AUDIO.version),
});

const dsrInput = z.strictObject({
  header: z.strictObject({
    messageId: z.string(),
    created: z.string(),
    usageStart: z.string(),
    usageEnd: z.string(),
    sender: z.tuple([z.string(), z.string()]),
    recipient: z.tuple([z.string(), z.string()]),
    service: z.string(),
  }),
  summary: z.strictObject({
    commercialModel: z.string(),
    useType: z.string(),
    territory: z.string(),
    usages: figure,
    users: figure.optional(),
    currency: z.string(),
    netRevenue: z.string(),
    rightsController: text,
    rightsControllerPartyId: text,
    allocatedUsages: figure.optional(),
    allocatedRevenue: text,
    allocatedNetRevenue: text,
    rightsType: text,
    contentCategory: z.string(),
  }),
  blocks: z.array(
    z.strictObject({
      release: z
        .object({
          id: z.string(),
          icpn: text,
          artist: z.string(),
          title: z.string(),
          type: text,
          label: text,
        })
        .optional(),
      resource: z.strictObject({
        id: z.string(),
        isrc: text,
        title: z.string(),
        artist: z.string(),
        duration: text,
        type: z.string(),
        iswc: text,
        composers: z.array(z.string()).optional(),
        master: z.boolean().optional(),
      }),
      usage: z.strictObject({
        transactionId: z.string(),
        streams: figure,
        royaltyBearing: z.boolean().optional(),
      }),
    }),
  ),
});

const dsrFileOp = operation(dsrPolicy, dsrInput, (_policy, { header, summary, blocks }) => {
  const lines = basicAudioReport(header, summary, blocks);
  const [fault] = checkReport(lines);
  if (fault) throw new RangeError(`${fault.code} in line ${fault.line}: ${fault.detail}`);
  return { fileName: dsrFileName(header, summary.territory), lines };
});

const mutation = z.union([
  z.strictObject({ record: z.string(), delete: z.literal(true) }),
  z.strictObject({ record: z.string(), cell: z.int().positive(), value: z.string() }),
]);

const dsrRejectOp = operation(
  z.strictObject({ base: z.string() }),
  z.strictObject({ mutations: z.array(mutation) }),
  ({ base }, { mutations }, lookup) => {
    const lines = baseLines(base, lookup(base));
    return { reasons: mutations.map((change) => checkReport(mutated(lines, change))[0]?.code ?? null) };
  },
);

const baseLines = (id: string, question: Question | undefined): readonly string[] => {
  if (!question) throw new RangeError(`Its base ${id} is in none of the files.`);
  dsrPolicy.parse(question.policy);
  const { header, summary, blocks } = dsrInput.parse(question.input);
  return basicAudioReport(header, summary, blocks);
};

const mutated = (lines: readonly string[], change: z.infer<typeof mutation>): readonly string[] => {
  const at = lines.findIndex((line) => line.split('\t', 1)[0] === change.record);
  const line = lines[at];
  if (line === undefined) throw new RangeError(`The base has no ${change.record}.`);
  if ('delete' in change) return lines.toSpliced(at, 1);
  const cells = line.split('\t');
  if (change.cell > cells.length) throw new RangeError(`${change.record} has no cell ${change.cell}.`);
  return lines.with(at, cells.with(change.cell - 1, change.value).join('\t'));
};

export const evidenceOperations: Readonly<Record<string, Operation>> = {
  identifier: identifierOp,
  hashChain: hashChainOp,
  merkleRoot: merkleRootOp,
  dsrFile: dsrFileOp,
  dsrReject: dsrRejectOp,
};
