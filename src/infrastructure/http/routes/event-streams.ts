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
  /** What a client that comes back sends as `Last-Event-ID`. */
  readonly id?: string;
};

/** A request with its answer, for what lasts. */
export type HttpExchange = { readonly request: EdgeRequest; readonly response: EdgeResponse };

/** Shorter than what proxies on the way take for a dead connection. */
const HEARTBEAT_MS = 15_000;
/** When a client whose stream broke off asks again. */
const RETRY_MS = 2_000;

/**
 * Server-sent events (HTML Living Standard, 9.2) that end when their reader goes, when his token does, and when the process
 * stops. They are pulled: a reader that is slow makes no queue.
 */
@Injectable()
export class EventStreams {
  constructor(
    private readonly drain: Drain,
    private readonly tokens: AccessTokens,
    private readonly telemetry: Telemetry,
  ) {}

  /** The answer that tells `messages`, made with a signal that aborts when there is nobody left to tell. */
  answer(
    { request, response }: HttpExchange,
    messages: (signal: AbortSignal) => AsyncIterable<Message>,
  ): StreamableFile {
    const end = new AbortController();
    const signal = AbortSignal.any([end.signal, this.drain.signal]);
    response.once('close', () => end.abort());
    response.setHeader('X-Accel-Buffering', 'no');
    const text = request.method === 'HEAD' ? [] : this.told(request, messages(signal), signal);
    return new StreamableFile(Readable.from(text, { objectMode: false }), {
      type: EVENT_STREAM,
    });
  }

  /** A stream that has begun cannot turn into a problem: it ends, and its reader asks again. */
  private async *told(
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

/** `messages` as they are sent, with a comment whenever `heartbeatMs` have passed, if the reader is still admitted. */
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
      const told = await Promise.race([ended, message, heartbeat]);
      if (told === 'ended') return;
      if (told === 'beat') {
        if (!(await isAdmitted())) return;
        yield ':\n\n';
        heartbeat = beat();
      } else {
        if (told.done === true) return;
        yield lineOf(told.value);
        message = source.next();
      }
    }
  } finally {
    message.catch(() => undefined);
    void source.return?.(undefined)?.catch(() => undefined);
  }
}

/** JSON has no line break outside of its strings, and none inside. */
const lineOf = ({ type, data, id }: Message): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

/**
 * Each state that differs from the one before, under an id that names its content: who comes back with the id of the
 * state that he has is told nothing until there is another.
 */
export async function* whenChanged(
  type: string,
  states: AsyncIterable<object>,
  { headers }: EdgeRequest,
): AsyncGenerator<Message> {
  let held = headers['last-event-id'];
  for await (const data of states) {
    const id = etagOf(JSON.stringify(data)).slice(1, -1);
    if (id === held) continue;
    held = id;
    yield { type, data, id };
  }
}
