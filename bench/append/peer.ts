import { openPeer, type PeerPlace } from '../harness/peers.js';
import { type AppendFigures, closedLoop } from './closed-loop.js';

export const measure = async (input: {
  readonly place: PeerPlace;
  readonly inFlight: number;
  readonly seconds: number;
}): Promise<AppendFigures> => {
  const peer = await openPeer(input.place);
  const figures = await closedLoop(
    (stream, expected, event) => peer.append(stream, expected, [event]),
    input,
  );
  await peer.close();
  return figures;
};
