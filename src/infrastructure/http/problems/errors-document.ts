import { PROBLEMS } from './problem.js';
import { EDGE_PROBLEMS, type ProblemKind } from './problems.js';
import { REJECTIONS_BY_CONTEXT } from './rejections.js';

/** The text of docs/errors.md, made from the tables that responses use. */
export const errorsDocument = (): string =>
  [
    '# Errors',
    `Every error is a problem document (RFC 9457, \`application/problem+json\`): \`type\`, \`title\`, \`status\`, \`code\`, \`detail\`, \`traceId\` and, for invalid fields, \`errors\` with \`path\`, \`code\` and \`message\`. There are ${Object.keys(PROBLEMS).length} codes, and they are stable. Branch on \`code\`, show \`detail\` to people, and give \`traceId\` (also in \`X-Request-Id\`) to the operator.`,
    'Generated from `src/infrastructure/http`; after a change run `npm run docs`.',
    '## A command or a query was rejected',
    'The log is unchanged. The detail in a response is often more specific than the text below.',
    ...Object.entries(REJECTIONS_BY_CONTEXT).flatMap(([context, rejections]) => [
      `### ${context.charAt(0).toUpperCase()}${context.slice(1)}`,
      table(rejections),
    ]),
    '## A request could not be served',
    'Responses with status 503 have `Retry-After` if a repeat may succeed. Repeat a command with the same `Idempotency-Key`.',
    table(EDGE_PROBLEMS),
    '',
  ].join('\n\n');

const table = (problems: Readonly<Record<string, ProblemKind>>): string =>
  [
    '| code | status | meaning |',
    '| --- | --- | --- |',
    ...Object.entries(problems).map(
      ([code, { status, title, detail }]) => `| \`${code}\` | ${status} | ${title}. ${detail} |`,
    ),
  ].join('\n');
