import { createHash, timingSafeEqual } from 'node:crypto';
import type { EdgeRequest } from './request.js';

/**
 * Grants access to the metrics to callers other than admins: to those with the configured token or, if none is configured
 * and the service is not in production, to those on the same machine, unless they come through a proxy.
 */
export class OperatorAccess {
  private readonly tokenHash: Buffer | undefined;

  constructor(
    token: string | undefined,
    private readonly production: boolean,
  ) {
    this.tokenHash = token === undefined ? undefined : sha256(token);
  }

  admits(request: EdgeRequest, bearer: string | undefined): boolean {
    if (this.tokenHash) return bearer !== undefined && timingSafeEqual(sha256(bearer), this.tokenHash);
    return !this.production && isLocal(request);
  }
}

/** Hashed, so that the time of the comparison does not depend on the length. */
const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

const isLocal = ({ socket, headers }: EdgeRequest): boolean =>
  ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(socket.remoteAddress ?? '') &&
  headers.forwarded === undefined &&
  headers['x-forwarded-for'] === undefined;
