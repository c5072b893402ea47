/** The status and the texts of a problem code. */
export type ProblemKind = {
  readonly status: number;
  readonly title: string;
  /** What is wrong and what to do next. Used when a response has no more specific detail. */
  readonly detail: string;
};

/** Problems of the HTTP layer. Codes never change; the texts may. */
export const EDGE_PROBLEMS = {
  MalformedRequest: {
    status: 400,
    title: 'Not an HTTP request',
    detail: 'The request is not well-formed HTTP/1.1, or a header that must be unique is repeated.',
  },
  MalformedUrl: {
    status: 400,
    title: 'Malformed URL',
    detail: 'A percent sign in the path does not begin a UTF-8 escape.',
  },
  MalformedJson: {
    status: 400,
    title: 'Malformed JSON',
    detail: 'The body must be one JSON object in UTF-8.',
  },
  JsonOutOfBounds: {
    status: 400,
    title: 'JSON out of bounds',
    detail: 'JSON may nest up to 32 levels, with strings up to 4,096 characters and lists up to 1,000 items.',
  },
  ForbiddenKey: {
    status: 400,
    title: 'Forbidden key',
    detail: 'The names __proto__, constructor and prototype are not allowed at any depth.',
  },
  ForbiddenText: {
    status: 400,
    title: 'Forbidden text',
    detail: 'Text must be well-formed Unicode without the character U+0000.',
  },
  ValidationFailed: {
    status: 400,
    title: 'Validation failed',
    detail: 'The request does not match the API description. See `errors` for the invalid fields.',
  },
  UnexpectedBody: {
    status: 400,
    title: 'Unexpected body',
    detail: 'This request must not have a body.',
  },
  UnexpectedQuery: {
    status: 400,
    title: 'Unexpected query',
    detail: 'This request must not have query parameters.',
  },
  BadIdempotencyKey: {
    status: 400,
    title: 'Bad Idempotency-Key',
    detail: 'Idempotency-Key must be 1 to 128 visible ASCII characters.',
  },
  BadMinPosition: {
    status: 400,
    title: 'Bad Min-Position',
    detail: 'Min-Position must be a position from the receipt of a command.',
  },
  BadSentAt: {
    status: 400,
    title: 'Bad Sent-At',
    detail: "Sent-At must be the time of the device's clock in UTC, such as 2026-10-01T12:00:00.000Z.",
  },
  BadQuery: {
    status: 400,
    title: 'Bad query',
    detail: 'The cursor does not belong to this list. Start again without a cursor.',
  },
  Unauthenticated: {
    status: 401,
    title: 'Not authenticated',
    detail: 'Send a valid access token as Authorization: Bearer TOKEN.',
  },
  Forbidden: {
    status: 403,
    title: 'Forbidden',
    detail: 'The roles of this access token do not allow this request.',
  },
  NotFound: { status: 404, title: 'Not found', detail: 'No resource has this path.' },
  ProjectionNotFound: {
    status: 404,
    title: 'Projection not found',
    detail: 'This process runs no projection with this name.',
  },
  MethodNotAllowed: {
    status: 405,
    title: 'Method not allowed',
    detail: 'This resource does not support this method. See the header Allow.',
  },
  RequestTimeout: {
    status: 408,
    title: 'Request timeout',
    detail: 'The complete request did not arrive in time. Send it again.',
  },
  Contended: {
    status: 409,
    title: 'Concurrent change',
    detail: 'Another request changed the same resource at the same time. Try again.',
  },
  BodyTooLarge: { status: 413, title: 'Body too large', detail: 'A body must not exceed 102,400 bytes.' },
  UrlTooLong: { status: 414, title: 'URL too long', detail: 'A URL must not exceed 4,096 characters.' },
  UnsupportedMediaType: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'Send application/json in UTF-8, without compression.',
  },
  ExpectationFailed: {
    status: 417,
    title: 'Expectation failed',
    detail: 'The only supported value of Expect is 100-continue.',
  },
  RateLimited: {
    status: 429,
    title: 'Too many requests',
    detail: 'Wait for the number of seconds in Retry-After, then try again.',
  },
  TooManyStreams: {
    status: 429,
    title: 'Too many event streams',
    detail:
      'The limit of open event streams is reached, 10 for each principal. Close a stream or try again later.',
  },
  TooManyExports: {
    status: 429,
    title: 'Too many exports',
    detail: 'The limit of exports under way is reached, 2 for each principal. Try again when one is done.',
  },
  HeadersTooLarge: {
    status: 431,
    title: 'Headers too large',
    detail: 'The headers must not exceed 16,384 bytes in total.',
  },
  InternalError: {
    status: 500,
    title: 'Internal error',
    detail: 'The service failed. Give the traceId to the operator.',
  },
  StoreBusy: {
    status: 503,
    title: 'Busy',
    detail: 'Too many writes are waiting. Nothing was written. Try again later.',
  },
  StoreUnavailable: {
    status: 503,
    title: 'Log not available',
    detail: 'The log did not respond. Repeat a command with the same Idempotency-Key.',
  },
  StoreStopped: {
    status: 503,
    title: 'Log stopped',
    detail:
      'A write to the log failed and the service is stopping. Repeat the command with the same Idempotency-Key.',
  },
  ReadModelsUnavailable: {
    status: 503,
    title: 'Read models not available',
    detail: 'The read models did not respond. Try again later.',
  },
  ModelNotReady: {
    status: 503,
    title: 'Read model not ready',
    detail: 'The read model is being built from the log. Try again later.',
  },
  NotYetVisible: {
    status: 503,
    title: 'Not yet visible',
    detail: 'The read model has not reached Min-Position. Try again later.',
  },
  NotReady: {
    status: 503,
    title: 'Not ready',
    detail: 'The service cannot serve requests now. See `errors` for the reasons.',
  },
  StoreFull: {
    status: 507,
    title: 'Disk full',
    detail: 'The disk of the log is full. Nothing was written. Ask an operator to free space.',
  },
} as const satisfies Readonly<Record<string, ProblemKind>>;
