import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Acknowledged } from '../support/log/appender-child.js';
import { type Campaign, must } from './campaign.js';
import { faultsOfLogIn } from './log-in.js';
import type { Syscall } from './syscalls.js';
import { lacksTracing, type Traced, traced } from './traced.js';

const APPENDS = 12;

/** Exit codes of an appender: all appended; store stopped; disk full; log could not be opened. */
const ENDS = { whole: 0, stopped: 3, full: 4, notOpened: 1 } as const;

const SYNC = 'fsync,fdatasync';

/** Faults injected into a system call; `+` also injects them into all later calls of that kind. */
const TROUBLES = [
  { calls: 'pwrite64', does: 'signal=SIGKILL' },
  { calls: SYNC, does: 'signal=SIGKILL' },
  { calls: 'ftruncate,unlink', does: 'signal=SIGKILL' },
  { calls: 'pwrite64', does: 'error=EIO' },
  { calls: 'pwrite64', does: 'error=ENOSPC' },
  { calls: 'pwrite64', does: 'error=ENOSPC', andAfter: '+' },
  { calls: SYNC, does: 'error=EIO' },
  { calls: SYNC, does: 'error=EIO', andAfter: '+' },
  { calls: SYNC, does: 'error=ENOSPC' },
  { calls: 'ftruncate', does: 'error=EIO' },
] as const;

/** State of the log that the appender opens: none; closed; left by a killed writer. */
const STARTS = ['new', 'closed', 'killed'] as const;

type Start = (typeof STARTS)[number];

type Point = { readonly start: Start; readonly trouble: (typeof TROUBLES)[number]; readonly when: number };

/** Runs one appender for each point: a combination of start state, fault, and number of the failing call. */
export const failCalls: Campaign = {
  name: 'fail-calls',
  summary: 'kill -9 or a disk error at each call: no acknowledgement after a failed sync, nothing lost',
  lacks: lacksTracing,

  run: async ({ cycles, folder, tell }) => {
    const begun = await starts(folder);
    const all = STARTS.flatMap((start) => pointsOf(start, begun.get(start)?.usual ?? []));
    const points = spread(all, cycles);
    const faults: string[] = [];
    const ends = new Map<string, number>();
    for (const [index, point] of points.entries()) {
      const data = join(folder, 'data');
      rmSync(data, { recursive: true, force: true });
      cpSync(join(folder, point.start), data, { recursive: true });
      const { calls, when } = { calls: point.trouble.calls, when: point.when };
      const inject = `${calls}:${point.trouble.does}:when=${when}${'andAfter' in point.trouble ? '+' : ''}`;
      const run = await traced({ data, trace: join(folder, 'trace'), clients: 1, appends: APPENDS, inject });
      const acknowledged = [...(begun.get(point.start)?.acknowledged ?? []), ...acknowledgedIn(run.calls)];
      for (const fault of [...misbehaviour(run, point), ...(await faultsOfLogIn(data, acknowledged))])
        faults.push(`${inject} from ${point.start}: ${fault}`);
      const end = run.signal ?? Object.entries(ENDS).find(([, code]) => code === run.code)?.[0] ?? 'odd';
      ends.set(end, (ends.get(end) ?? 0) + 1);
      tell(`${index + 1} of ${points.length} points, ${faults.length} faults`);
    }
    const ended = [...ends].map(([end, count]) => `${count} ${end}`).join(', ');
    return { did: `${points.length} of ${all.length} points; ended: ${ended}`, faults };
  },
};

/** Creates the three start states. `usual` holds the calls that an appender makes from that state without faults. */
const starts = async (folder: string) => {
  const begun = new Map<Start, { acknowledged: readonly Acknowledged[]; usual: readonly Syscall[] }>();
  for (const start of STARTS) {
    const data = join(folder, start);
    mkdirSync(data);
    const run = { data, trace: join(folder, 'trace'), clients: 1, appends: APPENDS };
    const inject = start === 'killed' ? 'pwrite64:signal=SIGKILL:when=80' : undefined;
    const made = start === 'new' ? undefined : await traced({ ...run, ...(inject && { inject }) });
    must(start !== 'killed' || made?.signal === 'SIGKILL', 'The writer was not killed.');

    const copy = join(folder, 'usual');
    cpSync(data, copy, { recursive: true });
    const { calls } = await traced({ ...run, data: copy });
    rmSync(copy, { recursive: true });
    begun.set(start, { acknowledged: acknowledgedIn(made?.calls ?? []), usual: calls });
  }
  return begun;
};

/** The calls of the disk model by the names that strace uses for them. */
const CALLED: Readonly<Record<string, readonly Syscall['call'][]>> = {
  pwrite64: ['write'],
  [SYNC]: ['sync', 'syncFolder'],
  ftruncate: ['truncate'],
  'ftruncate,unlink': ['truncate', 'unlink'],
};

/** Upper bound on the calls on files other than the log's that come before or between those on the log. */
const OTHERS_MAX = 12;

const pointsOf = (start: Start, usual: readonly Syscall[]): readonly Point[] =>
  TROUBLES.flatMap((trouble) => {
    const count = usual.filter(({ call }) => CALLED[trouble.calls]?.includes(call)).length;
    return Array.from({ length: count + OTHERS_MAX }, (_, index) => ({ start, trouble, when: index + 1 }));
  });

/** An evenly spread sample of `count` elements; all elements when there are no more than `count`. */
const spread = <T>(all: readonly T[], count: number): readonly T[] =>
  all.length <= count
    ? all
    : Array.from(
        { length: count },
        (_, index) => all[Math.floor(((index + Math.random()) * all.length) / count)] as T,
      );

const acknowledgedIn = (calls: readonly Syscall[]): readonly Acknowledged[] =>
  calls.flatMap((call) => (call.call === 'acknowledge' ? [call.append] : []));

/** Forbidden behaviour of the process. */
const misbehaviour = ({ calls, code, signal, said }: Traced, { trouble }: Point): readonly string[] => {
  const faults: string[] = [];
  const failedAt = calls.findIndex((call) => call.call === 'failed');
  if (signal === null && !Object.values<number | null>(ENDS).includes(code))
    faults.push(`exited with ${code}: ${said}`);
  if (failedAt < 0 || trouble.does === 'signal=SIGKILL') return faults;

  const after = acknowledgedIn(calls.slice(failedAt)).length;
  const before = acknowledgedIn(calls.slice(0, failedAt)).length;
  const isFull = trouble.calls === 'pwrite64' && trouble.does === 'error=ENOSPC';
  if (!isFull && after > 0 && !folderWasSynced(calls, failedAt))
    faults.push(`${after} acknowledgements after the failure`);
  if (code === ENDS.whole && before + after < APPENDS) faults.push('exited with 0, but appends are missing');
  if (code === ENDS.full && !isFull) faults.push('reported a full disk that was not full');
  return faults;
};

/** SQLite ignores a failed sync of the folder, so the store itself syncs the folder once, before the first append. */
const folderWasSynced = (calls: readonly Syscall[], failedAt: number): boolean => {
  const failed = calls[failedAt];
  const first = calls.findIndex(({ call }) => call === 'acknowledge');
  const named = calls.findIndex((call) => call.call === 'create' && call.file === 'log.db-wal');
  return (
    failed?.call === 'failed' &&
    failed.onFolder &&
    calls.slice(named, first).some(({ call }) => call === 'syncFolder')
  );
};
