import { type Command, type Decider, type Event, type Rejection, reject } from '../decider.js';
import { PPM } from '../shared/exact/integers.js';

/** The rules by which people suspect, by their numbers in the rule book; `MODEL`: a model, whose score is recorded. */
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

/** What is suspected, and by which rule. `rulesVersion`: the hash of the ruleset that has its parameters. */
export type CaseContent = {
  readonly rule: CaseRule;
  readonly rulesVersion: string;
  readonly periodId: string;
  readonly subject: CaseSubject;
  /** SHA-256, hexadecimal, of what the suspicion rests on. */
  readonly evidenceHash: string;
  /**
   * Position in the log, decimal, up to which plays were examined; of the report that contradicts another one. Absent
   * where a person brought the case in.
   */
  readonly fence?: string;
};

export type CaseOpened = Event<'CaseOpened', CaseContent & { at: number }>;
/** What a model said, so that a replay asks no model. `score` in ppm. It never touches money by itself. */
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

/** Models and versions of them that speak to one case. */
export const SCORES_MAX = 100;

const decide = (command: CaseCommand, state: CaseState): readonly CaseEvent[] | CaseRejection => {
  if (command.type === 'OpenCase') {
    if (state.status === 'unknown') return [{ type: 'CaseOpened', data: command.data }];
    return isSame(state.content, command.data)
      ? []
      : reject('CaseExists', 'A case with this id has other content.');
  }
  if (state.status === 'unknown') return reject('CaseNotFound', 'There is no such case.');

  if (command.type === 'DecideCase') {
    if (state.status === 'open') return [{ type: 'CaseDecided', data: command.data }];
    return state.status === command.data.decision ? [] : DECIDED;
  }

  const { model, version, score } = command.data;
  if (!Number.isSafeInteger(score) || score < 0 || score > PPM)
    return reject('BadScore', `A score is 0 to ${PPM} ppm.`);
  const before = state.scores.find((one) => one.model === model && one.version === version);
  if (before)
    return before.score === score
      ? []
      : reject('ReportedOtherwise', 'This version of the model gave another score before.');
  if (state.status !== 'open') return DECIDED;
  return state.scores.length < SCORES_MAX
    ? [{ type: 'ModelScoreRecorded', data: command.data }]
    : reject('TooManyScores', `A case has ${SCORES_MAX} scores at most.`);
};

const DECIDED = reject('CaseIsDecided', 'A case is decided once.');

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

/** A suspicion that keeps money back until a person decides (F1 to F12). */
export const integrityCase: Decider<CaseCommand, CaseEvent, CaseState, CaseRejection> = {
  category: 'case',
  initial: { status: 'unknown' },
  decide,
  evolve,
};
