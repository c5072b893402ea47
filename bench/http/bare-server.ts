import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Target } from './requests.js';

const ANSWER = JSON.stringify({ id: '0', position: '1' });

/** The minimum cost of a POST in Node: reads the body, parses it, responds. */
export const serve = (): Promise<{ readonly info: Target }> => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString()) as unknown;
      response.writeHead(typeof body === 'object' ? 200 : 400, {
        'Content-Type': 'application/json',
        'Content-Length': ANSWER.length,
      });
      response.end(ANSWER);
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      resolve({ info: { port, tokens: [], trackId: 'none' } });
    });
  });
};
