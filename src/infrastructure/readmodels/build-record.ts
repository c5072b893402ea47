import { crc32 } from 'node:zlib';
import { type Build, type Model, ModelNotReady } from '../../application/ports/read-models.js';
import type { Plan } from './plan.js';

/** What a store writes down about a build. */
export type BuildRecord = Build & { readonly checkpoint: bigint };

/**
 * A checksum of a record and its state. A checkpoint that was damaged, or edited to lie ahead of its documents, would
 * skip events for ever; a record whose seal is broken counts as lost, and the model is built anew.
 */
export const sealOf = ({ id, model, checkpoint }: BuildRecord, state: 'live' | 'building'): number => {
  const { name, version, fields, indexes } = model;
  return crc32(
    JSON.stringify([id, name, version, Object.entries(fields), indexes, state, checkpoint.toString()]),
  );
};

/**
 * A live build of an older version may lack fields that the query names, and its keys may be others: then the version
 * that has them is not ready.
 *
 * @throws {ModelNotReady}
 */
export const assertAnswers = (
  live: Model,
  asked: Model,
  { keys, conditions, sort }: Pick<Plan, 'keys' | 'conditions' | 'sort'>,
) => {
  if (keys && live.version !== asked.version) throw new ModelNotReady(asked.name);
  for (const field of [...conditions.map((condition) => condition.field), ...sort]) {
    const type = Object.hasOwn(live.fields, field) ? live.fields[field] : undefined;
    if (type !== asked.fields[field]) throw new ModelNotReady(asked.name);
  }
};

/** The part of a model that a store keeps; a projection has more. */
export const modelOf = ({ name, version, fields, indexes }: Model): Model => ({
  name,
  version,
  fields,
  indexes,
});
