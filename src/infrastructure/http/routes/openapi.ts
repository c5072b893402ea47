import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';

const DESCRIPTION = `Commands append facts to one log; whatever is read is a fold of that log.

- A 2xx answer to a command means that it is durable. It names the \`position\` in the log; sent as \`Min-Position\` with
  a query, that position makes the answer show what the command did.
- Send an \`Idempotency-Key\` with every command: it may then be repeated when an answer was lost.
- Documents and lists carry an \`ETag\`; sent as \`If-None-Match\` it is answered by 304 as long as nothing has changed.
- Errors are problem documents (RFC 9457) with a stable \`code\`.
- Times are RFC 3339 in UTC. Durations and positions in a track are whole milliseconds.
- Every operation names the roles that it serves in \`x-roles\`.`;

const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string().describe('What kind of problem it is, for people.'),
    status: z.int(),
    code: z.string().describe('What kind of problem it is, for programs: stable.'),
    detail: z.string().describe('What is wrong and what to do about it.'),
    traceId: z
      .string()
      .describe('Names the request; the operator finds it in the log. Also in X-Request-Id.'),
    errors: z
      .array(z.strictObject({ path: z.string(), code: z.string(), message: z.string() }))
      .optional()
      .describe('The fields that are wrong.'),
  })
  .describe('A problem document (RFC 9457).');

type JsonSchema = Record<string, unknown>;

/** zod to the JSON Schema of OpenAPI 3.1. The default converter writes the older dialect of 3.0. */
const schemaOf = (
  schema: z.ZodType,
  io: 'input' | 'output',
): { schema: JsonSchema; components: JsonSchema } => {
  const converted = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' });
  const { $schema: _dialect, $defs = {}, ...rest } = converted as JsonSchema & { $defs?: JsonSchema };
  return { schema: rest, components: $defs };
};

/** The description of the API, made from the routes and from the schemas that validate. */
export const describeApi = (app: INestApplication): OpenAPIObject => {
  const outline = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Playledger')
    .setDescription(DESCRIPTION)
    .setVersion('1')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, outline, {
    operationIdFactory: (_controller, method) => method,
    standardSchemaConverter: (schema, { schemaType }) => schemaOf(schema as z.ZodType, schemaType),
  });
  return {
    ...document,
    components: {
      ...document.components,
      schemas: { ...document.components?.schemas, Problem: schemaOf(problemSchema, 'output').schema },
    },
  };
};
