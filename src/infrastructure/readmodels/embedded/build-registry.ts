import { START } from '../../../application/ports/event-store.js';
import { type Build, type Model, ReadModelsUnavailable } from '../../../application/ports/read-models.js';
import { type BuildRecord, modelOf, sealOf } from '../build-record.js';
import type { Database } from './database.js';

type State = 'live' | 'building';
type Row = {
  readonly id: bigint;
  readonly model: string;
  readonly version: bigint;
  readonly fields: string;
  readonly indexes: string;
  readonly state: State;
  readonly checkpoint: bigint;
  readonly seal: bigint;
};

const COLUMNS = 'id, model, version, fields, indexes, state, checkpoint, seal';

/** The builds and their checkpoints. Every look-up reads the file, because another process may write it. */
export class BuildRegistry {
  constructor(private readonly database: Database) {}

  find(model: Model, state: State): BuildRecord | undefined {
    const row = this.select('model = ? AND state = ?').get(model.name, state) as Row | undefined;
    return row && recordOf(row);
  }

  /** @throws {ReadModelsUnavailable} when the build was thrown away, or its record is damaged */
  get(build: Build): BuildRecord & { readonly state: State } {
    const row = this.select('id = ?').get(BigInt(build.id)) as Row | undefined;
    const record = row && recordOf(row);
    if (record && row.model === build.model.name) return { ...record, state: row.state };
    throw new ReadModelsUnavailable(`Build ${build.id} of ${build.model.name} is gone.`);
  }

  /** Ids of the builds in a state, damaged records included. */
  ids(model: Model, state: State): readonly string[] {
    const rows = this.select('model = ? AND state = ?').all(model.name, state) as Row[];
    return rows.map(({ id }) => id.toString());
  }

  add(model: Model): BuildRecord {
    const { lastInsertRowid } = this.database
      .prepare(
        `INSERT INTO builds (model, version, fields, indexes, state, checkpoint, seal)
         VALUES (?, ?, ?, ?, 'building', ?, 0)`,
      )
      .run(model.name, model.version, JSON.stringify(model.fields), JSON.stringify(model.indexes), START);
    const record = { id: lastInsertRowid.toString(), model: modelOf(model), checkpoint: START };
    this.write(record, 'building');
    return record;
  }

  write(record: BuildRecord, state: State): void {
    this.database
      .prepare('UPDATE builds SET state = ?, checkpoint = ?, seal = ? WHERE id = ?')
      .run(state, record.checkpoint, sealOf(record, state), BigInt(record.id));
  }

  remove(id: string): void {
    this.database.prepare('DELETE FROM builds WHERE id = ?').run(BigInt(id));
  }

  private select(condition: string) {
    const statement = this.database.prepare(`SELECT ${COLUMNS} FROM builds WHERE ${condition}`);
    statement.setReadBigInts(true);
    return statement;
  }
}

const recordOf = ({
  id,
  model,
  version,
  fields,
  indexes,
  state,
  checkpoint,
  seal,
}: Row): BuildRecord | undefined => {
  try {
    const record = {
      id: id.toString(),
      model: {
        name: model,
        version: Number(version),
        fields: JSON.parse(fields) as Model['fields'],
        indexes: JSON.parse(indexes) as Model['indexes'],
      },
      checkpoint,
    };
    return BigInt(sealOf(record, state)) === seal ? record : undefined;
  } catch {
    return undefined; // Not JSON: the record is damaged.
  }
};
