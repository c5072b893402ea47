import type { CaseContent, CaseEvent, Decision } from '../domain/integrity/case.js';
import type { ProjectedEvent, Projection } from './projection.js';

export type CasePage = CaseContent & {
  readonly caseId: string;
  /** Open, or as it was decided. */
  readonly status: 'open' | Decision;
  readonly openedAt: number;
  readonly scores: readonly {
    readonly model: string;
    readonly version: string;
    /** ppm. */
    readonly score: number;
    readonly at: number;
  }[];
  readonly decidedBy?: string;
  readonly decidedAt?: number;
};

/** One document for each case; by time, by period, by state. */
export const cases: Projection<CaseEvent, CasePage> = {
  name: 'cases',
  version: 1,
  kind: 'money',
  handles: ['CaseOpened', 'ModelScoreRecorded', 'CaseDecided'],
  fields: { periodId: 'text', status: 'text', openedAt: 'integer' },
  indexes: [
    ['openedAt'],
    ['status', 'openedAt'],
    ['periodId', 'openedAt'],
    ['periodId', 'status', 'openedAt'],
  ],
  keysOf: ({ streamId }) => [streamId],
  apply: (document, event, caseId) => ({ put: after(document, event, caseId) }),
};

const after = (page: CasePage | undefined, event: ProjectedEvent<CaseEvent>, caseId: string): CasePage => {
  if (event.type === 'CaseOpened') {
    const { at, ...content } = event.data;
    return { caseId, ...content, status: 'open', openedAt: at, scores: [] };
  }
  // Money stops at an event that has no place.
  if (!page) throw new Error(`Case ${caseId} was not opened.`);
  if (event.type === 'ModelScoreRecorded') return { ...page, scores: [...page.scores, event.data] };
  const { decision, by, at } = event.data;
  return { ...page, status: decision, decidedBy: by, decidedAt: at };
};
