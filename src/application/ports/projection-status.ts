/** How far a projection has come, for readiness and metrics. */
export type ProjectionState = {
  readonly name: string;
  readonly version: number;
  readonly kind: 'money' | 'reading';
  /** Every event at or before this position is in the documents. */
  readonly position: bigint;
  /** `building`: no reader sees it yet, or an older version is still being read. `stopped`: it folds nothing and mostly needs a person. */
  readonly state: 'building' | 'live' | 'stopped';
  /** How far a build has come that is made beside the one that is read. */
  readonly rebuilding?: bigint;
  /** Events set aside because they could not be folded. */
  readonly parked: number;
  /** Why it is stopped, or what it is being held up by. */
  readonly error?: string;
};

export abstract class ProjectionStatus {
  abstract all(): readonly ProjectionState[];
}
