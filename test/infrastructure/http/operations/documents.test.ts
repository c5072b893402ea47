import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { errorsDocument } from '../../../../src/infrastructure/http/problems/errors-document.js';
import { PROBLEMS } from '../../../../src/infrastructure/http/problems/problem.js';
import { EDGE_PROBLEMS } from '../../../../src/infrastructure/http/problems/problems.js';
import { merged } from '../../../../src/infrastructure/http/problems/merged.js';
import {
  REJECTIONS,
  REJECTIONS_BY_CONTEXT,
} from '../../../../src/infrastructure/http/problems/rejections.js';
import { bootApp, type TestApp } from '../../../support/http/test-app.js';

let service: TestApp;
beforeAll(async () => {
  service = await bootApp();
});
afterAll(() => service.stop());

/** The content of the file; `UPDATE=1` writes the file first. */
const kept = (file: string, current: string): string => {
  if (process.env['UPDATE'] === '1') writeFileSync(file, current);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

type Operation = {
  readonly summary?: string;
  readonly operationId?: string;
  readonly security?: readonly object[];
  readonly 'x-roles'?: readonly string[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: object }>>;
};

describe('docs/openapi.json', () => {
  test('matches the response of the service', async () => {
    const { text } = await service.request('GET', '/openapi.json');
    const current = `${JSON.stringify(JSON.parse(text), undefined, 2)}\n`;
    expect(kept('docs/openapi.json', current)).toBe(current);
  });

  test('is OpenAPI 3.1 without dangling references', async () => {
    const { json, text } = await service.request('GET', '/openapi.json');
    expect(json.openapi).toBe('3.1.0');
    const referred = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name = '']) => name,
    );
    expect(new Set(referred).difference(new Set(Object.keys(json.components.schemas)))).toEqual(new Set());
    expect(referred).toContain('Problem');
    // The dialect of 3.0 would write a flag here.
    expect(text).not.toContain('"exclusiveMinimum":true');
  });

  test('describes each operation with summary, roles and responses', async () => {
    const { json } = await service.request('GET', '/openapi.json');
    const operations = Object.entries(json.paths as Record<string, Record<string, Operation>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    expect(operations.length).toBeGreaterThan(15);
    for (const { path, method, operation } of operations) {
      const { summary, responses, security, requestBody } = operation;
      const where = `${method} ${path}`;
      expect([where, summary]).toEqual([where, expect.stringMatching(/^[A-Z].{8,}/)]);
      expect([where, Object.keys(responses).some((status) => status.startsWith('2'))]).toEqual([where, true]);
      for (const { description } of Object.values(responses))
        expect([where, description]).not.toEqual([where, '']);
      if (path === '/healthz' || path === '/readyz') continue;
      expect([where, security]).toEqual([where, [{ bearer: [] }]]);
      expect([where, operation['x-roles']]).toEqual([where, expect.arrayContaining([expect.any(String)])]);
      expect([where, Object.keys(responses)]).toEqual([where, expect.arrayContaining(['401', '403'])]);
      if (method === 'post')
        expect([where, Object.keys(requestBody?.content ?? {})]).toEqual([where, ['application/json']]);
    }
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('names only codes that exist', async () => {
    const { json } = await service.request('GET', '/openapi.json');
    const named = Object.values(json.paths as Record<string, Record<string, Operation>>)
      .flatMap((methods) => Object.values(methods))
      .flatMap(({ responses }) => Object.entries(responses))
      .filter(([status]) => Number(status) >= 400)
      .flatMap(([, { description }]) => description.split(/[,\s]+/));
    expect(new Set(named).difference(new Set(Object.keys(PROBLEMS)))).toEqual(new Set());
  });
});

describe('docs/errors.md', () => {
  test('matches the tables', () => {
    expect(kept('docs/errors.md', errorsDocument())).toBe(errorsDocument());
  });

  /** The codes that these sources raise. */
  const raisedIn = (sources: string): ReadonlySet<string> =>
    new Set(
      globSync(sources).flatMap((file) =>
        [
          ...readFileSync(file, 'utf8').matchAll(/\b(?:reject\(|new Problem\(|found\([^;]*?,)\s*'(\w+)'/g),
        ].map(([, code = '']) => code),
      ),
    );

  test('lists every rejection of the sources, and no other', () => {
    const raised = raisedIn('src/{domain,application,infrastructure}/**/*.ts');
    expect(new Set(Object.keys(REJECTIONS))).toEqual(raised.difference(new Set(Object.keys(EDGE_PROBLEMS))));
  });

  const { common, ...contexts } = REJECTIONS_BY_CONTEXT;

  test.each(Object.entries(contexts))(
    'lists under %s only codes that this context raises',
    (context, table) => {
      const raised = raisedIn(`src/{domain,application,infrastructure/http}/${context}/**/*.ts`);
      expect(Object.keys(table).filter((code) => !raised.has(code))).toEqual([]);
    },
  );

  test('lists as common only codes of the infrastructure or of several domains', () => {
    const ofMachinery = raisedIn('src/application/streams/*.ts');
    const raisers = (code: string) =>
      Object.keys(contexts).filter((context) => raisedIn(`src/domain/${context}/**/*.ts`).has(code));
    expect(Object.keys(common).filter((code) => !ofMachinery.has(code) && raisers(code).length < 2)).toEqual(
      [],
    );
  });

  test('has no code in two tables', () => {
    const table = { Twice: { status: 409, title: 'Twice', detail: 'In two tables.' } };
    expect(() => merged(table, table)).toThrow('Twice');
  });

  test('lists only problems of the edge that are used', () => {
    const sources = globSync('src/infrastructure/http/**/*.ts')
      .filter((file) => !/\/(?:problems|rejections)\.ts$/.test(file))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    expect(Object.keys(EDGE_PROBLEMS).filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
  });

  test('has client errors and server errors only', () => {
    for (const [code, { status, detail }] of Object.entries(PROBLEMS)) {
      expect([code, status >= 400 && status < 600]).toEqual([code, true]);
      expect([code, detail]).toEqual([code, expect.stringMatching(/\.$/)]);
    }
  });
});
