import { Injectable } from '@nestjs/common';
import { Problem, type ProblemCode } from '../problems/problem.js';
import type { EdgeRequest, EdgeResponse } from './request.js';

/** Media type of server-sent events (HTML Living Standard, 9.2). */
export const EVENT_STREAM = 'text/event-stream';

const RETRY_LATER = { 'Retry-After': '5' };

/** Maximum numbers of concurrent responses of a kind: for each principal, and in total. */
const EVENTS = { each: 10, all: 1_000, code: 'TooManyStreams' } as const satisfies Bounds;
const FILES = { each: 2, all: 20, code: 'TooManyExports' } as const satisfies Bounds;

type Bounds = { readonly each: number; readonly all: number; readonly code: ProblemCode };

/** The limits of concurrent responses of a media type, and the problem code beyond them. */
export const boundsOf = (mediaType: string): Bounds => (mediaType === EVENT_STREAM ? EVENTS : FILES);

/** Counts the long responses under way: event streams, and files that are generated while they are sent. */
@Injectable()
export class LongResponses {
  private readonly open = new Map<string, number>();

  /**
   * Counts a response until it closes.
   *
   * @throws {Problem} `TooManyStreams` or `TooManyExports` when a limit is reached
   */
  enter({ edge: { actor = '' } }: EdgeRequest, response: EdgeResponse, mediaType: string): void {
    const { each, all, code } = boundsOf(mediaType);
    const [mine, total] = [`${code} ${actor}`, code];
    if (this.count(mine) >= each || this.count(total) >= all)
      throw new Problem(code, { headers: RETRY_LATER });
    // A response that is closed already would emit no `close` and be counted for ever.
    if (response.destroyed) throw new Problem('RequestTimeout');

    this.add(mine, 1);
    this.add(total, 1);
    response.once('close', () => {
      this.add(mine, -1);
      this.add(total, -1);
    });
  }

  private count(key: string): number {
    return this.open.get(key) ?? 0;
  }

  private add(key: string, change: 1 | -1): void {
    const count = this.count(key) + change;
    if (count > 0) this.open.set(key, count);
    else this.open.delete(key);
  }
}
