import type { Found } from '../../../application/ports/read-models.js';
import type { Receipt } from '../../../application/streams/streams.js';
import { Problem, type ProblemCode } from '../problems/problem.js';

/** The JSON form of a receipt. Positions are opaque text to clients. */
export const receiptOf = ({ id, position }: Receipt) => ({ id, position: position.toString() });

export const listFrom = <Document, Item>(
  { documents, next }: Found<Document>,
  item: (document: Document) => Item,
) => ({ items: documents.map(item), ...(next === undefined ? {} : { next }) });

/** @throws {Problem} with code `otherwise` when `document` is undefined */
export const found = <Document>(document: Document | undefined, otherwise: ProblemCode): Document => {
  if (document === undefined) throw new Problem(otherwise);
  return document;
};
