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
        /** The command succeeds without events, because its effect exists already. */
        thenNothing: () => expect(outcome).toEqual([]),
        thenRejected: (code: R['rejected']) => expect(outcome).toMatchObject({ rejected: code }),
        /** A repeat of the command after its own events decides no event. */
        thenIsIdempotent: () => {
          if (isRejection(outcome)) throw new Error(`rejected: ${outcome.rejected}`);
          expect(decider.decide(command, outcome.reduce(decider.evolve, before))).toEqual([]);
        },
      };
    },
  });
