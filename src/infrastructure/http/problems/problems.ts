/** What a stable code means over HTTP. */
export type ProblemKind = {
  readonly status: number;
  readonly title: string;
  /** What the client can do about it; the detail of an answer that has nothing more exact to say. */
  readonly detail: string;
};

/** Problems of the edge itself. Codes are for ever; the texts may change. */
export const EDGE_PROBLEMS = {
  MalformedRequest: {
    status: 400,
    title: 'Not an HTTP request',
    detail: 'The bytes received are not a well-formed HTTP/1.1 request.',
  },
  MalformedUrl: {
    status: 400,
    title: 'Malformed URL',
    detail: 'The path holds a percent sign that does not begin an escape of UTF-8.',
  },
  MalformedJson: {
    status: 400,
    title: 'Malformed JSON',
    detail: 'The body must be one JSON object in UTF-8.',
  },
  JsonOutOfBounds: {
    status: 400,
    title: 'JSON out of bounds',
    detail:
      'The body nests deeper than 32 levels, holds a string above 4,096 characters or a list above 1,000 items.',
  },
  ForbiddenKey: {
    status: 400,
    title: 'Forbidden key',
    detail: 'The names __proto__, constructor and prototype are not accepted at any depth.',
  },
  ForbiddenText: {
    status: 400,
    title: 'Forbidden text',
    detail: 'Text must be well-formed Unicode without the character U+0000.',
  },
  ValidationFailed: {
    status: 400,
    title: 'Validation failed',
    detail: 'The fields named in errors are not as the API description asks.',
  },
  UnexpectedBody: {
    status: 400,
    title: 'Unexpected body',
    detail: 'This request takes no body.',
  },
  UnexpectedQuery: {
    status: 400,
    title: 'Unexpected query',
    detail: 'This request takes no query parameters.',
  },
  BadIdempotencyKey: {
    status: 400,
    title: 'Bad Idempotency-Key',
    detail: 'Idempotency-Key must be 1 to 128 visible ASCII characters.',
  },
  BadMinPosition: {
    status: 400,
    title: 'Bad Min-Position',
    detail: 'Min-Position must be a position that a command answered with.',
  },
  BadSentAt: {
    status: 400,
    title: 'Bad Sent-At',
    detail: "Sent-At must be the device's clock, as 2026-10-01T12:00:00.000Z.",
  },
  BadQuery: {
    status: 400,
    title: 'Bad query',
    detail: 'The cursor does not belong to this list: start again without it.',
  },
  Unauthenticated: {
    status: 401,
    title: 'Not authenticated',
    detail: 'Send a valid access token as Authorization: Bearer TOKEN.',
  },
  Forbidden: {
    status: 403,
    title: 'Forbidden',
    detail: 'None of the roles of this access token may do this.',
  },
  NotFound: { status: 404, title: 'Not found', detail: 'There is nothing here.' },
  ProjectionNotFound: {
    status: 404,
    title: 'Projection not found',
    detail: 'This process keeps no such projection.',
  },
  MethodNotAllowed: {
    status: 405,
    title: 'Method not allowed',
    detail: 'This resource does not take this method; Allow lists those that it takes.',
  },
  RequestTimeout: {
    status: 408,
    title: 'Request timeout',
    detail: 'The request did not arrive whole in time.',
  },
  Contended: {
    status: 409,
    title: 'Contended',
    detail: 'Others changed the same thing at the same time: try again.',
  },
  BodyTooLarge: { status: 413, title: 'Body too large', detail: 'A body has 102,400 bytes at most.' },
  UrlTooLong: { status: 414, title: 'URL too long', detail: 'A URL has 4,096 characters at most.' },
  UnsupportedMediaType: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'Send application/json in UTF-8, not compressed.',
  },
  ExpectationFailed: {
    status: 417,
    title: 'Expectation failed',
    detail: 'Expect takes 100-continue and nothing else.',
  },
  RateLimited: {
    status: 429,
    title: 'Too many requests',
    detail: 'Wait as long as Retry-After says.',
  },
  TooManyStreams: {
    status: 429,
    title: 'Too many event streams',
    detail: 'As many event streams are open as may be, 10 for each principal: close one, or try again later.',
  },
  TooManyExports: {
    status: 429,
    title: 'Too many exports',
    detail: 'As many files are being sent as may be, 2 to each principal: try again when one is done.',
  },
  HeadersTooLarge: {
    status: 431,
    title: 'Headers too large',
    detail: 'The headers have 16,384 bytes at most in all.',
  },
  InternalError: {
    status: 500,
    title: 'Internal error',
    detail: 'A fault of the service. The operator finds it by the traceId.',
  },
  StoreBusy: {
    status: 503,
    title: 'Busy',
    detail: 'Too many writes wait. Nothing was written: try again later.',
  },
  StoreUnavailable: {
    status: 503,
    title: 'Log not available',
    detail: 'The log did not answer. Repeat a write with the same Idempotency-Key.',
  },
  StoreStopped: {
    status: 503,
    title: 'Log stopped',
    detail:
      'The log could not be written and the service stops. Repeat a write with the same Idempotency-Key.',
  },
  ReadModelsUnavailable: {
    status: 503,
    title: 'Read models not available',
    detail: 'The read models did not answer: try again later.',
  },
  ModelNotReady: {
    status: 503,
    title: 'Read model not ready',
    detail: 'What was asked for is being built from the log: try again later.',
  },
  NotYetVisible: {
    status: 503,
    title: 'Not yet visible',
    detail: 'The read model has not come to Min-Position: try again later.',
  },
  NotReady: {
    status: 503,
    title: 'Not ready',
    detail: 'The service cannot do its work now; errors says why.',
  },
  StoreFull: {
    status: 507,
    title: 'Disk full',
    detail: 'There is no room for more events. Nothing was written.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;
