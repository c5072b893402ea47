import { canonicalJson, utf8 } from '../../shared/exact/canonical-json.js';
import { hex, type Sha256 } from '../../shared/exact/sha256.js';
import type { Ruleset } from './ruleset.js';

/** The ruleset's identifier in the books: SHA-256 of its RFC 8785 form, in hexadecimal. */
export const hashOfRuleset = (digests: { readonly sha256: Sha256 }, ruleset: Ruleset): string =>
  hex(digests.sha256(utf8(canonicalJson(ruleset))));
