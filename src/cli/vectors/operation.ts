import type { z } from 'zod';
import type { Result } from './fields.js';

/** A vector without its expected answer. */
export type Question = { readonly policy: unknown; readonly input: unknown };

/** Finds another vector of the run by its id, for vectors that build on one. */
export type Lookup = (id: string) => Question | undefined;

/** An operation of the vectors: reads the question and returns the answer of the product. */
export type Operation = (question: Question, lookup: Lookup) => Result;

/** @throws {ZodError} if the question does not have the shape of the operation */
export const operation =
  <P, I>(
    policy: z.ZodType<P>,
    input: z.ZodType<I>,
    answer: (policy: P, input: I, lookup: Lookup) => Result,
  ): Operation =>
  (question, lookup) =>
    // Without a policy, the defaults apply.
    answer(
      policy.parse(withoutNotes(question.policy ?? {})),
      input.parse(withoutNotes(question.input)),
      lookup,
    );

/** Remarks for people are no part of a question. */
const withoutNotes = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).filter(([name]) => !/^(?:notes?|comments?)$/.test(name)))
    : value;
