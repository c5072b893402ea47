import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedEvent } from '../../src/application/ports/event-store.js';
import { playledger } from '../support/cli/program.js';
import { type Campaign, must, type Outcome, type Trial } from './campaign.js';
import { type Deployment, embedded, onServers } from './deployments.js';
import { monthNumber, writeHistory } from './histories.js';
import { claimTracks, Clerk, STEPS, type Step } from './settlement-clerk.js';

const PLAYS_A_MONTH = 250;
/** The steps in which the service is killed, in turn. */
const VICTIMS: readonly Step[] = ['close', 'restate', 'credit', 'release', 'propose', 'revenue', 'refund'];

/** On the embedded engines: one process and one data folder. */
export const killSettlements: Campaign = {
  name: 'kill-settlements',
  summary: 'kill -9 in a close, a restatement or a payout: the books equal those of an undisturbed run',
  run: (trial) => settleThroughKills(trial, embedded),
};

const MONGODB_URL = process.env['PLAYLEDGER_TEST_MONGODB_URL'];

/** One process for each of two sets of roles; either or both are killed. */
export const killOnServers: Campaign = {
  name: 'kill-on-servers',
  summary: 'the same on servers: the EventStoreDB test server, and PLAYLEDGER_TEST_MONGODB_URL',
  lacks: () => (MONGODB_URL ? undefined : 'PLAYLEDGER_TEST_MONGODB_URL is not set.'),
  run: (trial) => settleThroughKills(trial, onServers(MONGODB_URL ?? '')),
};

/**
 * Closes, refunds, restates and pays out months over HTTP. In each month, the service is killed during one step, and the
 * clerk repeats that step under the same idempotency key. A second deployment settles the same months undisturbed.
 */
const settleThroughKills = async (
  { cycles, folder, tell }: Trial,
  deploy: (folder: string) => Promise<Deployment>,
): Promise<Outcome> => {
  const months = Array.from({ length: cycles }, (_, index) => monthNumber(index));
  const history = writeHistory(folder, 'ada', { plays: PLAYS_A_MONTH * cycles, months: cycles });
  const deployments: Deployment[] = [];
  const deployed = async (name: string): Promise<Deployment> => {
    const own = join(folder, name);
    mkdirSync(own);
    const deployment = await deploy(own);
    deployments.push(deployment);
    return prepared(deployment, history);
  };
  try {
    tell('the undisturbed run');
    const calm = await deployed('calm');
    const usualMs = await undisturbed(calm, months);
    const expected = booksIn((await calm.log()).events);

    const killed = await deployed('killed');
    const clerk = await Clerk.of(killed.env);
    const hit = new Map<Step, number>(STEPS.map((step) => [step, 0]));
    for (const [cycle, month] of months.entries()) {
      const victim = VICTIMS[cycle % VICTIMS.length] ?? 'close';
      // Mostly early; sometimes after the response, while processes still react to the command.
      const afterMs = usualMs[victim] * Math.random() ** 2 * 1.2;
      const answered = await withKill(clerk, killed, month, victim, afterMs);
      if (!answered) hit.set(victim, (hit.get(victim) ?? 0) + 1);

      const { events, faults: unsound } = await killed.log();
      const { code, out, err } = await playledger(['replay'], killed.env);
      const unequal = code === 0 ? [] : [out, err];
      const faults = [...unsound, ...unequal, ...differences(month, booksIn(events), expected)];
      if (faults.length > 0) return { did: `${cycle + 1} kills, the last in ${victim} of ${month}`, faults };
      tell(`${cycle + 1} of ${cycles} kills`);
    }
    const unanswered = [...hit].map(([step, count]) => `${count} ${step}`).join(', ');
    return {
      did: `${cycles} kills, one in each month; without an answer: ${unanswered}`,
      faults: await replayed(killed, months),
    };
  } finally {
    for (const deployment of deployments) await deployment.end();
  }
};

/** Imports the history and claims the tracks. */
const prepared = async (deployment: Deployment, history: string): Promise<Deployment> => {
  const { env } = deployment;
  const { code, err } = await playledger(['import', 'spotify', history], env);
  must(code === 0, `The import ended with ${code}: ${err}`);
  const service = await deployment.start();
  await claimTracks(env, service.url);
  await service.caughtUp();
  await service.stop();
  return deployment;
};

/** Settles all months. @returns the longest duration of each step, in milliseconds */
const undisturbed = async (
  deployment: Deployment,
  months: readonly string[],
): Promise<Readonly<Record<Step, number>>> => {
  const clerk = await Clerk.of(deployment.env);
  const service = await deployment.start();
  const usualMs = Object.fromEntries(STEPS.map((step) => [step, 0])) as Record<Step, number>;
  for (const month of months)
    for (const step of STEPS) {
      const began = performance.now();
      await clerk.does(step, month, service.url);
      usualMs[step] = Math.max(usualMs[step], performance.now() - began);
    }
  await service.caughtUp();
  await service.stop();
  return usualMs;
};

/** Settles one month, with a kill in one step. @returns whether the step was answered before the kill */
const withKill = async (
  clerk: Clerk,
  deployment: Deployment,
  month: string,
  victim: Step,
  afterMs: number,
): Promise<boolean> => {
  let service = await deployment.start();
  let answered = false;
  for (const step of STEPS) {
    if (step === victim) {
      const [done] = await Promise.all([
        clerk.tries(step, month, service.url),
        sleep(afterMs).then(() => service.kill()),
      ]);
      answered = done;
      service = await deployment.start();
    }
    await clerk.does(step, month, service.url);
  }
  await service.caughtUp();
  await service.stop();
  return answered;
};

/** Fields that differ from run to run: times and positions. */
const VARYING: ReadonlySet<string> = new Set(['at', 'fence', 'inputRoot', 'position']);

const SETTLED = /^(?:period|statement|journal|account)-/;

/** Each stream of the books: its events in order, with their ids, as text. */
const booksIn = (events: readonly RecordedEvent[]): Books => {
  const books = new Map<string, string[]>();
  for (const { stream, id, type, data } of events) {
    if (!SETTLED.test(stream)) continue;
    const fact = JSON.stringify([type, id, data], (key, value: unknown) =>
      VARYING.has(key) ? undefined : value,
    );
    books.set(stream, [...(books.get(stream) ?? []), fact]);
  }
  return books;
};

type Books = ReadonlyMap<string, readonly string[]>;

/** Differences from the undisturbed run in the books of a month and in all accounts so far. */
const differences = (month: string, books: Books, expected: Books): readonly string[] => {
  const faults: string[] = [];
  for (const [stream, facts] of expected) {
    const found = books.get(stream) ?? [];
    const soFar = stream.startsWith('account-') ? facts.slice(0, found.length) : facts;
    if (!stream.includes(month) && !stream.startsWith('account-')) continue;
    if (JSON.stringify(found) !== JSON.stringify(soFar) || found.length === 0)
      faults.push(`${stream}: ${JSON.stringify(found)} instead of ${JSON.stringify(soFar)}`);
  }
  for (const stream of books.keys()) if (!expected.has(stream)) faults.push(`${stream} should not exist`);
  return faults;
};

/** Faults that `playledger replay` finds in any of the months. */
const replayed = async ({ env }: Deployment, months: readonly string[]): Promise<readonly string[]> => {
  const faults: string[] = [];
  for (const month of months) {
    const args = ['replay', '--period', month, '--territory', 'ZZ', '--offering', 'premium'];
    const { code, out, err } = await playledger(args, env);
    if (code !== 0) faults.push(`${month}: ${out}${err}`);
  }
  return faults;
};
