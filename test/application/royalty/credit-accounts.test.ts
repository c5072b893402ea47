import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { creditAccounts } from '../../../src/application/royalty/credit-accounts.js';
import { type Process, ProcessRunner } from '../../../src/application/projecting/process-runner.js';
import { payeeAccount } from '../../../src/domain/royalty/payees/payee-account.js';
import { settlementWorld, type SettlementWorld } from '../../support/royalty/settlement-world.js';

let world: SettlementWorld;
beforeEach(async () => {
  world = await settlementWorld();
});
afterEach(() => world.stop());

const journal = (journalId: string, amounts: Readonly<Record<string, string>>, seq = 0) => {
  const lines = Object.entries(amounts).map(([account, amount]) => ({ account, amount }));
  const data = { journalId, seq, reason: 'SETTLEMENT', currency: 'EUR', lines, reverses: null, at: 1 };
  return { stream: `journal-${journalId}`, type: 'JournalPosted', data };
};

const runner = (process: Process = creditAccounts(world.streams, world.ids)) =>
  new ProcessRunner(process, world.store, world.models, world.schemas, world.timer);

const toHead = (one: ProcessRunner) => one.run(new AbortController().signal, true);

const balance = async (payee: string) =>
  (await world.streams.load(payeeAccount, `${payee}.EUR`)).state.balance;

describe('payee accounts', () => {
  test('are credited with what journals book to them, and no other account is', async () => {
    await world.record(
      journal('m.1', { 'pool:m': '-90', 'payee:label': '60', 'unmatched:t': '30' }),
      journal('m.2', { 'payee:label': '-20', 'payee:indie': '20' }),
    );
    await toHead(runner());
    expect([await balance('label'), await balance('indie'), await balance('t')]).toEqual([40n, 20n, 0n]);
  });

  test('apply each journal once, even if the process reads the log again from the start', async () => {
    await world.record(journal('m.1', { 'pool:m': '-60', 'payee:label': '60' }));
    const first = runner();
    await toHead(first);
    const head = await world.store.head();
    await toHead(runner());
    await toHead(runner({ ...creditAccounts(world.streams, world.ids), version: 2 }));
    expect(await world.store.head()).toBe(head);
    expect(await balance('label')).toBe(60n);
  });
});

describe('a process', () => {
  test('resumes after its checkpoint, and retries an event until it succeeds', async () => {
    const heard: string[] = [];
    let failures = 2;
    const process: Process = {
      name: 'hears',
      version: 1,
      select: { types: ['JournalPosted'] },
      react: async ({ stream }) => {
        if (stream === 'journal-b' && failures-- > 0) throw new Error('not now');
        heard.push(stream);
      },
    };
    await world.record(journal('a', { bank: '0' }), journal('b', { bank: '0' }));
    const one = runner(process);
    await toHead(one);
    expect(heard).toEqual(['journal-a', 'journal-b']);
    expect(one.status).toEqual({ name: 'hears', position: await world.store.head() });

    await world.record(journal('c', { bank: '0' }));
    await toHead(runner(process));
    expect(heard).toEqual(['journal-a', 'journal-b', 'journal-c']);
  });

  test('reports the failure that blocks it', async () => {
    await world.record(journal('a', { bank: '0' }));
    const stop = new AbortController();
    const one = runner({
      name: 'fails',
      version: 1,
      select: {},
      react: () => {
        stop.abort();
        return Promise.reject(new Error('the disk is full'));
      },
    });
    await one.run(stop.signal);
    expect(one.status).toMatchObject({ name: 'fails', error: 'the disk is full' });
  });
});
