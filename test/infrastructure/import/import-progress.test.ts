import { describe, expect, test } from '@jest/globals';
import { progressLine, progressOn } from '../../../src/infrastructure/import/import-progress.js';

const importing = { phase: 'importing', rows: 12_500, bytes: 25, totalBytes: 100, elapsedMs: 500 } as const;

describe('the progress line', () => {
  test('has the share done, the rate and the time left', () =>
    expect(progressLine(importing)).toBe('importing  25 %  12,500 rows  25,000 rows/s  2 s left'));

  test('has the bytes checked while the total is unknown', () =>
    expect(progressLine({ ...importing, phase: 'checking', bytes: 1_250_000, totalBytes: 0 })).toBe(
      'checking   1.3 MB',
    ));

  test('exists before the first byte is read', () =>
    expect(progressLine({ ...importing, rows: 0, bytes: 0, elapsedMs: 0 })).toBe(
      'importing  0 %  0 rows  0 rows/s  0 s left',
    ));
});

describe('progress is shown', () => {
  const shownOn = (isTTY: boolean): string => {
    let text = '';
    const { show, close } = progressOn({ isTTY, write: (some: string) => ((text += some), true) });
    show(importing);
    show(importing);
    close();
    return text;
  };

  test('on one line of a terminal, which is cleared at the end', () => {
    const line = `\r\u001B[K${progressLine(importing)}`;
    expect(shownOn(true)).toBe(`${line}${line}\r\u001B[K`);
  });

  test('only on a terminal', () => expect(shownOn(false)).toBe(''));
});
