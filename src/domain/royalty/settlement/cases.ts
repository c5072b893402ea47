import type { CaseFacts } from './settle.js';
import type { SettledPlay, VerdictRules } from './verdicts.js';

/**
 * Which case a play belongs to. A confirmed one goes before an open one, since it has been decided; among equals the
 * lower id. A released one holds nothing.
 */
export const caseFinder = (cases: readonly CaseFacts[]): VerdictRules['caseOf'] => {
  const relevant = cases.filter(({ status }) => status !== 'release');
  if (relevant.length === 0) return () => undefined;

  const bySubject = new Map<string, CaseFacts>();
  for (const one of relevant) {
    const key = keyOf(one.subject.kind, one.subject.id);
    bySubject.set(key, better(bySubject.get(key), one));
  }
  return (play: SettledPlay) => {
    let found: CaseFacts | undefined;
    for (const key of [
      keyOf('play', play.playId),
      keyOf('device', play.deviceId),
      keyOf('listener', play.listenerId),
      keyOf('track', play.trackId),
    ]) {
      const one = bySubject.get(key);
      if (one) found = better(found, one);
    }
    return found && { caseId: found.caseId, confirmed: found.status === 'confirm' };
  };
};

const keyOf = (kind: CaseFacts['subject']['kind'], id: string): string => `${kind}|${id}`;

const better = (a: CaseFacts | undefined, b: CaseFacts): CaseFacts => {
  if (!a) return b;
  if (a.status !== b.status) return a.status === 'confirm' ? a : b;
  return a.caseId < b.caseId ? a : b;
};
