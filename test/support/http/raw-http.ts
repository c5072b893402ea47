import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends raw bytes and reads until the server closes the connection or is silent for 2 seconds. */
export const sendRaw = async (url: string, bytes: string | Buffer): Promise<string> => {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  // The server may cut the connection while we still write.
  socket.on('error', () => undefined);
  socket.setTimeout(2_000, () => socket.destroy());
  socket.write(bytes);
  // Not by `once`, which an error would reject.
  await new Promise((resolve) => {
    socket.on('close', resolve);
  });
  return Buffer.concat(chunks).toString('utf8');
};
