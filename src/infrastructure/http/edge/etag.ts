import { hash } from 'node:crypto';

/** 132 bits. */
const TAG_LENGTH = 22;

/** Entity tag of a response body (RFC 9110, 8.8.3). Equal texts have equal tags in every process (ADR 20). */
export const etagOf = (text: string): string => `"${hash('sha256', text, 'base64url').slice(0, TAG_LENGTH)}"`;

/** Whether `If-None-Match` matches `etag`, by weak comparison (RFC 9110, 13.1.2). */
export const matchesEtag = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  ifNoneMatch.split(',').some((part) => {
    const candidate = part.trim();
    return candidate === '*' || candidate === etag || candidate === `W/${etag}`;
  });
