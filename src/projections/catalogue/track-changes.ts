import type { TrackClassified, TrackCorrected } from '../../domain/catalogue/track.js';
import type { DeliveriesObserved } from '../../domain/audio/delivery-batch.js';
import type { DisputeResolved, SharesClaimed } from '../../domain/rights/rights-events.js';
import { type Month, monthEnd, monthOf } from '../../domain/shared/calendar.js';
import type { ProjectedEvent, Projection } from '../projection.js';

/** What was said of a track that a settlement asks for. */
export type ChangeKind = 'rights' | 'length' | 'kind' | 'delivery';

export type TrackChange = {
  readonly trackId: string;
  /** Of its event in the log. */
  readonly position: number;
  readonly at: number;
};

/** Changes that concern the same periods. */
export type TrackChanges = {
  readonly kind: ChangeKind;
  /** Of rights `<right> <territory>`, the territory as it was said; of everything else empty. */
  readonly scope: string;
  /** The month from which on rights hold, or in which something was delivered; empty for what always holds. */
  readonly month: Month;
  readonly lastPosition: number;
  /** The last ones, at most `RECENT_MAX`, in the order of the log. */
  readonly recent: readonly TrackChange[];
  /** The last one that is not among them any more. */
  readonly forgotten: Omit<TrackChange, 'trackId'> | null;
};

export const RECENT_MAX = 1_000;

type Change = SharesClaimed | DisputeResolved | TrackCorrected | TrackClassified | DeliveriesObserved;

/**
 * What was said of tracks when a month in which it matters may have been closed, so that one need not look at all tracks
 * of a period to learn whether it is settled on old facts.
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

/** No month is closed before it is over: what is said sooner is known to every settlement of it. */
const isOver = (month: Month, at: number): boolean => at >= monthEnd(month);
