import { PROBLEMS } from './problem.js';
import { EDGE_PROBLEMS, type ProblemKind } from './problems.js';
import { REJECTIONS_BY_CONTEXT } from './rejections.js';

/** docs/errors.md, from the tables that answers are made from. */
export const errorsDocument = (): string =>
  [
    '# Errors',
    `Every error is a problem document (RFC 9457, \`application/problem+json\`): \`type\`, \`title\`, \`status\`, \`code\`, \`detail\`, \`traceId\` and, where fields are wrong, \`errors\` with \`path\`, \`code\` and \`message\` of each. There are ${Object.keys(PROBLEMS).length} codes. They are stable: branch on \`code\`, show \`detail\` to people, quote \`traceId\` (also in \`X-Request-Id\`) to the operator.`,
    'Generated from `src/infrastructure/http`; after a change run `npm run docs`.',
    '## A command or a query was rejected',
    'The log is unchanged. The detail says what was expected and found.',
    ...Object.entries(REJECTIONS_BY_CONTEXT).flatMap(([context, rejections]) => [
      `### ${context.charAt(0).toUpperCase()}${context.slice(1)}`,
      table(rejections),
    ]),
    '## A request could not be served',
    'Answers with 503 carry `Retry-After` where trying again helps. A command is repeated with the same `Idempotency-Key`.',
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
