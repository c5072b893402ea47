import { type Command, type Decider, type Event, type Rejection, reject } from '../decider.js';
import { PPM } from '../shared/exact/integers.js';

/** The rules that open a case on suspicion: F1 to F12 of the rule book, and `MODEL`, a model whose score is recorded. */
export const SUSPICION_RULES = [
  'F1',
  'F2',
  'F3',
  'F4',
  'F5',
  'F6',
  'F7',
  'F8',
  'F9',
  'F10',
  'F11',
  'F12',
  'MODEL',
] as const;
/** `CONFLICTING_REPORT`: a device contradicted itself (R15). */
export const CASE_RULES = [...SUSPICION_RULES, 'CONFLICTING_REPORT'] as const;
export type CaseRule = (typeof CASE_RULES)[number];

export const SUBJECT_KINDS = ['track', 'listener', 'play', 'device'] as const;
export type CaseSubject = { readonly kind: (typeof SUBJECT_KINDS)[number]; readonly id: string };

/** The suspicion and its rule. `rulesVersion`: the hash of the ruleset that holds the rule's parameters. */
export type CaseContent = {
  readonly rule: CaseRule;
  readonly rulesVersion: string;
  readonly periodId: string;
  readonly subject: CaseSubject;
  /** SHA-256, hexadecimal, of the evidence. */
  readonly evidenceHash: string;
  /**
   * Log position, decimal, up to which plays were examined, or of the report that contradicts another one. Absent when a
   * person opened the case.
   */
  readonly fence?: string;
};

export type CaseOpened = Event<'CaseOpened', CaseContent & { at: number }>;
/** A model's score, in ppm, recorded so that a replay does not run the model. A score alone never changes money. */
export type ModelScoreRecorded = Event<
  'ModelScoreRecorded',
  { model: string; version: string; score: number; at: number }
>;
export type Decision = 'confirm' | 'release';
export type CaseDecided = Event<'CaseDecided', { decision: Decision; by: string; at: number }>;

export type CaseEvent = CaseOpened | ModelScoreRecorded | CaseDecided;

export type OpenCase = Command<'OpenCase', CaseOpened['data']>;
export type RecordModelScore = Command<'RecordModelScore', ModelScoreRecorded['data']>;
export type DecideCase = Command<'DecideCase', CaseDecided['data']>;

export type CaseCommand = OpenCase | RecordModelScore | DecideCase;

export type CaseRejection = Rejection<
  'CaseExists' | 'CaseNotFound' | 'CaseIsDecided' | 'BadScore' | 'ReportedOtherwise' | 'TooManyScores'
>;

type Score = { readonly model: string; readonly version: string; readonly score: number };

export type CaseState =
  | { readonly status: 'unknown' }
  | {
      readonly status: 'open' | Decision;
      readonly content: CaseContent;
      readonly scores: readonly Score[];
    };

/** Most scores of one case: one for each version of a model. */
export const SCORES_MAX = 100;

const decide = (command: CaseCommand, state: CaseState): readonly CaseEvent[] | CaseRejection => {
  if (command.type === 'OpenCase') {
    if (state.status === 'unknown') return [{ type: 'CaseOpened', data: command.data }];
    return isSame(state.content, command.data)
      ? []
      : reject('CaseExists', 'A case with this id has other content.');
  }
  if (state.status === 'unknown') return reject('CaseNotFound', 'The case does not exist.');

  if (command.type === 'DecideCase') {
    if (state.status === 'open') return [{ type: 'CaseDecided', data: command.data }];
    return state.status === command.data.decision ? [] : DECIDED;
  }

  const { model, version, score } = command.data;
  if (!Number.isSafeInteger(score) || score < 0 || score > PPM)
    return reject('BadScore', `A score is 0 to ${PPM} ppm.`);
  const before = state.scores.find((known) => known.model === model && known.version === version);
  if (before)
    return before.score === score
      ? []
      : reject(
          'ReportedOtherwise',
          'This version of the model has another score in this case. Record a new score under a new version.',
        );
  if (state.status !== 'open') return DECIDED;
  return state.scores.length < SCORES_MAX
    ? [{ type: 'ModelScoreRecorded', data: command.data }]
    : reject('TooManyScores', `A case has ${SCORES_MAX} scores at most.`);
};

const DECIDED = reject('CaseIsDecided', 'The case is decided. A case can be decided only once.');

const isSame = (a: CaseContent, b: CaseContent): boolean =>
  a.rule === b.rule &&
  a.rulesVersion === b.rulesVersion &&
  a.periodId === b.periodId &&
  a.subject.kind === b.subject.kind &&
  a.subject.id === b.subject.id &&
  a.evidenceHash === b.evidenceHash;

const evolve = (state: CaseState, event: CaseEvent): CaseState => {
  if (event.type === 'CaseOpened') {
    const { at: _at, ...content } = event.data;
    return { status: 'open', content, scores: [] };
  }
  if (state.status === 'unknown') return state;
  if (event.type === 'CaseDecided') return { ...state, status: event.data.decision };
  const { model, version, score } = event.data;
  return { ...state, scores: [...state.scores, { model, version, score }] };
};

/** A suspicion that holds money until a person decides (F1 to F12). */
export const integrityCase: Decider<CaseCommand, CaseEvent, CaseState, CaseRejection> = {
  category: 'case',
  initial: { status: 'unknown' },
  decide,
  evolve,
};
