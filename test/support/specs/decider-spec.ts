import { expect } from '@jest/globals';
import { type Decider, isRejection, type Rejection } from '../../../src/domain/decider.js';

/** given(past).when(command).then(events), .thenNothing() or .thenRejected(code). */
export const specOf =
  <C extends { readonly type: string }, E, S, R extends Rejection>(decider: Decider<C, E, S, R>) =>
  (...past: readonly E[]) => ({
    when: (command: C) => {
      const before = past.reduce(decider.evolve, decider.initial);
      const outcome = decider.decide(command, before);
      return {
        then: (...events: readonly E[]) => expect(outcome).toEqual(events),
        /** What the command asks for is true already. */
        thenNothing: () => expect(outcome).toEqual([]),
        thenRejected: (code: R['rejected']) => expect(outcome).toMatchObject({ rejected: code }),
        /** The same command on top of its own events decides nothing more. */
        thenIsIdempotent: () => {
          if (isRejection(outcome)) throw new Error(`rejected: ${outcome.rejected}`);
          expect(decider.decide(command, outcome.reduce(decider.evolve, before))).toEqual([]);
        },
      };
    },
  });
