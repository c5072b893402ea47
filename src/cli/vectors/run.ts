import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { countingOperations } from './counting.js';
import { differences } from './differences.js';
import { endToEnd } from './end-to-end.js';
import { evidenceOperations } from './evidence.js';
import { plain } from './fields.js';
import { ledgerOperations } from './ledger.js';
import type { Lookup, Operation } from './operation.js';
import { sharingOperations } from './sharing.js';

const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    ...countingOperations,
    ...sharingOperations,
    ...ledgerOperations,
    ...evidenceOperations,
    endToEnd,
  }),
);

const vectorSchema = z.object({
  id: z.string(),
  title: z.string().default(''),
  op: z.string(),
  policy: z.unknown().default({}),
  input: z.unknown(),
  expected: z.unknown(),
});

const fileSchema = z.object({ vectors: z.array(z.unknown()) });

type Vector = z.infer<typeof vectorSchema>;

/** The result of one vector. `failed`: the answer differs; `malformed`: the question cannot be answered. */
export type VectorVerdict = {
  readonly name: string;
  readonly verdict: 'passed' | 'failed' | 'malformed';
  readonly details: readonly string[];
};

export const PASSED = 0;
export const FAILED = 1;
export const UNAVAILABLE = 2;

/**
 * Runs all vectors of the files through the functions that pay, and prints one line for each, with its differences.
 *
 * @returns 0 if every answer is as expected, 1 if an answer differs or a vector is malformed, 2 if no file can be read
 */
export const runVectors = (files: readonly string[], out: (line: string) => void): number => {
  if (files.length === 0) {
    out('usage: vectors FILE...');
    return UNAVAILABLE;
  }
  const texts: string[] = [];
  for (const file of files) {
    try {
      texts.push(readFileSync(file, 'utf8'));
    } catch (error) {
      out(`cannot read ${file}: ${messageOf(error)}`);
      return UNAVAILABLE;
    }
  }
  const verdicts = judge(texts.map((text, i) => ({ name: files[i] ?? '', text })));
  for (const { name, verdict, details } of verdicts) {
    out(`${verdict === 'passed' ? 'ok  ' : verdict === 'failed' ? 'FAIL' : 'BAD '} ${name}`);
    for (const detail of details) out(`       ${detail}`);
  }
  const passed = verdicts.filter(({ verdict }) => verdict === 'passed').length;
  out(`${passed} of ${verdicts.length} vectors pass`);
  return passed === verdicts.length && passed > 0 ? PASSED : FAILED;
};

/** The verdicts on all vectors of some files, in their order. A vector may build on one in another file. */
export const judge = (
  files: readonly { readonly name: string; readonly text: string }[],
): readonly VectorVerdict[] => {
  const verdicts: VectorVerdict[] = [];
  const vectors: Vector[] = [];
  for (const { name, text } of files) {
    let entries: readonly unknown[];
    try {
      entries = fileSchema.parse(parseExact(text)).vectors;
    } catch (error) {
      verdicts.push({ name, verdict: 'malformed', details: [messageOf(error)] });
      continue;
    }
    entries.forEach((entry, i) => {
      const parsed = vectorSchema.safeParse(entry);
      if (parsed.success) vectors.push(parsed.data);
      else
        verdicts.push({
          name: `${name}, vector ${i + 1}`,
          verdict: 'malformed',
          details: [messageOf(parsed.error)],
        });
    });
  }
  const byId = new Map(vectors.map((vector) => [vector.id, vector]));
  return [...verdicts, ...vectors.map((vector) => verdictOn(vector, (id) => byId.get(id)))];
};

const verdictOn = (vector: Vector, lookup: Lookup): VectorVerdict => {
  const name = `${vector.id} ${vector.op}: ${vector.title}`;
  const ask = OPERATIONS.get(vector.op);
  if (!ask) return { name, verdict: 'malformed', details: [`There is no operation ${vector.op}.`] };
  try {
    const details = differences(vector.expected, plain(ask(vector, lookup)));
    return { name, verdict: details.length === 0 ? 'passed' : 'failed', details };
  } catch (error) {
    return { name, verdict: 'malformed', details: [messageOf(error)] };
  }
};

/** Parses JSON and keeps integers beyond 2⁵³ exact, as bigint. */
const parseExact = (text: string): unknown =>
  JSON.parse(text, (_name: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
      ? BigInt(context?.source ?? 0)
      : value,
  );

const messageOf = (error: unknown): string => {
  if (error instanceof z.ZodError)
    return error.issues.map(({ path, message }) => `${path.join('.') || 'vector'}: ${message}`).join('; ');
  return error instanceof Error ? error.message : String(error);
};
