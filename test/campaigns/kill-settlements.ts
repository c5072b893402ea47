import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { START } from '../../src/application/ports/event-store.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { playledger, type ServingProcess, serving } from '../support/cli.js';
import { importInto } from '../support/import-fixture.js';
import { eventsOf } from '../support/log-events.js';
import { unsoundIn } from '../support/log-soundness.js';
import type { Campaign } from './campaign.js';
import { monthNumber, writeHistory } from './histories.js';
import { caughtUp } from './service-client.js';
import { claimTracks, Clerk, STEPS, type Step } from './settlement-clerk.js';

const PLAYS_A_MONTH = 250;
/** In which step the kills come, in turn. */
const VICTIMS: readonly Step[] = ['close', 'restate', 'credit', 'release', 'propose', 'revenue', 'refund'];

/**
 * Months are closed, refunded, restated and paid out over HTTP, and in each month the service is killed in the middle of
 * one step; the clerk repeats that step under the same key. Beside it the same months are settled undisturbed.
 */
export const killSettlements: Campaign = {
  name: 'kill-settlements',
  summary: 'kill -9 in a close, a restatement or a payout: the books are those of an undisturbed run, once',

  run: async ({ cycles, folder, tell }) => {
    const [calm, killed] = [join(folder, 'calm'), join(folder, 'killed')];
    const months = Array.from({ length: cycles }, (_, index) => monthNumber(index));
    await prepared(calm, writeHistory(folder, 'ada', { plays: PLAYS_A_MONTH * cycles, months: cycles }));
    cpSync(calm, killed, { recursive: true });

    tell('the undisturbed run');
    const usualMs = await undisturbed(calm, months);
    const expected = await booksIn(calm);

    const clerk = await Clerk.of({ PLAYLEDGER_DATA_DIR: killed });
    const hit = new Map<Step, number>(STEPS.map((step) => [step, 0]));
    for (const [cycle, month] of months.entries()) {
      const victim = VICTIMS[cycle % VICTIMS.length] ?? 'close';
      // Early rather than late, and sometimes after the answer: what follows from it still goes on.
      const afterMs = usualMs[victim] * Math.random() ** 2 * 1.2;
      const answered = await withKill(clerk, killed, month, victim, afterMs);
      if (!answered) hit.set(victim, (hit.get(victim) ?? 0) + 1);

      const { books, faults } = await booksIn(killed);
      const { code, out, err } = await playledger(['replay'], { PLAYLEDGER_DATA_DIR: killed });
      if (code !== 0) faults.push(out, err);
      faults.push(...differences(month, books, expected.books));
      if (faults.length > 0) return { did: `${cycle + 1} kills, the last in ${victim} of ${month}`, faults };
      tell(`${cycle + 1} of ${cycles} kills`);
    }
    const faults = await replayed(killed, months);
    const unanswered = [...hit].map(([step, count]) => `${count} ${step}`).join(', ');
    return { did: `${cycles} kills, one in each month; without an answer: ${unanswered}`, faults };
  },
};

const prepared = async (data: string, history: string): Promise<void> => {
  const store = new EmbeddedEventStore(data);
  await importInto(store, [history]);
  await store.close();
  const env = { PLAYLEDGER_DATA_DIR: data };
  const service = await serving(env);
  await claimTracks(env, service.url);
  await caughtUp(service.url);
  await service.terminate();
};

/** @returns how long each step took at most, in milliseconds */
const undisturbed = async (
  data: string,
  months: readonly string[],
): Promise<Readonly<Record<Step, number>>> => {
  const env = { PLAYLEDGER_DATA_DIR: data };
  const clerk = await Clerk.of(env);
  const service = await serving(env);
  const usualMs = Object.fromEntries(STEPS.map((step) => [step, 0])) as Record<Step, number>;
  for (const month of months)
    for (const step of STEPS) {
      const began = performance.now();
      await clerk.does(step, month, service.url);
      usualMs[step] = Math.max(usualMs[step], performance.now() - began);
    }
  await caughtUp(service.url);
  await service.terminate();
  return usualMs;
};

/** Settles one month, with a kill in one step. @returns whether that step was answered before */
const withKill = async (
  clerk: Clerk,
  data: string,
  month: string,
  victim: Step,
  afterMs: number,
): Promise<boolean> => {
  const env = { PLAYLEDGER_DATA_DIR: data };
  let service: ServingProcess = await serving(env);
  let answered = false;
  for (const step of STEPS) {
    if (step === victim) {
      const [done] = await Promise.all([
        clerk.tries(step, month, service.url),
        sleep(afterMs).then(() => service.kill()),
      ]);
      answered = done;
      service = await serving(env);
    }
    await clerk.does(step, month, service.url);
  }
  await caughtUp(service.url);
  const code = await service.terminate();
  if (code !== 0) throw new Error(`The service stopped with ${code}.`);
  return answered;
};

/** What differs from run to run: when it happened, and where in the log. */
const VARYING: ReadonlySet<string> = new Set(['at', 'fence', 'inputRoot', 'position']);

const SETTLED = /^(?:period|statement|journal|account)-/;

/** Every stream of the books as text: its events in their order, with their ids. */
const booksIn = async (data: string) => {
  const store = new EmbeddedEventStore(data);
  const events = eventsOf(await Array.fromAsync(store.readAll(START)));
  await store.close();
  const books = new Map<string, string[]>();
  for (const { stream, id, type, data } of events) {
    if (!SETTLED.test(stream)) continue;
    const fact = JSON.stringify([type, id, data], (key, value: unknown) =>
      VARYING.has(key) ? undefined : value,
    );
    books.set(stream, [...(books.get(stream) ?? []), fact]);
  }
  return { books, faults: [...unsoundIn(events)] };
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
const replayed = async (data: string, months: readonly string[]): Promise<readonly string[]> => {
  const faults: string[] = [];
  for (const month of months) {
    const args = ['replay', '--period', month, '--territory', 'ZZ', '--offering', 'premium'];
    const { code, out, err } = await playledger(args, { PLAYLEDGER_DATA_DIR: data });
    if (code !== 0) faults.push(`${month}: ${out}${err}`);
  }
  return faults;
};
