/** One HTTP request and its response, for the request log and the metrics. Contains no secret of a client. */
export type RequestSummary = {
  readonly method: string;
  /** The route's pattern, such as `/v1/plays/:id/seek`; `unmatched` when there is none. */
  readonly route: string;
  /** 499 when the client closed the connection before the response was sent. */
  readonly status: number;
  readonly durationMs: number;
  readonly traceId: string;
  /** `role:subject`; absent if no token was accepted. */
  readonly actor?: string;
  /** Stable code of the problem, if the response was one. */
  readonly code?: string;
};

/** Logs and metrics for the operator. */
export abstract class Telemetry {
  abstract answered(request: RequestSummary): void;

  /** Logs a bug or a fault of an engine with its details. */
  abstract fault(error: unknown, traceId: string): void;

  /** All metrics in the Prometheus text format 0.0.4. */
  abstract metrics(): Promise<string>;
}
