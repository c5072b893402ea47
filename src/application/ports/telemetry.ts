/** One answered request, as the request log and the metrics see it. Holds nothing that a client may keep secret. */
export type RequestSummary = {
  readonly method: string;
  /** The route's pattern, such as `/v1/plays/:id/seek`; `unmatched` when there is none. */
  readonly route: string;
  /** 499 when the client went away before the answer was out. */
  readonly status: number;
  readonly durationMs: number;
  readonly traceId: string;
  /** `role:subject`; absent before a token was accepted. */
  readonly actor?: string;
  /** Stable code of the problem, when the answer was one. */
  readonly code?: string;
};

/** What the service tells its operator. */
export abstract class Telemetry {
  abstract answered(request: RequestSummary): void;

  /** A bug or a fault of an engine, with everything that helps to find it. */
  abstract fault(error: unknown, traceId: string): void;

  /** All metrics in Prometheus' text format 0.0.4. */
  abstract metrics(): Promise<string>;
}
