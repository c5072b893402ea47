import type { Rejection } from '../../domain/decider.js';

/** A decider's refusal on its way to the caller. */
export class CommandRejected extends Error {
  override readonly name = 'CommandRejected';
  constructor(readonly rejection: Rejection) {
    super(`${rejection.rejected}: ${rejection.detail}`);
  }
}
