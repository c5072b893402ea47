import { openPeer, type PeerPlace } from '../harness/peers.js';
import { NO_STREAM } from '../../src/application/ports/event-store.js';
import { count, type Replayed, timed } from './fold.js';
import { fillByStream } from './prepare.js';

/** Fills the peer's log, or replays it with the peer's fastest reads. */
export const measure = async (input: {
  readonly place: PeerPlace;
  readonly fill?: number;
}): Promise<Replayed | undefined> => {
  const peer = await openPeer(input.place);
  try {
    if (input.fill === undefined) {
      return await timed((counter) => peer.read((event) => count(counter, event, 'at all')));
    }
    await fillByStream((stream, events) => peer.append(stream, NO_STREAM, events), input.fill);
    return undefined;
  } finally {
    await peer.close();
  }
};
