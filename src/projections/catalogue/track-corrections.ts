import type { TrackCorrected } from '../../domain/catalogue/track.js';
import type { Projection } from '../projection.js';

/** A corrected length of a track. As of a log position, the latest correction up to it applies. */
export type TrackCorrection = {
  readonly trackId: string;
  readonly durationMs: number;
  /** Log position of the event, a decimal string. */
  readonly position: string;
};

/** One document per correction, indexed by track. */
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
