import { hash } from 'node:crypto';
import { reject } from '../../../domain/decider.js';
import { CommandRejected } from '../../../application/streams/command-rejected.js';
import { RecentlyUsedMap } from '../../../application/streams/recently-used-map.js';

const KEYS_REMEMBERED = 100_000;

/** Hash of the content of a command: equal for two requests with the same method, path and JSON value. */
export const commandHashOf = (method: string, path: string, body: unknown): string =>
  hash('sha256', `${method} ${path}\n${canonical(body)}`);

/**
 * JSON with sorted keys. It runs before validation and so accepts values that the domain's canonical JSON rejects, such as
 * fractions: validation reports those as errors of the client.
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
 * Remembers the content of recent commands by key, so that a key used for one resource is rejected for another.
 *
 * Within a stream, `Streams` enforces this for ever and in every process. This memory extends it to all resources, for at
 * least the latest 100,000 keys that this process has seen since its start.
 */
export class IdempotencyMemory {
  /** Command id to content hash. */
  private readonly used = new RecentlyUsedMap<string>(KEYS_REMEMBERED);

  /**
   * @returns a function that undoes a first claim; call it when the request failed, to free its key
   * @throws {CommandRejected} when the command id was claimed for other content
   */
  claim(commandId: string, commandHash: string): () => void {
    const known = this.used.find(commandId);
    if (known !== undefined) {
      if (known !== commandHash) throw new CommandRejected(KEY_REUSED);
      return KEEP_CLAIM;
    }
    this.used.set(commandId, commandHash);
    return () => this.used.delete(commandId);
  }
}

const KEEP_CLAIM = (): void => undefined;

const KEY_REUSED = reject(
  'IdempotencyKeyReused',
  'This Idempotency-Key was used before with other content. Use a new key for a new command.',
);
