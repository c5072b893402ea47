import { Injectable } from '@nestjs/common';
import { Problem, type ProblemCode } from '../problems/problem.js';
import type { EdgeRequest, EdgeResponse } from './request.js';

/** Media type of server-sent events (HTML Living Standard, 9.2). */
export const EVENT_STREAM = 'text/event-stream';

const RETRY_LATER = { 'Retry-After': '5' };

/** How many answers of a kind may be under way at once: to each principal, and to all. */
const EVENTS = { each: 10, all: 1_000, code: 'TooManyStreams' } as const satisfies Bounds;
const FILES = { each: 2, all: 20, code: 'TooManyExports' } as const satisfies Bounds;

type Bounds = { readonly each: number; readonly all: number; readonly code: ProblemCode };

/** What refuses one answer too many of this media type. */
export const boundsOf = (mediaType: string): Bounds => (mediaType === EVENT_STREAM ? EVENTS : FILES);

/** Counts the answers that last: event streams, and files that are made while they are sent. */
@Injectable()
export class LongResponses {
  private readonly open = new Map<string, number>();

  /** @throws {Problem} when as many are under way as may be */
  enter({ edge: { actor = '' } }: EdgeRequest, response: EdgeResponse, mediaType: string): void {
    const { each, all, code } = boundsOf(mediaType);
    const [mine, total] = [`${code} ${actor}`, code];
    if (this.count(mine) >= each || this.count(total) >= all)
      throw new Problem(code, { headers: RETRY_LATER });
    // Nobody would say that it has ended.
    if (response.destroyed) throw new Problem('RequestTimeout');

    this.add(mine, 1);
    this.add(total, 1);
    response.once('close', () => {
      this.add(mine, -1);
      this.add(total, -1);
    });
  }

  private count(of: string): number {
    return this.open.get(of) ?? 0;
  }

  private add(of: string, change: 1 | -1): void {
    const count = this.count(of) + change;
    if (count > 0) this.open.set(of, count);
    else this.open.delete(of);
  }
}
