import { canonicalJson, type Json } from '../domain/shared/exact/canonical-json.js';

/** The RFC 8785 form of an event or a document. Their ports guarantee that both are JSON. */
export const canonical = (document: object): string => canonicalJson(document as Json);
