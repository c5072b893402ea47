/** Who may do what: every route names the roles that it serves. */
export const ROLES = ['listener', 'label', 'finance', 'auditor', 'admin', 'delivery'] as const;

export type Role = (typeof ROLES)[number];

/** Somebody who showed a valid token. */
export type Principal = {
  /** For a listener the UUID of the listener; for others a name. */
  readonly subject: string;
  /** At least one. */
  readonly roles: readonly Role[];
};

/** Tells whether a bearer token is ours, and whose. */
export abstract class AccessTokens {
  /** The holder of a valid token; undefined for any other string. At once where the token is known already. */
  abstract verify(token: string): Principal | Promise<Principal | undefined>;
}
