import type { z } from 'zod';

/** Converts data of one version into data of the next. */
export type Upcaster = (old: Readonly<Record<string, unknown>>) => object;

/** The shape of one type of event, today and ever. */
export type EventShape<Data extends object = object> = {
  /** What happened, for docs/events.md. */
  readonly summary: string;
  /** Today's data. Strict: an unknown field is refused. */
  readonly schema: z.ZodObject & z.ZodType<Data>;
  /** The first turns version 1 into 2, and so on: today's version is one more than their number. */
  readonly upcasters?: readonly Upcaster[];
};

export const versionOf = (shape: EventShape): number => (shape.upcasters?.length ?? 0) + 1;

/** A shape for each event of a context, no more and no less. */
export type ShapesOf<E extends { readonly type: string; readonly data: object }> = {
  readonly [Type in E['type']]: EventShape<Extract<E, { readonly type: Type }>['data']>;
};
