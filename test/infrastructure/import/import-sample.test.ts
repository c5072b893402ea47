import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';

type Sample = { files: Record<string, object[]>; expected: object };

/** A script outside the compiled sources, hence a path that the compiler does not resolve. */
const makeSample = async (): Promise<Sample> => {
  const script = join(process.cwd(), 'sample/make.mjs');
  const { makeSample: make } = (await import(script)) as { makeSample: () => Sample };
  return make();
};

const contentOf = (name: string): unknown => {
  const bytes = readFileSync(join('sample', name));
  return JSON.parse((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString());
};

test('the sample is the output of its script', async () => {
  const { files, expected } = await makeSample();
  for (const [name, rows] of Object.entries(files)) expect(contentOf(name)).toEqual(rows);
  expect(contentOf('expected.json')).toEqual(expected);
});

test('the sample has the oddities of real exports', async () => {
  const { files } = await makeSample();
  const rows = Object.values(files).flat() as Record<string, unknown>[];
  const holds = (odd: (row: Record<string, unknown>) => boolean) =>
    expect(rows.filter(odd).length).toBeGreaterThan(0);
  holds((row) => row['msPlayed'] === 0);
  holds((row) => row['ms_played'] === 0);
  holds((row) => row['master_metadata_track_name'] === null);
  holds((row) => row['conn_country'] === 'ZZ');
  holds((row) => row['skipped'] === null);
  holds((row) => row['offline'] === true && row['offline_timestamp'] === 0);
  holds((row) => row['offline'] === true && Number(row['offline_timestamp']) > 100_000_000_000);
  holds(
    (row) =>
      row['offline'] === true && Date.parse(String(row['ts'])) < Number(row['offline_timestamp']) * 1_000,
  );
  const texts = rows.map((row) => JSON.stringify(row));
  expect(new Set(texts).size).toBeLessThan(texts.length);
  const times = (files['dune/endsong_0.json.gz'] as { ts: string }[]).map(({ ts }) => ts);
  expect(times).not.toEqual(times.toSorted());
});
