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

/** Most bytes of one row. The longest real ones have about 2,000. */
export const ROW_BYTES_MAX = 65_536;

/** One element of the array by its number, counted from 1: its value, or why it has none. */
export type ArrayRow =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly broken: string };

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/**
 * Cuts a JSON array that arrives in chunks into its elements, and holds no more than a chunk and a row.
 *
 * An element is whatever lies between two commas of the array itself, and `JSON.parse` alone judges it: nothing that
 * is not JSON passes. Behind a row that cannot even be cut out (a quote or a brace is missing) the reading goes on at
 * the next line that begins with a brace. Of a key that a row has twice the last one holds, as in `JSON.parse`.
 */
export class ArrayRows {
  private phase: 'before' | 'inside' | 'lost' | 'behind' | 'refused' = 'before';
  private data: Buffer = Buffer.alloc(0);
  /** What lies before is done with. */
  private at = 0;
  /** Rows found so far. */
  private count = 0;
  /** What the last step found. */
  private found: ArrayRow | undefined;

  /**
   * The rows that `chunk` completes, each made when it is asked for: they live no longer than they are needed. To be
   * read to their end before the next chunk.
   */
  *push(chunk: Buffer): Generator<ArrayRow> {
    const rest = this.data.subarray(this.at);
    this.data = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.at = 0;
    yield* this.take(false);
  }

  /** To be called once, at the end of the content: the row that was not completed, and what can be read behind it. */
  *end(): Generator<ArrayRow> {
    yield* this.take(true);
    if (this.phase === 'before') yield this.row('there is no JSON array');
    if (this.phase === 'inside') yield this.row('the array is not closed');
  }

  private *take(atEnd: boolean): Generator<ArrayRow> {
    // Each step moves `at` or the phase, and finds one row at most.
    while (this.step(atEnd)) {
      if (this.found) yield this.found;
      this.found = undefined;
    }
  }

  /** Whether there may be more to do with the data at hand. */
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
      case 'behind':
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
      this.found = this.row('there is no JSON array');
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
    if (isClosing) this.phase = 'behind';
    this.at = end + 1;
    return true;
  }

  private parse(from: number, to: number): ArrayRow {
    const text = this.data.toString('utf8', from, to);
    // Bytes that are not UTF-8 are decoded to this character; a row may also hold it in its own right.
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
