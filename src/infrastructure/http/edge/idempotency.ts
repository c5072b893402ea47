import { hash } from 'node:crypto';
import { reject } from '../../../domain/decider.js';
import { CommandRejected } from '../../../application/streams/command-rejected.js';
import { RecentlyUsedMap } from '../../../application/streams/recently-used-map.js';

const REMEMBERED = 100_000;

/** Names a command's content: two requests have the same hash if they ask for the same. */
export const commandHashOf = (method: string, path: string, body: unknown): string =>
  hash('sha256', `${method} ${path}\n${canonical(body)}`);

/**
 * JSON with sorted keys. Takes what the domain's canonical form refuses, since it comes before validation: a fraction
 * where an integer belongs is a client's fault, and told as such.
 */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const key of Object.keys(fields).sort()) {
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonical(fields[key])}`;
  }
  return `{${text}}`;
};

/**
 * Remembers what the latest keys were used for, so that a key used on one resource is refused on another.
 *
 * `Streams` keeps the promise within a stream, for ever and in every process. This memory widens it to all resources
 * for at least the latest 100,000 keys that this process has seen since its start, and no further.
 */
export class IdempotencyMemory {
  /** Command id to content hash. */
  private readonly used = new RecentlyUsedMap<string>(REMEMBERED);

  /**
   * @returns undoes a first claim, for a request that failed: its key is then free again
   * @throws {CommandRejected} when the command id was claimed for other content
   */
  claim(commandId: string, commandHash: string): () => void {
    const known = this.used.find(commandId);
    if (known !== undefined) {
      if (known !== commandHash) throw new CommandRejected(KEY_REUSED);
      return KEEP;
    }
    this.used.set(commandId, commandHash);
    return () => this.used.delete(commandId);
  }
}

const KEEP = (): void => undefined;

const KEY_REUSED = reject(
  'IdempotencyKeyReused',
  'This Idempotency-Key was used before with other content. Use a new key for a new command.',
);
