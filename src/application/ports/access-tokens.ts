/** The roles of principals: every route names the roles that it serves. */
export const ROLES = ['listener', 'label', 'finance', 'auditor', 'admin', 'delivery'] as const;

export type Role = (typeof ROLES)[number];

/** The holder of a valid token. */
export type Principal = {
  /** The UUID of a listener; the name of any other principal. */
  readonly subject: string;
  /** At least one. */
  readonly roles: readonly Role[];
};

/** Verifies bearer tokens. */
export abstract class AccessTokens {
  /** The holder of a valid token; undefined for any other string. Synchronous for a token that was verified before. */
  abstract verify(token: string): Principal | Promise<Principal | undefined>;
}
