import {
  RevisionConflict,
  StoreBusy,
  StoreFull,
  StoreStopped,
  StoreUnavailable,
} from '../../application/ports/event-store.js';
import { ModelNotReady, ReadModelsUnavailable } from '../../application/ports/read-models.js';
import { NotYetVisible } from '../../application/projecting/read-your-writes.js';
import { CommandRejected } from '../../application/streams/command-rejected.js';

/** An error as plain data. */
export type EncodedError = {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  /** The arguments of the constructor, for a class that CODECS lists. */
  readonly args?: readonly unknown[];
};

type Codec = {
  readonly type: new (...args: never[]) => Error;
  readonly argsOf: (error: never) => readonly unknown[];
};

/** An error class, and how the arguments of its constructor are read back from an error of it. */
const codec = <E extends Error, Args extends readonly unknown[]>(
  type: new (...args: Args) => E,
  argsOf: (error: E) => readonly [...Args],
): Codec => ({ type, argsOf }) as unknown as Codec;

const messageOf = ({ message }: Error): [message: string] => [message];

/** The errors that a caller in another thread tells apart. */
const CODECS: readonly Codec[] = [
  codec(CommandRejected, ({ rejection }) => [rejection]),
  codec(ModelNotReady, ({ model }) => [model]),
  codec(NotYetVisible, ({ model, position }) => [model, position]),
  codec(RangeError, messageOf),
  codec(ReadModelsUnavailable, messageOf),
  codec(RevisionConflict, ({ stream, expected, actual }) => [stream, expected, actual]),
  codec(StoreBusy, messageOf),
  codec(StoreFull, messageOf),
  codec(StoreStopped, messageOf),
  codec(StoreUnavailable, ({ message, ambiguous }) => [message, ambiguous]),
];

export const encodeError = (thrown: unknown): EncodedError => {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown) };
  const { name, message, stack } = thrown;
  const known = CODECS.find(({ type }) => thrown instanceof type);
  return known
    ? { name: known.type.name, message, stack, args: known.argsOf(thrown as never) }
    : { name, message, stack };
};

/** An error of the class that was encoded; of Error, with the name in its message, for a class that is not listed. */
export const decodeError = ({ name, message, stack, args }: EncodedError): Error => {
  const known = args && CODECS.find(({ type }) => type.name === name);
  const error = known ? new known.type(...(args as never[])) : new Error(`${name}: ${message}`);
  if (stack !== undefined) error.stack = stack;
  return error;
};
