import type { PlayReported } from '../../domain/playback/events.js';
import type { PlayReport } from '../../domain/royalty/counting/merged-reports.js';
import type { Projection } from '../projection.js';
import { heardText, segmentsOf } from './royalty-plays.js';

/** A numbered report of a play (R15). */
export type ReportDocument = Omit<PlayReport, 'segments'> & {
  readonly playId: string;
  /** Decimal position of its event in the log. */
  readonly position: string;
  readonly listenerId: string;
  /** Start of the play. */
  readonly startedAt: number;
  /** Its segments as text; see `heardText`. */
  readonly heard: string;
};

/** One document for each report, including contradicting ones; by listener and start of the play. */
export const playReports: Projection<PlayReported, ReportDocument> = {
  name: 'play-reports',
  version: 1,
  kind: 'money',
  handles: ['PlayReported'],
  fields: { listenerId: 'text', startedAt: 'integer' },
  indexes: [['listenerId', 'startedAt']],
  keysOf: ({ streamId, position }) => [`${streamId} ${position}`],
  isBornWhole: true,
  apply: (_document, { data, streamId, position }) => ({
    put: {
      playId: streamId,
      position: position.toString(),
      listenerId: data.listenerId,
      startedAt: data.startedAt,
      deviceId: data.reportedBy,
      deviceSeq: data.deviceSeq,
      contentHash: data.contentHash,
      heard: heardText(data.segments),
      endedAt: data.at,
      receivedAt: data.receivedAt,
      muted: data.muted,
      caseId: data.caseId,
    },
  }),
};

export const reportOf = ({
  playId: _play,
  position: _place,
  listenerId: _who,
  startedAt: _when,
  heard,
  ...report
}: ReportDocument): PlayReport => ({ ...report, segments: segmentsOf({ heard }) });
