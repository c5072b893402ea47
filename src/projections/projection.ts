/** What one event does to one document. `put` replaces the document whole. */
export type Change<Document> = { readonly put: Document } | 'drop' | 'keep';

/** A recorded fact as a projection sees it. */
export type ProjectedEvent<E extends { readonly type: string; readonly data: object }> = E & {
  /** Name of the event's stream without its category: the aggregate's id. */
  readonly streamId: string;
  /** Place in the whole log: where a document must say as of when it holds. */
  readonly position: bigint;
};

/** A field that documents may be found and sorted by. `text` compares by Unicode code point. */
export type FieldType = 'text' | 'integer';

/**
 * A read model as a pure fold of events into documents.
 *
 * Documents are JSON: no BigInt (money is a decimal string of micro-units), no undefined, integers below 2^53.
 * Bump `version` whenever `keysOf`, `apply`, `Document` or an index changes meaning: the projector then builds the
 * new version beside the old one and swaps them when it has caught up.
 */
export type Projection<
  E extends { readonly type: string; readonly data: object },
  Document extends object,
> = {
  /** Kebab-case, unique, for ever. */
  readonly name: string;
  readonly version: number;
  /** `money` stops at an event that it cannot fold; `reading` parks it, counts it and goes on. */
  readonly kind: 'money' | 'reading';
  readonly handles: readonly E['type'][];
  /** What queries may name: top-level fields of the document, unless `fieldsOf` tells them. */
  readonly fields: Readonly<Record<string, FieldType>>;
  /** Fields in the order in which they narrow a query; the document's key is the last tie-break of each. */
  readonly indexes: readonly (readonly string[])[];
  /** The documents that an event belongs to: none, one or several, each at most once. */
  readonly keysOf: (event: ProjectedEvent<E>) => readonly string[];
  readonly apply: (document: Document | undefined, event: ProjectedEvent<E>, key: string) => Change<Document>;
  /** All of `fields`, where the key says some of them and the document need not say them again. */
  readonly fieldsOf?: (key: string, document: Document) => Readonly<Record<string, string | number | null>>;
  /**
   * Each of its events makes a document whole: `apply` does not look at what there is, and nobody need look it up to
   * write it.
   */
  readonly isBornWhole?: true;
};

/** Any projection, for the projector and the stores, which only carry events and documents. */
export type AnyProjection = {
  readonly name: string;
  readonly version: number;
  readonly kind: 'money' | 'reading';
  readonly handles: readonly string[];
  readonly fields: Readonly<Record<string, FieldType>>;
  readonly indexes: readonly (readonly string[])[];
  readonly keysOf: (event: never) => readonly string[];
  readonly apply: (document: never, event: never, key: string) => Change<object>;
  readonly fieldsOf?: (key: string, document: never) => Readonly<Record<string, string | number | null>>;
  readonly isBornWhole?: true;
};
