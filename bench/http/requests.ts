import { randomUUID } from 'node:crypto';

/** The server's address and the access tokens: one listener for each connection. */
export type Target = {
  readonly port: number;
  readonly tokens: readonly string[];
  readonly trackId: string;
};

const post = (path: string, token: string, body: object): string => {
  const text = JSON.stringify(body);
  return (
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nIdempotency-Key: ${randomUUID()}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`
  );
};

/** GET of `path`, as bytes. */
export const get = (path: string, token: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n`;

/** The commands of one play: start, two seeks forward and back, stop. */
export function* playOf(trackId: string, token: string): Generator<string> {
  const playId = randomUUID();
  const play = `/v1/plays/${playId}`;
  yield post('/v1/plays', token, {
    playId,
    trackId,
    territory: 'DE',
    offering: 'premium',
    deviceId: 'bench',
  });
  yield post(`${play}/seek`, token, { fromMs: 10_000, toMs: 90_000 });
  yield post(`${play}/seek`, token, { fromMs: 120_000, toMs: 30_000 });
  yield post(`${play}/stop`, token, { positionMs: 60_000 });
}
