import { ErrorType } from '@eventstore/db-client';
import { RevisionConflict, StoreBusy, StoreUnavailable } from '../../../application/ports/event-store.js';

/** gRPC status INVALID_ARGUMENT: also the response of newer servers, unknown to the client, to an event that is too large. */
const INVALID_ARGUMENT = 3;
/** gRPC status UNAVAILABLE: the connection failed, or the server accepts no calls at present. */
const UNAVAILABLE = 14;

/** Properties of a client's error. Not every error is an instance of the client's own classes. */
type ClientError = { readonly type?: string; readonly code?: number; readonly errorMessage?: string };

/** Errors that prove that a call wrote nothing. */
const REFUSALS: readonly string[] = [
  ErrorType.NOT_LEADER,
  ErrorType.ACCESS_DENIED,
  ErrorType.STREAM_DELETED,
  ErrorType.WRONG_EXPECTED_VERSION,
];

/** grpc-js: no connection came about; the client: no member of the cluster answered; the server: it has not begun. */
const NOT_SENT =
  /No connection established|Failed to discover|Server Is Not Ready|Channel has been shut down/;

/**
 * The port's error for an error of the client. An append counts as possibly written unless the error proves that it
 * was not: a needless repeat does no harm, a false "not written" would.
 */
export const failure = (error: unknown, writing: boolean): unknown => {
  if (isOfThePort(error) || !(error instanceof Error)) return error;
  const { type, code } = error as ClientError;

  if (type === ErrorType.INVALID_ARGUMENT || code === INVALID_ARGUMENT) {
    return new RangeError(`EventStoreDB refuses the append: ${error.message || type}`, { cause: error });
  }
  const unavailable = type === ErrorType.UNAVAILABLE || code === UNAVAILABLE;
  if (writing && unavailable && error.message.includes('Server Is Too Busy')) {
    return new StoreBusy('EventStoreDB is too busy.', { cause: error });
  }
  // A bug, not an answer: neither gRPC nor the client made it.
  if (type === undefined && code === undefined && !NOT_SENT.test(error.message)) return error;

  const refused = (type !== undefined && REFUSALS.includes(type)) || NOT_SENT.test(error.message);
  return new StoreUnavailable(`EventStoreDB: ${error.message || type}`, writing && !refused, {
    cause: error,
  });
};

const isOfThePort = (error: unknown): boolean =>
  error instanceof StoreUnavailable || error instanceof RevisionConflict || error instanceof StoreBusy;
