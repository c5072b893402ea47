import { hash } from 'node:crypto';

/** 132 bits. */
const TAG_LENGTH = 22;

/** Names the content of an answer (RFC 9110, 8.8.3): equal texts have equal tags, in every process (ADR 20). */
export const etagOf = (text: string): string => `"${hash('sha256', text, 'base64url').slice(0, TAG_LENGTH)}"`;

/** Whether a client that sends this `If-None-Match` holds what `etag` names (RFC 9110, 13.1.2). */
export const isHeld = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  ifNoneMatch.split(',').some((part) => {
    const held = part.trim();
    return held === '*' || held === etag || held === `W/${etag}`;
  });
