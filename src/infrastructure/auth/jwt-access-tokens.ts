import { randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { AccessTokens, type Principal, type Role, ROLES } from '../../application/ports/access-tokens.js';
import type { Clock } from '../../application/ports/clock.js';
import { RecentlyUsedMap } from '../../application/streams/recently-used-map.js';
import type { TokenKeys } from './token-keys.js';

const ISSUER = 'playledger';
const AUDIENCE = 'playledger';
const TYPE = 'at+jwt';
const SKEW_SECONDS = 30;
const TTL_SECONDS_MAX = 30 * 86_400;
const TOKEN_LENGTH_MAX = 4_096;
const TOKENS_REMEMBERED = 10_000;

const claims = z
  .object({
    sub: z.string().regex(/^[\w.@-]{1,128}$/),
    roles: z.array(z.enum(ROLES)).min(1).max(ROLES.length),
    iat: z.int().nonnegative(),
    exp: z.int().nonnegative(),
    jti: z.string().min(1).max(128),
  })
  .refine(({ iat, exp }) => exp > iat && exp - iat <= TTL_SECONDS_MAX)
  .refine(({ sub, roles }) => !roles.includes('listener') || z.uuid().safeParse(sub).success);

export type TokenOrder = {
  readonly role: Role;
  /** For a listener, a UUID. */
  readonly subject: string;
  /** Seconds until it expires, 1 to 2,592,000 (30 days). */
  readonly ttl: number;
};

/** @property expiresAt UTC, epoch milliseconds */
type Verified = { readonly principal: Principal; readonly expiresAt: number };

/** Access tokens of RFC 9068: JWTs of type `at+jwt`. EdDSA is the only accepted algorithm. */
export class JwtAccessTokens extends AccessTokens {
  /** Cached, because verifying a signature costs more than the rest of the edge. */
  private readonly remembered = new RecentlyUsedMap<Verified>(TOKENS_REMEMBERED);

  constructor(
    private readonly keys: TokenKeys,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** @throws {RangeError} when the subject or the time to live is invalid for the role */
  async issueToken({ role, subject, ttl }: TokenOrder): Promise<string> {
    const iat = Math.floor(this.clock.now() / 1_000);
    const payload = { sub: subject, roles: [role], iat, exp: iat + ttl, jti: randomUUID() };
    if (!claims.safeParse(payload).success)
      throw new RangeError(
        `A token needs a ttl of 1 to ${TTL_SECONDS_MAX} seconds and a subject of up to 128 letters, digits and ._@- ` +
          '(for a listener: a UUID).',
      );
    return await new SignJWT(payload)
      .setProtectedHeader({ alg: 'EdDSA', typ: TYPE, kid: this.keys.kid })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .sign(this.keys.privateKey);
  }

  override verify(token: string): Principal | Promise<Principal | undefined> {
    const known = this.remembered.find(token);
    return known && known.expiresAt > this.clock.now() ? known.principal : this.verifyUncached(token);
  }

  private async verifyUncached(token: string): Promise<Principal | undefined> {
    if (token.length > TOKEN_LENGTH_MAX) return undefined;
    const valid = await this.check(token);
    if (!valid) return undefined;
    this.remembered.set(token, valid);
    return valid.principal;
  }

  private async check(token: string): Promise<Verified | undefined> {
    try {
      // Only `kid` selects a key, among those configured; `jwk`, `jku` and `x5u` in the header are ignored.
      const { payload } = await jwtVerify(token, ({ kid }) => this.keyNamed(kid), {
        algorithms: ['EdDSA'],
        typ: TYPE,
        issuer: ISSUER,
        audience: AUDIENCE,
        clockTolerance: SKEW_SECONDS,
        currentDate: new Date(this.clock.now()),
      });
      const { sub, roles, exp, iat } = claims.parse(payload);
      if (iat * 1_000 > this.clock.now() + SKEW_SECONDS * 1_000) return undefined;
      return { principal: { subject: sub, roles }, expiresAt: (exp + SKEW_SECONDS) * 1_000 };
    } catch {
      // The caller learns only that the token is invalid, not why.
      return undefined;
    }
  }

  private keyNamed(kid: string | undefined) {
    const key = this.keys.publicKeys.get(kid ?? '');
    if (!key) throw new Error('The token names an unknown key.');
    return key;
  }
}
