import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { AccessTokens, type Principal, type Role } from '../../../application/ports/access-tokens.js';
import { OperatorAccess } from '../edge/operator-access.js';
import { Problem } from '../problems/problem.js';
import { RateLimit } from '../edge/rate-limit.js';
import { bearerOf, type EdgeRequest } from '../edge/request.js';
import { factsOf } from './route-facts.js';

/** Grants access by role and within the rate limit; denies by default. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly rates: RateLimit,
    private readonly operators: OperatorAccess,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const { access, changesNothing } = factsOf(context);
    if (access === 'public') return true;

    const request = context.switchToHttp().getRequest<EdgeRequest>();
    const bearer = bearerOf(request);
    if (access === 'operator' && this.operators.admits(request, bearer)) return true;

    const admit = (principal: Principal | undefined): true => {
      const client = principal ? `sub ${principal.subject}` : `ip ${request.socket.remoteAddress}`;
      this.limit(client, request.edge.headers);
      if (!principal) throw unauthenticated(bearer);

      const changes = !isRead(request) && !changesNothing;
      const role = access && roleFor(access === 'operator' ? ['admin'] : access.roles, principal, changes);
      if (!role) throw new Problem('Forbidden');
      request.edge.principal = principal;
      request.edge.actor = `${role}:${principal.subject}`;
      return true;
    };
    // Most tokens are verified without a promise, which Nest would handle more slowly.
    const principal = bearer === undefined ? undefined : this.tokens.verify(bearer);
    return principal instanceof Promise ? principal.then(admit) : admit(principal);
  }

  private limit(client: string, headers: string[]): void {
    const { perSecond, burst } = this.rates.limits;
    if (perSecond === 0) return;
    const { allowed, remaining, retryAfter } = this.rates.take(client);
    headers.push('RateLimit-Policy', `"principal";q=${burst};w=${Math.ceil(burst / perSecond)}`);
    headers.push('RateLimit', `"principal";r=${remaining};t=${retryAfter}`);
    if (!allowed) throw new Problem('RateLimited', { headers: { 'Retry-After': String(retryAfter) } });
  }
}

const isRead = ({ method }: EdgeRequest): boolean => method === 'GET' || method === 'HEAD';

/** The role that grants access. A token with the role auditor grants no changes, whatever its other roles. */
const roleFor = (roles: readonly Role[], principal: Principal, changes: boolean): Role | undefined =>
  changes && principal.roles.includes('auditor')
    ? undefined
    : roles.find((role) => principal.roles.includes(role));

const unauthenticated = (bearer: string | undefined): Problem =>
  new Problem('Unauthenticated', {
    headers: { 'WWW-Authenticate': bearer === undefined ? 'Bearer' : 'Bearer error="invalid_token"' },
  });
