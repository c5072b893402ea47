import { z } from 'zod';
import { type EventShape, versionOf } from './event-shape.js';
import { EVENTS_BY_CATEGORY } from './registry.js';

/** The text of docs/events.md, made from the schemas. */
export const eventsDocument = (): string =>
  [
    '# Events',
    'The events of the log. Generated from `src/infrastructure/events`; after a change run `npm run docs`.',
    'Data are JSON. Every field is required unless marked optional; other fields are rejected. Integers are below 2^53.',
    ...Object.entries(EVENTS_BY_CATEGORY).map(([category, shapes]) => ofCategory(category, shapes)),
    '',
  ].join('\n\n');

const ofCategory = (category: string, shapes: Readonly<Record<string, EventShape>>): string =>
  [
    `## Streams \`${category}-…\``,
    ...Object.entries(shapes).map(([type, shape]) => ofEvent(type, shape)),
  ].join('\n\n');

const ofEvent = (type: string, shape: EventShape): string => {
  const { properties = {}, required = [] } = z.toJSONSchema(shape.schema);
  const rows = Object.entries(properties).map(([field, schema]) =>
    row(field, required.includes(field), schema as JsonSchema),
  );
  return [
    `### ${type}, version ${versionOf(shape)}`,
    shape.summary,
    ['| field | type | meaning |', '| --- | --- | --- |', ...rows].join('\n'),
  ].join('\n\n');
};

/** The part of JSON Schema that these schemas use. */
type JsonSchema = {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
};

const row = (field: string, isRequired: boolean, schema: JsonSchema): string =>
  `| \`${field}\` | ${typeOf(schema)}${isRequired ? '' : ', optional'} | ${meaningOf(schema)} |`;

const typeOf = (schema: JsonSchema): string => {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.items) return `array of up to ${schema.maxItems} of ${typeOf(schema.items)}`;
  if (schema.properties) return `{ ${Object.keys(schema.properties).join(', ')} }`;
  return schema.type ?? 'any';
};

/** The description of a field; for an array of objects, with those of the inner fields. */
const meaningOf = (schema: JsonSchema): string => {
  const inner = Object.entries(schema.items?.properties ?? {});
  const fields = inner.map(([field, { description = '' }]) => `\`${field}\`: ${description}`);
  const own = schema.description ?? schema.anyOf?.find(({ description }) => description)?.description ?? '';
  return [own, ...fields].join(' ');
};
