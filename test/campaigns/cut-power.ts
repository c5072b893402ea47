import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Acknowledged } from '../support/log/appender-child.js';
import { type Campaign, must } from './campaign.js';
import { Disk, type Leaves } from './disk.js';
import { faultsOfLogIn } from './log-in.js';
import type { Syscall } from './syscalls.js';
import { lacksTracing, traced } from './traced.js';

const CLIENTS = 4;
const APPENDS = 12;

/** Small, so that the write-ahead log is checkpointed and restarted several times. */
const OFTEN = 'wal_autocheckpoint = 40';

const LEAVES: readonly Leaves[] = ['nothing', 'all', 'some'];

/** The control makes a third of the images, but enough for a significant result. */
const CONTROL_PART = 3;
const CONTROL_IMAGES_MIN = 30;

/** Nearly half of the control's images show a loss; at least this share, within three standard deviations, must do so. */
const CONTROL_SHARE = 0.4;
const lossesDue = (images: number): number =>
  CONTROL_SHARE * images - 3 * Math.sqrt(CONTROL_SHARE * (1 - CONTROL_SHARE) * images);

/**
 * Traces three appenders: one that closes, one that is killed, and one that continues after the kill. Simulates a power
 * cut after some of their calls, and opens the remaining disk contents as a log. A control repeats this with a setting
 * that is known to lose appends: unless the campaign detects those losses, it proves nothing about our setting.
 */
export const cutPower: Campaign = {
  name: 'cut-power',
  summary: 'a power cut at any moment, with torn writes: no acknowledged append is lost',
  lacks: lacksTracing,

  run: async ({ cycles, folder, tell }) => {
    const ours = await cuts(folder, 'ours', '', cycles, tell);
    const control = await cuts(
      folder,
      'control',
      'synchronous = NORMAL;',
      Math.max(CONTROL_IMAGES_MIN, Math.ceil(cycles / CONTROL_PART)),
      tell,
    );
    const faults = [...ours.faults];
    if (control.bad < lossesDue(control.images))
      faults.push(`With synchronous = NORMAL, only ${control.bad} of ${control.images} images show losses.`);
    return {
      did:
        `${ours.images} images of power cuts in ${ours.calls} calls, ${ours.bad} with faults; ` +
        `control with synchronous = NORMAL: ${control.bad} of ${control.images} with faults`,
      faults,
    };
  },
};

const cuts = async (
  folder: string,
  name: string,
  pragmas: string,
  images: number,
  tell: (progress: string) => void,
) => {
  const calls = await history(folder, join(folder, name), pragmas);
  // Spread over the whole history.
  const moments = Array.from({ length: images }, (_, i) =>
    Math.floor(((i + Math.random()) * calls.length) / images),
  );
  const disk = new Disk();
  const acknowledged: Acknowledged[] = [];
  const faults: string[] = [];
  let bad = 0;
  let done = 0;
  for (const [index, call] of calls.entries()) {
    disk.apply(call);
    if (call.call === 'acknowledge') acknowledged.push(call.append);
    for (; moments[done] === index; done++) {
      const leaves = LEAVES[done % LEAVES.length] ?? 'nothing';
      const found = await faultsAfter(disk.afterCut(leaves), acknowledged, join(folder, 'image'));
      if (found.length > 0) {
        bad++;
        faults.push(
          `power cut after call ${index} that left ${leaves} of the unsynced changes: ${found[0]} (${found.length} faults)`,
        );
      }
      tell(`${name}: ${done + 1} of ${images} images, ${bad} with faults`);
    }
  }
  return { images, bad, faults, calls: calls.length };
};

/** The system calls of three appenders that run one after the other on the same log. */
const history = async (folder: string, data: string, pragmas: string): Promise<readonly Syscall[]> => {
  mkdirSync(data);
  const run = { data, trace: join(folder, 'trace'), clients: CLIENTS, appends: APPENDS };
  const closed = await traced({ ...run, pragmas });
  must(closed.code === 0, `The first appender ended with ${closed.code}: ${closed.said}`);
  // With NORMAL there are few syncs at which to kill the process, but as many writes.
  const inject = 'pwrite64:signal=SIGKILL:when=60';
  const killed = await traced({ ...run, pragmas: `${pragmas}${OFTEN}`, inject });
  must(killed.signal === 'SIGKILL', `The second appender ended with ${killed.code}: ${killed.said}`);
  const last = await traced({ ...run, pragmas: `${pragmas}${OFTEN}` });
  must(last.code === 0, `The third appender ended with ${last.code}: ${last.said}`);
  return [closed, killed, last].flatMap(({ calls }) => calls);
};

const faultsAfter = async (
  files: ReadonlyMap<string, Buffer>,
  acknowledged: readonly Acknowledged[],
  folder: string,
): Promise<readonly string[]> => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
  return faultsOfLogIn(folder, acknowledged);
};
