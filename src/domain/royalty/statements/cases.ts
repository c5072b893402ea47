import type { CaseFacts } from './settlement.js';
import type { VerdictRules } from '../counting/verdicts.js';
import type { FinishedPlay } from '../counting/finished-play.js';

/**
 * Which case a play belongs to. A confirmed one goes before an open one, since it has been decided; among equals the
 * lower id. A released one holds nothing. A play that was told in contradictions is held whether its case has been opened
 * by now or not; confirmed, that goes before all others: there is no play to be artificial.
 */
export const caseFinder = (cases: readonly CaseFacts[]): VerdictRules['caseOf'] => {
  const conflicts = new Map(cases.filter(({ isConflict }) => isConflict).map((one) => [one.caseId, one]));
  const bySubject = new Map<string, CaseFacts>();
  for (const one of cases) {
    if (one.status === 'release' || one.isConflict) continue;
    const key = keyOf(one.subject.kind, one.subject.id);
    bySubject.set(key, better(bySubject.get(key), one));
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
    // Nearly all plays of nearly all periods.
    if (bySubject.size === 0 && play.conflict === undefined) return undefined;
    let found = conflictOf(play);
    if (found?.status !== 'confirm')
      for (const key of [
        keyOf('play', play.playId),
        ...devicesOf(play).map((deviceId) => keyOf('device', deviceId)),
        keyOf('listener', play.listenerId),
        keyOf('track', play.trackId),
      ]) {
        const one = bySubject.get(key);
        if (one) found = better(found, one);
      }
    if (!found) return undefined;
    const { caseId, status, isConflict = false } = found;
    return { caseId, confirmed: status === 'confirm', isConflict };
  };
};

const devicesOf = ({ deviceId, parts }: FinishedPlay): readonly string[] =>
  parts?.map((part) => part.deviceId) ?? [deviceId];

const keyOf = (kind: CaseFacts['subject']['kind'], id: string): string => `${kind}|${id}`;

const better = (a: CaseFacts | undefined, b: CaseFacts): CaseFacts => {
  if (!a) return b;
  if (a.status !== b.status) return a.status === 'confirm' ? a : b;
  return a.caseId < b.caseId ? a : b;
};
