import type { CaseFacts } from './settlement.js';
import type { VerdictRules } from '../counting/verdicts.js';
import type { FinishedPlay } from '../counting/finished-play.js';

/**
 * Finds the case of a play. A confirmed case takes precedence over an open one, then the lower id. Released cases hold
 * nothing. A play with contradicting reports is held even before its case is opened; once confirmed, that case takes
 * precedence over all others (R15).
 */
export const caseFinder = (cases: readonly CaseFacts[]): VerdictRules['caseOf'] => {
  const conflicts = new Map(
    cases.filter(({ isConflict }) => isConflict).map((conflict) => [conflict.caseId, conflict]),
  );
  const bySubject = new Map<string, CaseFacts>();
  for (const facts of cases) {
    if (facts.status === 'release' || facts.isConflict) continue;
    const key = keyOf(facts.subject.kind, facts.subject.id);
    bySubject.set(key, preferred(bySubject.get(key), facts));
  }
  const conflictOf = ({ playId, conflict }: FinishedPlay): CaseFacts | undefined => {
    if (conflict === undefined) return undefined;
    const found = conflicts.get(conflict);
    if (found?.status === 'release') return undefined;
    return (
      found ?? { caseId: conflict, subject: { kind: 'play', id: playId }, status: 'open', isConflict: true }
    );
  };

  return (play: FinishedPlay) => {
    // Fast path for nearly all plays.
    if (bySubject.size === 0 && play.conflict === undefined) return undefined;
    let found = conflictOf(play);
    if (found?.status !== 'confirm')
      for (const key of [
        keyOf('play', play.playId),
        ...devicesOf(play).map((deviceId) => keyOf('device', deviceId)),
        keyOf('listener', play.listenerId),
        keyOf('track', play.trackId),
      ]) {
        const facts = bySubject.get(key);
        if (facts) found = preferred(found, facts);
      }
    if (!found) return undefined;
    const { caseId, status, isConflict = false } = found;
    return { caseId, confirmed: status === 'confirm', isConflict };
  };
};

const devicesOf = ({ deviceId, parts }: FinishedPlay): readonly string[] =>
  parts?.map((part) => part.deviceId) ?? [deviceId];

const keyOf = (kind: CaseFacts['subject']['kind'], id: string): string => `${kind}|${id}`;

const preferred = (a: CaseFacts | undefined, b: CaseFacts): CaseFacts => {
  if (!a) return b;
  if (a.status !== b.status) return a.status === 'confirm' ? a : b;
  return a.caseId < b.caseId ? a : b;
};
