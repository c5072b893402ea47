import type { TrackClassified, TrackCorrected } from '../../domain/catalogue/track.js';
import type { DeliveriesObserved } from '../../domain/audio/delivery-batch.js';
import type { DisputeResolved, SharesClaimed } from '../../domain/rights/rights-events.js';
import { type Month, monthEnd, monthOf } from '../../domain/shared/calendar.js';
import type { ProjectedEvent, Projection } from '../projection.js';

/** The kind of fact about a track that changed; settlements depend on it. */
export type ChangeKind = 'rights' | 'length' | 'kind' | 'delivery';

export type TrackChange = {
  readonly trackId: string;
  /** Log position of the event. */
  readonly position: number;
  readonly at: number;
};

/** Changes that affect the same periods. */
export type TrackChanges = {
  readonly kind: ChangeKind;
  /** For rights `<right> <territory>`, with the declared territory; otherwise empty. */
  readonly scope: string;
  /** The month from which the rights are valid, or of the delivery; empty when the change affects all months. */
  readonly month: Month;
  readonly lastPosition: number;
  /** The latest changes, at most `RECENT_MAX`, in log order. */
  readonly recent: readonly TrackChange[];
  /** The latest change that `recent` no longer contains; null if it contains all. */
  readonly forgotten: Omit<TrackChange, 'trackId'> | null;
};

export const RECENT_MAX = 1_000;

type Change = SharesClaimed | DisputeResolved | TrackCorrected | TrackClassified | DeliveriesObserved;

/**
 * Changes of tracks that came when an affected month may have been closed. Shows whether a period was settled on outdated
 * facts without reading all its tracks.
 */
export const trackChanges: Projection<Change, TrackChanges> = {
  name: 'track-changes',
  version: 1,
  kind: 'reading',
  handles: ['SharesClaimed', 'DisputeResolved', 'TrackCorrected', 'TrackClassified', 'DeliveriesObserved'],
  fields: { kind: 'text', scope: 'text', month: 'text', lastPosition: 'integer' },
  indexes: [['kind', 'scope', 'month']],
  keysOf: (event) => [...new Set(placed(event).map(({ place }) => place))],
  apply: (document, event, key) => {
    const [kind = '', month = '', scope = ''] = key.split('|');
    const position = Number(event.position);
    const known = document?.recent ?? [];
    const added = placed(event)
      .filter(({ place }) => place === key)
      .map(({ trackId }): TrackChange => ({ trackId, position, at: event.data.at }));
    const all = [...known, ...added];
    const last = all.at(-RECENT_MAX - 1);
    return {
      put: {
        kind: kind as ChangeKind,
        scope,
        month,
        lastPosition: position,
        recent: all.slice(-RECENT_MAX),
        forgotten: last ? { position: last.position, at: last.at } : (document?.forgotten ?? null),
      },
    };
  },
};

type Placed = { readonly trackId: string; readonly place: string };

/** The tracks of an event with the key of their document: `kind|month|scope`. */
const placed = ({ type, streamId, data }: ProjectedEvent<Change>): readonly Placed[] => {
  switch (type) {
    case 'SharesClaimed':
    case 'DisputeResolved': {
      const { right, territory, validFrom, at } = data;
      const month = monthOf(validFrom);
      return isOver(month, at) ? [{ trackId: streamId, place: `rights|${month}|${right} ${territory}` }] : [];
    }
    case 'TrackCorrected':
      return [{ trackId: streamId, place: 'length||' }];
    case 'TrackClassified':
      return [{ trackId: streamId, place: 'kind||' }];
    case 'DeliveriesObserved':
      return data.deliveries.flatMap(({ trackId, at }) => {
        const month = monthOf(at);
        return isOver(month, data.at) ? [{ trackId, place: `delivery|${month}|` }] : [];
      });
  }
};

/** Whether the month may have been closed at `at`. Changes before its end are known to all its settlements. */
const isOver = (month: Month, at: number): boolean => at >= monthEnd(month);
