import { crc32 } from 'node:zlib';
import { type Build, type Model, ModelNotReady } from '../../application/ports/read-models.js';
import type { Plan } from './plan.js';

/** The record of a build in a store. */
export type BuildRecord = Build & { readonly checkpoint: bigint };

/**
 * A checksum of a record and its state. A checkpoint that is damaged, or ahead of its documents, would skip events for good;
 * so a record whose checksum does not match counts as lost, and the model is rebuilt.
 */
export const sealOf = ({ id, model, checkpoint }: BuildRecord, state: 'live' | 'building'): number => {
  const { name, version, fields, indexes } = model;
  return crc32(
    JSON.stringify([id, name, version, Object.entries(fields), indexes, state, checkpoint.toString()]),
  );
};

/**
 * Asserts that a live build can serve a query of `queried`. A build of an older version may lack the fields of the query, and
 * may have other keys.
 *
 * @throws {ModelNotReady}
 */
export const assertAnswers = (
  live: Model,
  queried: Model,
  { keys, conditions, sort }: Pick<Plan, 'keys' | 'conditions' | 'sort'>,
) => {
  if (keys && live.version !== queried.version) throw new ModelNotReady(queried.name);
  for (const field of [...conditions.map((condition) => condition.field), ...sort]) {
    const type = Object.hasOwn(live.fields, field) ? live.fields[field] : undefined;
    if (type !== queried.fields[field]) throw new ModelNotReady(queried.name);
  }
};

/** The part of a model that a store keeps; a projection has more. */
export const modelOf = ({ name, version, fields, indexes }: Model): Model => ({
  name,
  version,
  fields,
  indexes,
});
