import type { z } from 'zod';

/** Converts the data of one version into that of the next. */
export type Upcaster = (old: Readonly<Record<string, unknown>>) => object;

/** The current schema of an event type, and the upcasters from its older versions. */
export type EventShape<Data extends object = object> = {
  /** The meaning of the event, for docs/events.md. */
  readonly summary: string;
  /** Data of the current version. Strict: rejects unknown fields. */
  readonly schema: z.ZodObject & z.ZodType<Data>;
  /** The first converts version 1 into 2, and so on. The current version is their number plus one. */
  readonly upcasters?: readonly Upcaster[];
};

export const versionOf = (shape: EventShape): number => (shape.upcasters?.length ?? 0) + 1;

/** Exactly one shape for each event type of a context. */
export type ShapesOf<E extends { readonly type: string; readonly data: object }> = {
  readonly [Type in E['type']]: EventShape<Extract<E, { readonly type: Type }>['data']>;
};
