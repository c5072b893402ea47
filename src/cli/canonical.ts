import { canonicalJson, type Json } from '../domain/shared/exact/canonical-json.js';

/** Events and documents are JSON by the promise of their ports; their RFC 8785 form. */
export const canonical = (document: object): string => canonicalJson(document as Json);
