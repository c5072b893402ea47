import type { TrackCorrected } from '../../domain/catalogue/track.js';
import type { Projection } from '../projection.js';

/** A length that a track was corrected to. The last one up to a position of the log is the one that holds there. */
export type TrackCorrection = {
  readonly trackId: string;
  readonly durationMs: number;
  /** Of its event in the log, a decimal string. */
  readonly position: string;
};

/** One document for each correction; by track. */
export const trackCorrections: Projection<TrackCorrected, TrackCorrection> = {
  name: 'track-corrections',
  version: 1,
  kind: 'money',
  handles: ['TrackCorrected'],
  fields: { trackId: 'text' },
  indexes: [['trackId']],
  keysOf: ({ streamId, position }) => [`${streamId} ${position}`],
  isBornWhole: true,
  apply: (_document, { streamId, position, data: { durationMs } }) => ({
    put: { trackId: streamId, durationMs, position: position.toString() },
  }),
};
