import type { FieldType } from '../../projections/projection.js';

/** The part of a projection that a store needs to keep its documents. Every `Projection` is one. */
export type Model = {
  readonly name: string;
  readonly version: number;
  readonly fields: Readonly<Record<string, FieldType>>;
  readonly indexes: readonly (readonly string[])[];
};

/** One set of documents of one version of a model: the live one, or one that is being built beside it. */
export type Build = {
  readonly model: Model;
  /** Opaque, unique among all builds of the model. */
  readonly id: string;
};

export type StoredDocument = {
  /** Undefined for a dropped document whose position the store still knows. */
  readonly document: object | undefined;
  /** Position of the event that last changed the document, or dropped it. */
  readonly position: bigint;
};

/** The effect of a batch on one document: the whole new document, or undefined to drop it. */
export type Write = {
  readonly key: string;
  readonly document: object | undefined;
  /** Values of the declared fields, if they are not in the document. */
  readonly fields?: Fields;
  /** Position of the last event in the batch that changed the document. */
  readonly position: bigint;
};

export type Scalar = string | number;

/** Values of the fields that a model declares. */
export type Fields = Readonly<Record<string, Scalar | null>>;

export type Range = {
  readonly gt?: Scalar;
  readonly gte?: Scalar;
  readonly lt?: Scalar;
  readonly lte?: Scalar;
};

/** A condition for each named field; all must hold. Only fields that the model declares. */
export type Where = Readonly<Record<string, Scalar | Range | { readonly in: readonly Scalar[] }>>;

/** Keys from `from` on and below `below`, by Unicode code points; without an upper bound if `below` is absent. */
export type KeyRange = { readonly from: string; readonly below?: string };

const CODE_POINT_MAX = 0x10_ff_ff;

/** The range of all keys with this prefix. */
export const keysBeginningWith = (prefix: string): KeyRange => {
  const points = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (points.at(-1) === CODE_POINT_MAX) points.pop();
  const last = points.pop();
  if (last === undefined) return { from: prefix };
  // Surrogates are no characters: U+D7FF is followed by U+E000.
  const next = last === 0xd7_ff ? 0xe0_00 : last + 1;
  return { from: prefix, below: String.fromCodePoint(...points, next) };
};

export type Query = {
  /**
   * Only documents with keys in the range; without `sort`, in order of key, read sequentially. Returns documents of the
   * model's version only, never of an older one.
   */
  readonly keys?: KeyRange;
  readonly where?: Where;
  /** Fields to sort by, in order, all in one direction; ties by key, in the same direction. */
  readonly sort?: { readonly by: readonly string[]; readonly descending?: boolean };
  /** 1 to 1,000. */
  readonly limit: number;
  /** From `next` of the page before, with the same `keys`, `where` and `sort`. */
  readonly cursor?: string;
};

export type Found<Document> = {
  readonly documents: readonly Document[];
  /** Absent on the last page. */
  readonly next?: string;
};

/** With the key of each document. */
export type FoundByKey<Document> = Found<Document> & { readonly keys: readonly string[] };

/**
 * Documents folded from the log; all of them may be deleted and rebuilt.
 * The contract is test/infrastructure/readmodels/read-models.contract.ts, which every adapter runs.
 *
 * Every call ends within the adapter's deadline.
 */
export abstract class ReadModels {
  // For queries. They see the live build only.

  /** @throws {ModelNotReady} while no build of the model has caught up */
  abstract get<Document extends object>(model: Model, key: string): Promise<Document | undefined>;

  /**
   * @throws {ModelNotReady}
   * @throws {BadQuery} when a field is not declared or the cursor is invalid
   */
  abstract query<Document extends object>(model: Model, query: Query): Promise<FoundByKey<Document>>;

  /**
   * How many documents match, counting no further than `bound`.
   *
   * @throws {ModelNotReady}
   * @throws {BadQuery}
   */
  abstract count(model: Model, where: Where, bound: number): Promise<number>;

  /** Checkpoint of the live build; undefined while there is none. */
  abstract position(model: Model): Promise<bigint | undefined>;

  // For the projector.

  /** The live build of the model (of whatever version) and the one being built, where they exist. */
  abstract builds(model: Model): Promise<{ readonly live?: Build; readonly building?: Build }>;

  /** Begins an empty build of `model` at START, and deletes a build of it that was under way. */
  abstract begin(model: Model): Promise<Build>;

  /** Makes `build` the live one and deletes the former. Atomic for readers. */
  abstract swap(build: Build): Promise<void>;

  /** The position up to which the log is folded into `build`; START for a new one. */
  abstract checkpoint(build: Build): Promise<bigint>;

  /**
   * The documents among `keys` that exist. A dropped one is absent, or undefined with the position of the drop: so that
   * events before the drop are skipped when a batch is folded again, perhaps with other bounds.
   */
  abstract load(build: Build, keys: readonly string[]): Promise<ReadonlyMap<string, StoredDocument>>;

  /**
   * Writes the documents, each only where the stored one has a lower position, then moves the checkpoint forward. A
   * document may be written twice, the later position last.
   * A repeat of the same batch changes nothing. A checkpoint is never visible without its documents, not even after a crash.
   */
  abstract commit(build: Build, writes: readonly Write[], checkpoint: bigint): Promise<void>;

  /** All documents of a build in ascending order of key (Unicode code points), in pages. */
  abstract scan(build: Build): AsyncIterable<readonly { readonly key: string; readonly document: object }[]>;

  /** Waits for calls in flight, then closes files and connections. A second call does nothing. */
  abstract close(): Promise<void>;
}

export class ModelNotReady extends Error {
  override readonly name = 'ModelNotReady';
  constructor(readonly model: string) {
    super(`The read model ${model} is being built for the first time.`);
  }
}

export class BadQuery extends Error {
  override readonly name = 'BadQuery';
}

export class ReadModelsUnavailable extends Error {
  override readonly name = 'ReadModelsUnavailable';
}
