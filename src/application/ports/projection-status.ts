/** The progress of a projection, for readiness and metrics. */
export type ProjectionState = {
  readonly name: string;
  readonly version: number;
  readonly kind: 'money' | 'reading';
  /** Every event at or before this position is in the documents. */
  readonly position: bigint;
  /**
   * `building`: no reader sees it yet, or readers see an older version. `stopped`: it folds nothing, and mostly needs a
   * person.
   */
  readonly state: 'building' | 'live' | 'stopped';
  /** Position of a build that is made beside the live one. */
  readonly rebuilding?: bigint;
  /** Number of parked events: those that could not be folded. */
  readonly parked: number;
  /** Why it stopped, or the failure that is retried. */
  readonly error?: string;
};

export abstract class ProjectionStatus {
  abstract all(): readonly ProjectionState[];
}
