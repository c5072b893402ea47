import type { CaseContent, CaseEvent, Decision } from '../../domain/integrity/case.js';
import type { ProjectedEvent, Projection } from '../projection.js';

export type CasePage = CaseContent & {
  readonly caseId: string;
  /** `open`, or the decision. */
  readonly status: 'open' | Decision;
  readonly openedAt: number;
  /** Log positions of the opening, and of the last event that changed its effect on money. */
  readonly openedPosition: number;
  readonly position: number;
  readonly scores: readonly {
    readonly model: string;
    readonly version: string;
    /** In ppm. */
    readonly score: number;
    readonly at: number;
  }[];
  readonly decidedBy?: string;
  readonly decidedAt?: number;
};

/** One document per case, indexed by time, period and status. */
export const cases: Projection<CaseEvent, CasePage> = {
  name: 'cases',
  version: 2,
  kind: 'money',
  handles: ['CaseOpened', 'ModelScoreRecorded', 'CaseDecided'],
  fields: { periodId: 'text', status: 'text', openedAt: 'integer', position: 'integer' },
  indexes: [
    ['openedAt'],
    ['status', 'openedAt'],
    ['periodId', 'openedAt'],
    ['periodId', 'status', 'openedAt'],
    ['periodId', 'position'],
  ],
  keysOf: ({ streamId }) => [streamId],
  apply: (document, event, caseId) => ({ put: after(document, event, caseId) }),
};

const after = (page: CasePage | undefined, event: ProjectedEvent<CaseEvent>, caseId: string): CasePage => {
  if (event.type === 'CaseOpened') {
    const { at, ...content } = event.data;
    const position = Number(event.position);
    const opened = { openedAt: at, openedPosition: position, position };
    return { caseId, ...content, status: 'open', ...opened, scores: [] };
  }
  // Throws, so that this `money` projection stops.
  if (!page) throw new Error(`Case ${caseId} was not opened.`);
  if (event.type === 'ModelScoreRecorded') return { ...page, scores: [...page.scores, event.data] };
  const { decision, by, at } = event.data;
  return { ...page, status: decision, position: Number(event.position), decidedBy: by, decidedAt: at };
};
