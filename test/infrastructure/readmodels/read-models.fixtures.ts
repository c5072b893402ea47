import { randomUUID } from 'node:crypto';
import type { Model, ReadModels, Write } from '../../../src/application/ports/read-models.js';

/** Two instances on the same store, as in a projector and an API process. */
export type OpenedReadModels = { readonly projector: ReadModels; readonly queries: ReadModels };

export const put = (
  key: string,
  position: bigint,
  document: object = { at: position.toString() },
): Write => ({
  key,
  document,
  position,
});
export const drop = (key: string, position: bigint): Write => ({ key, document: undefined, position });

/** A model with a unique name, because the store may be shared. */
export const uniqueModel = (over: Partial<Model> = {}): Model => ({
  name: `contract-${randomUUID()}`,
  version: 1,
  fields: {},
  indexes: [],
  ...over,
});

export const byCodePoint = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
