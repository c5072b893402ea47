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
export type Decider<C extends Typed, E, S, R extends Rejection> = {
  /** The streams of this aggregate are named `category-id`. No `-` inside. */
  readonly category: string;
  readonly initial: S;
  readonly decide: (command: C, state: S) => readonly E[] | R;
  /** Accepts every event: what the log holds has happened. */
  readonly evolve: (state: S, event: E) => S;
  readonly streamUse?: StreamUse<C['type']>;
};

type Typed = { readonly type: string };

/**
 * How the streams of an aggregate are used. It saves reads and memory; no outcome depends on it. By default a command reads
 * the stream, and the state is not kept.
 */
export type StreamUse<CommandType extends string> = {
  /** Commands that nearly always begin their stream: it is assumed to be new, and read only if it turns out to exist. */
  readonly begunBy?: readonly CommandType[];
  /** Commands after which more commands soon follow: the state after them is kept in memory. */
  readonly cachedAfter?: readonly CommandType[];
  /** Whether the state is kept in memory after a load, for an aggregate that the commands of another one look up. */
  readonly cachedAfterLoad?: boolean;
};

export const reject = <Code extends string>(rejected: Code, detail: string): Rejection<Code> => ({
  rejected,
  detail,
});

export const isRejection = <R extends Rejection>(outcome: readonly unknown[] | R): outcome is R =>
  'rejected' in outcome;
