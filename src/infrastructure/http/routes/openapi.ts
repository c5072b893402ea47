import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';

const DESCRIPTION = `Commands append events to one log; queries read projections of that log.

- A 2xx response to a command means that its events are durable. The response holds their \`position\` in the log. Send that
  position as \`Min-Position\` with a query to make sure that the response includes the effects of the command.
- Send an \`Idempotency-Key\` with every command. If a response is lost, repeat the command with the same key.
- Documents and lists carry an \`ETag\`. Send it as \`If-None-Match\`: the service answers 304 while nothing has changed.
- Errors are problem documents (RFC 9457) with a stable \`code\`.
- Times are RFC 3339 in UTC. Durations and positions in a track are whole milliseconds.
- Money is a decimal of the major unit, as text, with a currency. Shares and credits are parts per million (ppm).
- Each operation lists the roles that may call it, in its description and in \`x-roles\`.
- Rule numbers such as R2 refer to the rules of counting and sharing; those such as F7 to the rules of fraud detection.`;

const TAGS: Readonly<Record<string, string>> = {
  catalogue: 'Artists and tracks.',
  plays: 'Reports of plays by listeners, and what listeners can see of their own plays.',
  deliveries: 'Evidence of the audio that servers sent to devices.',
  charts: 'Most played tracks.',
  royalties: 'Rules, periods, rights, statements, payee accounts, cases and audits.',
  operations: 'Health, metrics and projections.',
};

const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string().describe('Short name of the kind of problem, for people.'),
    status: z.int(),
    code: z.string().describe('Stable code of the kind of problem, for programs.'),
    detail: z.string().describe('States what is wrong and what to do next.'),
    traceId: z
      .string()
      .describe('Identifies the request in the logs of the service. Also sent as X-Request-Id.'),
    errors: z
      .array(z.strictObject({ path: z.string(), code: z.string(), message: z.string() }))
      .optional()
      .describe('The invalid fields.'),
  })
  .describe('A problem document (RFC 9457).');

type JsonSchema = Record<string, unknown>;

/** Converts zod to the JSON Schema of OpenAPI 3.1. The default converter writes the older dialect of 3.0. */
const schemaOf = (
  schema: z.ZodType,
  io: 'input' | 'output',
): { schema: JsonSchema; components: JsonSchema } => {
  const converted = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' });
  const { $schema: _dialect, $defs = {}, ...rest } = converted as JsonSchema & { $defs?: JsonSchema };
  return { schema: rest, components: $defs };
};

type Operation = { readonly description?: string; readonly 'x-roles'?: readonly string[] };
type Operations = Readonly<Record<string, Operation>>;

/** Adds the roles to the description of each operation, since documentation pages do not show `x-roles`. */
const withRoles = (operations: Operations): Operations =>
  Object.fromEntries(
    Object.entries(operations).map(([method, operation]) => {
      const { 'x-roles': roles } = operation;
      if (!roles) return [method, operation];
      const allowed = `Roles: ${roles.map((role) => `\`${role}\``).join(', ')}.`;
      const description = [operation.description, allowed].filter(Boolean).join('\n\n');
      return [method, { ...operation, description }];
    }),
  );

/** The description of the API, made from the routes and from the schemas that validate requests. */
export const describeApi = (app: INestApplication): OpenAPIObject => {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Playledger')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' });
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (_controller, method) => method,
    standardSchemaConverter: (schema, { schemaType }) => schemaOf(schema as z.ZodType, schemaType),
  });
  return {
    ...document,
    paths: Object.fromEntries(
      Object.entries(document.paths).map(([path, operations]) => [path, withRoles(operations as Operations)]),
    ),
    components: {
      ...document.components,
      schemas: { ...document.components?.schemas, Problem: schemaOf(problemSchema, 'output').schema },
    },
  };
};
