import type { z } from 'zod';
import type { Result } from './fields.js';

/** A vector's question: everything but the answer. */
export type Question = { readonly policy: unknown; readonly input: unknown };

/** Finds another vector of the run by its id, for those that build on one. */
export type Lookup = (id: string) => Question | undefined;

/** One operation of the vectors: how to read the question, and the product's own answer. */
export type Operation = (question: Question, lookup: Lookup) => Result;

/** @throws {ZodError} when the question is not of the operation's shape */
export const operation =
  <P, I>(
    policy: z.ZodType<P>,
    input: z.ZodType<I>,
    answer: (policy: P, input: I, lookup: Lookup) => Result,
  ): Operation =>
  (question, lookup) =>
    // A policy that is not there has nothing but its defaults.
    answer(policy.parse(question.policy ?? {}), input.parse(question.input), lookup);
