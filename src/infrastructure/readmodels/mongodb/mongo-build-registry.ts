import type { Collection, Db } from 'mongodb';
import { type Build, type Model, ReadModelsUnavailable } from '../../../application/ports/read-models.js';
import { type BuildRecord, modelOf, sealOf } from '../build-record.js';

type State = 'live' | 'building';

type Entry = {
  readonly id: string;
  readonly version: number;
  /** JSON, because not every server of the protocol stores nested arrays. */
  readonly fields: string;
  readonly indexes: string;
  readonly checkpoint: bigint;
  readonly seal: number;
};

/** One document for each model: a swap is one atomic update. */
type Row = { readonly _id: string; readonly live?: Entry; readonly building?: Entry };

export type Builds = { readonly live?: BuildRecord; readonly building?: BuildRecord };

/** The builds and their checkpoints. */
export class MongoBuildRegistry {
  private readonly rows: Collection<Row>;

  constructor(database: Db) {
    this.rows = database.collection<Row>('builds');
  }

  async builds(model: Model): Promise<Builds> {
    const row = await this.rows.findOne({ _id: model.name });
    const live = row?.live && recordOf(model.name, row.live, 'live');
    const building = row?.building && recordOf(model.name, row.building, 'building');
    return { ...(live && { live }), ...(building && { building }) };
  }

  /** @throws {ReadModelsUnavailable} when the build was thrown away, or its record is damaged */
  async get(build: Build): Promise<BuildRecord & { readonly state: State }> {
    const { live, building } = await this.builds(build.model);
    if (live?.id === build.id) return { ...live, state: 'live' };
    if (building?.id === build.id) return { ...building, state: 'building' };
    throw new ReadModelsUnavailable(`Build ${build.id} of ${build.model.name} is gone.`);
  }

  /** Ids of all builds, damaged records included. */
  async ids(model: Model): Promise<readonly string[]> {
    const row = await this.rows.findOne({ _id: model.name });
    return [row?.live, row?.building].flatMap((entry) => (entry ? [entry.id] : []));
  }

  /** Makes it the build under way, in place of any other. */
  async add(record: BuildRecord): Promise<void> {
    await this.rows.updateOne(
      { _id: record.model.name },
      { $set: { building: entryOf(record, 'building') } },
      { upsert: true },
    );
  }

  /** @throws {ReadModelsUnavailable} when the build is no longer the building one */
  async makeLive(record: BuildRecord): Promise<void> {
    const { matchedCount } = await this.rows.updateOne(
      { _id: record.model.name, 'building.id': record.id },
      { $set: { live: entryOf(record, 'live') }, $unset: { building: '' } },
    );
    if (matchedCount === 0) await this.get(record);
  }

  /** Forward only. @throws {ReadModelsUnavailable} when the build is gone */
  async moveCheckpoint({ state, ...record }: BuildRecord & { readonly state: State }): Promise<void> {
    const { checkpoint, seal } = entryOf(record, state);
    const { matchedCount } = await this.rows.updateOne(
      { _id: record.model.name, [`${state}.id`]: record.id, [`${state}.checkpoint`]: { $lt: checkpoint } },
      { $set: { [`${state}.checkpoint`]: checkpoint, [`${state}.seal`]: seal } },
    );
    if (matchedCount === 1) return;
    const now = await this.get(record);
    if (now.checkpoint < checkpoint)
      throw new ReadModelsUnavailable(`Build ${record.id} was just swapped in.`);
  }
}

const entryOf = (record: BuildRecord, state: State): Entry => ({
  id: record.id,
  version: record.model.version,
  fields: JSON.stringify(record.model.fields),
  indexes: JSON.stringify(record.model.indexes),
  checkpoint: record.checkpoint,
  seal: sealOf(record, state),
});

const recordOf = (name: string, entry: Entry, state: State): BuildRecord | undefined => {
  try {
    const { id, version, checkpoint, seal } = entry;
    const fields = JSON.parse(entry.fields) as Model['fields'];
    const indexes = JSON.parse(entry.indexes) as Model['indexes'];
    const record = { id, model: modelOf({ name, version, fields, indexes }), checkpoint };
    return typeof checkpoint === 'bigint' && sealOf(record, state) === seal ? record : undefined;
  } catch {
    return undefined; // Not JSON, or not there at all: the record is damaged.
  }
};
