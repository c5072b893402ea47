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

/** Small, so that the write-ahead log is copied into the file and begun anew several times. */
const OFTEN = 'wal_autocheckpoint = 40';

const LEAVES: readonly Leaves[] = ['nothing', 'all', 'some'];

/** The control makes a third of the images, but enough to be judged by. */
const CONTROL_PART = 3;
const CONTROL_IMAGES_MIN = 30;

/** Of the control's images nearly half show a loss, and this share at least, give or take three standard deviations. */
const CONTROL_SHARE = 0.4;
const lossesDue = (images: number): number =>
  CONTROL_SHARE * images - 3 * Math.sqrt(CONTROL_SHARE * (1 - CONTROL_SHARE) * images);

/**
 * Appenders are traced: one that closes, one that is killed, one that goes on from there. Then the power is cut in
 * thought after any of their calls, and what is left on the disk is opened as a log. The same again with a setting that
 * is known to lose appends: if that is not found out, neither would ours be.
 */
export const cutPower: Campaign = {
  name: 'cut-power',
  summary: 'a power cut at any moment, torn writes and all: nothing acknowledged is lost',
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
      faults.push(
        `Losses with synchronous = NORMAL show in ${control.bad} of ${control.images} images only.`,
      );
    return {
      did:
        `${ours.images} images of cuts in ${ours.calls} calls, ${ours.bad} bad; ` +
        `as a control with synchronous = NORMAL ${control.bad} of ${control.images} bad`,
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
        faults.push(`cut after call ${index} that left ${leaves}: ${found[0]} (${found.length} in all)`);
      }
      tell(`${name}: ${done + 1} of ${images} images, ${bad} bad`);
    }
  }
  return { images, bad, faults, calls: calls.length };
};

/** The calls of three appenders on one log, one after the other. */
const history = async (folder: string, data: string, pragmas: string): Promise<readonly Syscall[]> => {
  mkdirSync(data);
  const run = { data, trace: join(folder, 'trace'), clients: CLIENTS, appends: APPENDS };
  const closed = await traced({ ...run, pragmas });
  must(closed.code === 0, `The first appender ended with ${closed.code}: ${closed.said}`);
  // With NORMAL there are few syncs to be killed at, but as many writes.
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
