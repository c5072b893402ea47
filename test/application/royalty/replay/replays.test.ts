import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { StoreUnavailable } from '../../../../src/application/ports/event-store.js';
import { Telemetry } from '../../../../src/application/ports/telemetry.js';
import { Replays } from '../../../../src/application/royalty/replay/replays.js';
import { NodeDigests } from '../../../../src/infrastructure/identity/node-digests.js';
import { EventStoreFront } from '../../../../src/infrastructure/shared/event-store-front.js';
import { PERIOD } from '../../../support/royalty/month.js';
import { settlementWorld, type SettlementWorld } from '../../../support/royalty/settlement-world.js';

let world: SettlementWorld;
beforeEach(async () => {
  world = await settlementWorld();
});
afterEach(() => world.stop());

class Away extends EventStoreFront {
  override readStream(): never {
    throw new StoreUnavailable('It is away.', false);
  }
}

class Told extends Telemetry {
  readonly faults: unknown[] = [];
  override answered = () => {};
  override metrics = async () => '';
  override fault = (error: unknown) => void this.faults.push(error);
}

test('a replay whose log does not answer says so, and the operator is told', async () => {
  const told = new Told();
  const replays = new Replays(new Away(world.store), world.schemas, new NodeDigests(), told);
  replays.start('r', { period: PERIOD });
  const states = await Array.fromAsync(replays.watch('r'));
  expect(states.at(-1)).toMatchObject({ status: 'failed', failure: { code: 'StoreUnavailable' } });
  expect(told.faults).toEqual([expect.any(StoreUnavailable)]);
});
