import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, StreamableFile } from '@nestjs/common';
import { AccessTokens } from '../../../application/ports/access-tokens.js';
import { Telemetry } from '../../../application/ports/telemetry.js';
import { Drain } from '../edge/drain.js';
import { etagOf } from '../edge/etag.js';
import { EVENT_STREAM } from '../edge/long-responses.js';
import { bearerOf, type EdgeRequest, type EdgeResponse } from '../edge/request.js';

/** One server-sent event. `data` becomes JSON. */
export type Message = {
  readonly type: string;
  readonly data: object;
  /** Sent back by a client as `Last-Event-ID` after a reconnect. */
  readonly id?: string;
};

/** A request with its response. */
export type HttpExchange = { readonly request: EdgeRequest; readonly response: EdgeResponse };

/** Shorter than the idle timeouts of common proxies. */
const HEARTBEAT_MS = 15_000;
/** Delay before a client reconnects. */
const RETRY_MS = 2_000;

/**
 * Server-sent events (HTML Living Standard, 9.2). A stream ends when the client disconnects, when its token expires and when
 * the process stops. The client pulls the events, so that none queue up for a slow client.
 */
@Injectable()
export class EventStreams {
  constructor(
    private readonly drain: Drain,
    private readonly tokens: AccessTokens,
    private readonly telemetry: Telemetry,
  ) {}

  /** Responds with `messages`. Its signal aborts when the client disconnects or the process stops. */
  respond(
    { request, response }: HttpExchange,
    messages: (signal: AbortSignal) => AsyncIterable<Message>,
  ): StreamableFile {
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, this.drain.signal]);
    response.once('close', () => end.abort());
    response.setHeader('X-Accel-Buffering', 'no');
    const text = request.method === 'HEAD' ? [] : this.textFor(request, messages(signal), signal);
    return new StreamableFile(Readable.from(text, { objectMode: false }), {
      type: EVENT_STREAM,
    });
  }

  /** After an error the stream ends, since a response that has begun cannot become a problem; the client reconnects. */
  private async *textFor(
    request: EdgeRequest,
    messages: AsyncIterable<Message>,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    const bearer = bearerOf(request);
    const isAdmitted = async () => bearer !== undefined && (await this.tokens.verify(bearer)) !== undefined;
    try {
      yield* textOf(messages, { signal, isAdmitted, heartbeatMs: HEARTBEAT_MS });
    } catch (error) {
      this.telemetry.fault(error, request.edge.traceId);
    }
  }
}

/** Yields the text of `messages`, with a comment every `heartbeatMs`. Ends when the token is no longer valid. */
export async function* textOf(
  messages: AsyncIterable<Message>,
  options: {
    readonly signal: AbortSignal;
    readonly isAdmitted: () => Promise<boolean>;
    readonly heartbeatMs: number;
  },
): AsyncGenerator<string> {
  const { signal, isAdmitted, heartbeatMs } = options;
  const ended = new Promise<'ended'>((resolve) => {
    if (signal.aborted) resolve('ended');
    signal.addEventListener('abort', () => resolve('ended'), { once: true });
  });
  const beat = (): Promise<'beat' | 'ended'> =>
    sleep(heartbeatMs, 'beat' as const, { ref: false, signal }).catch(() => ended);

  const source = messages[Symbol.asyncIterator]();
  let [message, heartbeat] = [source.next(), beat()];
  try {
    yield `retry: ${RETRY_MS}\n\n`;
    for (;;) {
      const next = await Promise.race([ended, message, heartbeat]);
      if (next === 'ended') return;
      if (next === 'beat') {
        if (!(await isAdmitted())) return;
        yield ':\n\n';
        heartbeat = beat();
      } else {
        if (next.done === true) return;
        yield lineOf(next.value);
        message = source.next();
      }
    }
  } finally {
    message.catch(() => undefined);
    void source.return?.(undefined)?.catch(() => undefined);
  }
}

/** One `data` line is enough: `JSON.stringify` writes no line breaks. */
const lineOf = ({ type, data, id }: Message): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

/**
 * Yields each state that differs from the previous one, with a hash of its content as id. A client that reconnects with the
 * id of its last state receives nothing until the state changes.
 */
export async function* whenChanged(
  type: string,
  states: AsyncIterable<object>,
  { headers }: EdgeRequest,
): AsyncGenerator<Message> {
  let lastId = headers['last-event-id'];
  for await (const data of states) {
    const id = etagOf(JSON.stringify(data)).slice(1, -1);
    if (id === lastId) continue;
    lastId = id;
    yield { type, data, id };
  }
}
