import { z } from 'zod';
import { EventSchemas, UnknownEvent } from '../../application/ports/event-schemas.js';
import type { NewEvent, RecordedEvent } from '../../application/ports/event-store.js';
import { fits, type Fits } from '../shared/fits.js';
import { type EventShape, type Upcaster, versionOf } from './event-shape.js';
import { EVENTS_BY_CATEGORY } from './registry.js';

const NONE: readonly Upcaster[] = [];

/** Validates and upcasts events with zod schemas. */
export class ZodEventSchemas extends EventSchemas {
  private readonly shapes: ReadonlyMap<string, EventShape>;
  private readonly tests = new Map<string, Fits>();

  constructor(shapes: readonly Readonly<Record<string, EventShape>>[] = Object.values(EVENTS_BY_CATEGORY)) {
    super();
    this.shapes = new Map(shapes.flatMap((category) => Object.entries(category)));
  }

  versionFor(type: string, data: object): number {
    const shape = this.shapeOf(type);
    if (!this.testOf(type, shape)(data)) {
      const { success, error } = shape.schema.safeParse(data);
      if (!success) throw new TypeError(`${type} does not fit its schema: ${z.prettifyError(error)}`);
    }
    return versionOf(shape);
  }

  upcast<E extends NewEvent | RecordedEvent>(event: E): E {
    const { upcasters = NONE } = this.shapeOf(event.type);
    // The common case: the type has only one version.
    if (upcasters.length === 0) return event;

    const schema = 'schema' in event ? event.schema : event.metadata.schema;
    const current = upcasters.length + 1;
    if (schema === current) return event;
    if (!(schema >= 1 && schema < current))
      throw new UnknownEvent(
        `${event.type} has version ${schema}; this release supports versions 1 to ${current}.`,
      );

    const data = upcasters
      .slice(schema - 1)
      .reduce<object>((old, upcast) => upcast(old as Readonly<Record<string, unknown>>), event.data);
    return reshaped(event, data, current);
  }

  /** Compiled on first use, since few processes write events of every type. */
  private testOf(type: string, { schema }: EventShape): Fits {
    let test = this.tests.get(type);
    if (!test) this.tests.set(type, (test = fits(schema)));
    return test;
  }

  private shapeOf(type: string): EventShape {
    const shape = this.shapes.get(type);
    if (!shape) throw new UnknownEvent(`This release does not support events of the type ${type}.`);
    return shape;
  }
}

/** Copies field by field, since the fields of a store's events may be accessors, which a spread would lose. */
const reshaped = <E extends NewEvent | RecordedEvent>(event: E, data: object, schema: number): E => {
  const { id, type, metadata } = event;
  const fact: NewEvent = { id, type, data, metadata: { ...metadata, schema } };
  if (!('stream' in event)) return fact as E;
  const { stream, revision, position } = event;
  return { ...fact, stream, revision, position, schema } as E;
};
