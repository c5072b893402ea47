/** A fact, named in the past tense. `type` and `data` are stored as written: they are a wire format. */
export type Event<Type extends string, Data extends object> = {
  readonly type: Type;
  readonly data: Readonly<Data>;
};

/** A request to an aggregate, named in the imperative. It is never stored. */
export type Command<Type extends string, Data extends object> = {
  readonly type: Type;
  readonly data: Readonly<Data>;
};

/** Why a command was refused: `rejected` is a stable code for clients to branch on, `detail` a text for people. */
export type Rejection<Code extends string = string> = { readonly rejected: Code; readonly detail: string };

/**
 * An aggregate: two pure, total functions and an initial state.
 *
 * `decide` returns the events that the command causes (none when nothing has to change) or a rejection. It never throws and
 * never reads a clock: the command carries all its input.
 */
export type Decider<C, E, S, R extends Rejection> = {
  /** The streams of this aggregate are named `category-id`. No `-` inside. */
  readonly category: string;
  readonly initial: S;
  readonly decide: (command: C, state: S) => readonly E[] | R;
  /** Accepts every event: what the log holds has happened. */
  readonly evolve: (state: S, event: E) => S;
};

export const reject = <Code extends string>(rejected: Code, detail: string): Rejection<Code> => ({
  rejected,
  detail,
});

export const isRejection = <R extends Rejection>(outcome: readonly unknown[] | R): outcome is R =>
  'rejected' in outcome;
