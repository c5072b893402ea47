import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint } from 'jose';
import { BadConfig, type Config } from '../config.js';

/** The keys of access tokens, each under its RFC 7638 thumbprint. */
export type TokenKeys = {
  /** Thumbprint of the signing key. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** Accepted keys by thumbprint: the signing key and, during a key rotation, the previous one. */
  readonly publicKeys: ReadonlyMap<string, KeyObject>;
};

const KEY_FILE = 'token.pem';

/**
 * Loads the configured keys; without any, the key in `DATA_DIR/keys`, which is created on first use.
 *
 * @throws {BadConfig} when a configured key is not an Ed25519 key or its file cannot be read
 */
export const loadTokenKeys = async (config: Config): Promise<TokenKeys> => {
  const privateKey = parsePrivate(...privateText(config));
  const previous = config.previousTokenKey && parsePublic(config.previousTokenKey);
  const publicKeys = new Map<string, KeyObject>();
  for (const key of [createPublicKey(privateKey), ...(previous ? [previous] : [])])
    publicKeys.set(await thumbprint(key), key);
  return { kid: await thumbprint(createPublicKey(privateKey)), privateKey, publicKeys };
};

const privateText = (config: Config): readonly [name: string, text: string] => {
  if (config.tokenKey) return ['PLAYLEDGER_TOKEN_KEY', config.tokenKey];
  if (!config.tokenKeyFile) return [`${config.dataDir}/keys/${KEY_FILE}`, ownKey(config.dataDir)];
  try {
    return ['PLAYLEDGER_TOKEN_KEY_FILE', readFileSync(config.tokenKeyFile, 'utf8')];
  } catch {
    throw new BadConfig(['PLAYLEDGER_TOKEN_KEY_FILE cannot be read.']);
  }
};

/** The key of the data folder. Processes that start at once agree on one key, because `link` publishes only complete files. */
const ownKey = (dataDir: string): string => {
  const folder = join(dataDir, 'keys');
  const file = join(folder, KEY_FILE);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const draft = join(folder, `.${KEY_FILE}.${process.pid}`);
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
  } finally {
    unlinkSync(draft);
  }
  return readFileSync(file, 'utf8');
};

const hasCode = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;

const parsePrivate = (name: string, text: string): KeyObject =>
  ed25519(name, 'a private key', () =>
    isJwk(text) ? createPrivateKey({ key: JSON.parse(text), format: 'jwk' }) : createPrivateKey(text),
  );

const parsePublic = (text: string): KeyObject =>
  ed25519('PLAYLEDGER_TOKEN_KEY_PREVIOUS', 'a public or private key', () =>
    isJwk(text) ? createPublicKey({ key: JSON.parse(text), format: 'jwk' }) : createPublicKey(text),
  );

const isJwk = (text: string): boolean => text.trimStart().startsWith('{');

/** The message never contains the text, which is a secret. */
const ed25519 = (name: string, what: string, parse: () => KeyObject): KeyObject => {
  try {
    const key = parse();
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Falls through to the error below, which must not repeat the message of the parser.
  }
  throw new BadConfig([`${name} must hold ${what} of type Ed25519, as PEM or JWK.`]);
};

const thumbprint = (key: KeyObject): Promise<string> => calculateJwkThumbprint(key.export({ format: 'jwk' }));
