/** The effect of an event on a document. `put` replaces the whole document. */
export type Change<Document> = { readonly put: Document } | 'drop' | 'keep';

/** A recorded event as projections receive it. */
export type ProjectedEvent<E extends { readonly type: string; readonly data: object }> = E & {
  /** The aggregate's id: the stream's name without its category. */
  readonly streamId: string;
  /** Position in the log, for documents that record it. */
  readonly position: bigint;
};

/** Type of a field for queries and sorting. `text` is compared by Unicode code point. */
export type FieldType = 'text' | 'integer';

/**
 * A read model: a pure fold of events into documents.
 *
 * Documents are JSON: no BigInt (money is a decimal string of micro-units), no undefined, integers below 2^53.
 * Increment `version` whenever `keysOf`, `apply`, `Document` or an index changes: the projector then builds the new
 * version beside the live one and swaps them once it has caught up.
 */
export type Projection<
  E extends { readonly type: string; readonly data: object },
  Document extends object,
> = {
  /** Kebab-case, unique, never changed. */
  readonly name: string;
  readonly version: number;
  /** When an event cannot be folded, `money` stops; `reading` parks the event, counts it and continues. */
  readonly kind: 'money' | 'reading';
  readonly handles: readonly E['type'][];
  /** Fields for queries: top-level fields of the document, unless `fieldsOf` supplies them. */
  readonly fields: Readonly<Record<string, FieldType>>;
  /** Fields of each index, in order. The document's key breaks ties. */
  readonly indexes: readonly (readonly string[])[];
  /** Keys of the documents that an event changes: none, one or several, without duplicates. */
  readonly keysOf: (event: ProjectedEvent<E>) => readonly string[];
  readonly apply: (document: Document | undefined, event: ProjectedEvent<E>, key: string) => Change<Document>;
  /** Supplies all `fields` when the key holds some of them and the document does not repeat them. */
  readonly fieldsOf?: (key: string, document: Document) => Readonly<Record<string, string | number | null>>;
  /** Each event replaces the whole document: `apply` ignores the current one, so the store need not read it. */
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
