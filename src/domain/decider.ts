/** A fact, named in the past tense. `type` and `data` are stored as written: they are a wire format. */
export type Event<Type extends string, Data extends object> = {
  readonly type: Type;
  readonly data: Readonly<Data>;
};

/** A wish, named in the imperative. It lives only in memory. */
export type Command<Type extends string, Data extends object> = {
  readonly type: Type;
  readonly data: Readonly<Data>;
};

/** Why a command was refused. `rejected` is a stable code that clients branch on; `detail` is for people. */
export type Rejection<Code extends string = string> = { readonly rejected: Code; readonly detail: string };

/**
 * The whole of an aggregate: two pure, total functions and a starting state.
 *
 * `decide` answers with the events that the command causes (none when it is already true), or with
 * a rejection. It never throws and never reads a clock: whatever it needs comes in the command.
 */
export type Decider<C, E, S, R extends Rejection> = {
  /** The streams of this aggregate are named `category-id`. No `-` inside. */
  readonly category: string;
  readonly initial: S;
  readonly decide: (command: C, state: S) => readonly E[] | R;
  /** Never refuses a fact: what is in the log has happened. */
  readonly evolve: (state: S, event: E) => S;
};

export const reject = <Code extends string>(rejected: Code, detail: string): Rejection<Code> => ({
  rejected,
  detail,
});

export const isRejection = <R extends Rejection>(outcome: readonly unknown[] | R): outcome is R =>
  'rejected' in outcome;
