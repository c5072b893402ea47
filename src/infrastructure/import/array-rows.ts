import { isUtf8 } from 'node:buffer';
import {
  CLOSE_ARRAY,
  endOfElement,
  nextObjectLine,
  OPEN_ARRAY,
  OPEN_OBJECT,
  skipSpace,
  UNFINISHED,
} from './json-scan.js';

/** Most bytes of one row. The longest rows of real exports have about 2,000. */
export const ROW_BYTES_MAX = 65_536;

/** An element of the array, numbered from 1: its value, or the reason why it has none. */
export type ArrayRow =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly broken: string };

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/**
 * Splits a JSON array that arrives in chunks into its elements. Keeps at most a chunk and a row in memory.
 *
 * An element is the text between two commas of the array; `JSON.parse` decides whether it is valid. After a row whose end
 * cannot be found (a quote or a brace is missing) reading resumes at the next line that starts with a brace. Of duplicate
 * keys in a row the last one is used, as in `JSON.parse`.
 */
export class ArrayRows {
  private phase: 'before' | 'inside' | 'lost' | 'after' | 'refused' = 'before';
  private data: Buffer = Buffer.alloc(0);
  /** Offset in `data` of the first byte that is not processed. */
  private at = 0;
  /** Rows found so far. */
  private count = 0;
  /** Row found by the last step. */
  private found: ArrayRow | undefined;

  /** Yields the rows that `chunk` completes, lazily, to keep them short-lived. Consume all before the next `push`. */
  *push(chunk: Buffer): Generator<ArrayRow> {
    const rest = this.data.subarray(this.at);
    this.data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.at = 0;
    yield* this.take(false);
  }

  /** Yields the rest after the last chunk: the incomplete row, and any rows after it. Call it once. */
  *end(): Generator<ArrayRow> {
    yield* this.take(true);
    if (this.phase === 'before') yield this.row('no JSON array was found');
    if (this.phase === 'inside') yield this.row('the array is not closed');
  }

  private *take(atEnd: boolean): Generator<ArrayRow> {
    // Each step advances `at` or changes the phase, and finds at most one row.
    while (this.step(atEnd)) {
      if (this.found) yield this.found;
      this.found = undefined;
    }
  }

  /** Performs one step. Returns whether the data may contain more. */
  private step(atEnd: boolean): boolean {
    switch (this.phase) {
      case 'before':
        return this.enter(atEnd);
      case 'inside':
        return this.takeElement(atEnd);
      case 'lost':
        this.at = nextObjectLine(this.data, this.at);
        if (this.data[this.at] !== OPEN_OBJECT) return false;
        this.phase = 'inside';
        return true;
      case 'after':
        this.at = skipSpace(this.data, this.at);
        if (this.at === this.data.length) return false;
        this.lose('something follows the end of the array');
        return true;
      case 'refused':
        break;
    }
    this.at = this.data.length;
    return false;
  }

  private enter(atEnd: boolean): boolean {
    if (this.data.length < BYTE_ORDER_MARK.length && !atEnd) return false;
    if (this.data.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK))
      this.at = BYTE_ORDER_MARK.length;
    this.at = skipSpace(this.data, this.at);
    if (this.at === this.data.length) return false;
    if (this.data[this.at] === OPEN_ARRAY) {
      this.phase = 'inside';
      this.at++;
    } else {
      this.phase = 'refused';
      this.found = this.row('no JSON array was found');
    }
    return true;
  }

  private takeElement(atEnd: boolean): boolean {
    const { data, at } = this;
    const end = endOfElement(data, at);
    const isTooLong = (end < 0 ? data.length : end) - at > ROW_BYTES_MAX;
    if (end === UNFINISHED && !isTooLong && (!atEnd || skipSpace(data, at) === data.length)) return false;
    if (isTooLong || end < 0) {
      this.lose(isTooLong ? `is longer than ${ROW_BYTES_MAX} bytes` : NOT_JSON);
      return true;
    }

    const isClosing = data[end] === CLOSE_ARRAY;
    const isEmptyArray = isClosing && this.count === 0 && skipSpace(data, at) === end;
    if (!isEmptyArray) this.found = this.parse(at, end);
    if (isClosing) this.phase = 'after';
    this.at = end + 1;
    return true;
  }

  private parse(from: number, to: number): ArrayRow {
    const text = this.data.toString('utf8', from, to);
    // Invalid UTF-8 decodes to this character, but a row may also contain it legitimately.
    if (text.includes('\uFFFD') && !isUtf8(this.data.subarray(from, to))) return this.row('is not UTF-8');
    try {
      const value: unknown = JSON.parse(text);
      return { number: ++this.count, value };
    } catch {
      return this.row(NOT_JSON);
    }
  }

  private lose(reason: string): void {
    this.found = this.row(reason);
    this.phase = 'lost';
    this.at = skipSpace(this.data, this.at) + 1;
  }

  private row(broken: string): ArrayRow {
    return { number: ++this.count, broken };
  }
}

const NOT_JSON = 'is not valid JSON';
