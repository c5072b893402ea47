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
/** In which step the kills come, in turn. */
const VICTIMS: readonly Step[] = ['close', 'restate', 'credit', 'release', 'propose', 'revenue', 'refund'];

/** Embedded: one process, and one data folder. */
export const killSettlements: Campaign = {
  name: 'kill-settlements',
  summary: 'kill -9 in a close, a restatement or a payout: the books are those of an undisturbed run, once',
  run: (trial) => settleThroughKills(trial, embedded),
};

const MONGODB_URL = process.env['PLAYLEDGER_TEST_MONGODB_URL'];

/** The service in its two roles, of which either or both are killed. */
export const killOnServers: Campaign = {
  name: 'kill-on-servers',
  summary: 'the same on servers: the EventStoreDB test server, and PLAYLEDGER_TEST_MONGODB_URL',
  lacks: () => (MONGODB_URL ? undefined : 'PLAYLEDGER_TEST_MONGODB_URL is not set.'),
  run: (trial) => settleThroughKills(trial, onServers(MONGODB_URL ?? '')),
};

/**
 * Months are closed, refunded, restated and paid out over HTTP, and in each month the service is killed in the middle of
 * one step; the clerk repeats that step under the same key. Beside it the same months are settled undisturbed.
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
      // Early rather than late, and sometimes after the answer: what follows from it still goes on.
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

/** Plays and rights are there. */
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

/** @returns how long each step took at most, in milliseconds */
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

/** Settles one month, with a kill in one step. @returns whether that step was answered before */
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

/** What differs from run to run: when it happened, and where in the log. */
const VARYING: ReadonlySet<string> = new Set(['at', 'fence', 'inputRoot', 'position']);

const SETTLED = /^(?:period|statement|journal|account)-/;

/** Every stream of the books as text: its events in their order, with their ids. */
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

/** Where the books of a month, and of all accounts so far, are not those of the undisturbed run. */
const differences = (month: string, books: Books, expected: Books): readonly string[] => {
  const faults: string[] = [];
  for (const [stream, facts] of expected) {
    const found = books.get(stream) ?? [];
    const soFar = stream.startsWith('account-') ? facts.slice(0, found.length) : facts;
    if (!stream.includes(month) && !stream.startsWith('account-')) continue;
    if (JSON.stringify(found) !== JSON.stringify(soFar) || found.length === 0)
      faults.push(`${stream}: ${JSON.stringify(found)} instead of ${JSON.stringify(soFar)}`);
  }
  for (const stream of books.keys()) if (!expected.has(stream)) faults.push(`${stream} should not be there`);
  return faults;
};

/** Each month recomputed from the log by the auditor's code. */
const replayed = async ({ env }: Deployment, months: readonly string[]): Promise<readonly string[]> => {
  const faults: string[] = [];
  for (const month of months) {
    const args = ['replay', '--period', month, '--territory', 'ZZ', '--offering', 'premium'];
    const { code, out, err } = await playledger(args, env);
    if (code !== 0) faults.push(`${month}: ${out}${err}`);
  }
  return faults;
};
