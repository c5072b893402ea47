import type { JournalPosted } from '../../domain/royalty/statements/ledger-events.js';
import { payeeAccount } from '../../domain/royalty/payees/payee-account.js';
import { accountIdOf } from '../../domain/royalty/payees/payee-journals.js';
import type { Ids } from '../ports/ids.js';
import type { Streams } from '../streams/streams.js';
import type { Process } from '../projecting/process-runner.js';

const NAME = 'credit-accounts';

const PAYEE = 'payee:';

/**
 * Credits payees' accounts from the journals of periods. Each journal books to a payee once, even over several events,
 * so an account is credited once per journal. Journals in an account's own stream (advances, payouts) are skipped.
 */
export const creditAccounts = (streams: Streams, ids: Ids): Process => ({
  name: NAME,
  version: 1,
  select: { types: ['JournalPosted'], categories: ['journal'] },
  react: async (event) => {
    const { journalId, currency, lines } = (event as unknown as JournalPosted).data;
    const { at } = event.metadata;
    for (const { account, amount } of lines) {
      if (!account.startsWith(PAYEE)) continue;
      const payee = account.slice(PAYEE.length);
      // The id is derived from the whole content of the command, so it also serves as its hash.
      const commandId = ids.derived(NAME, event.id, account);
      await streams.transact(
        payeeAccount,
        accountIdOf({ payee, currency }),
        { type: 'CreditEarnings', data: { journalId, amount, at } },
        { commandId, commandHash: commandId, causationId: event.id, actor: `process:${NAME}`, at },
      );
    }
  },
});
