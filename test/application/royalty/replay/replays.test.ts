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
    throw new StoreUnavailable('The log is away.', false);
  }
}

class Recording extends Telemetry {
  readonly faults: unknown[] = [];
  override answered = () => {};
  override metrics = async () => '';
  override fault = (error: unknown) => void this.faults.push(error);
}

test('a replay fails when its log does not answer, and reports the fault to the operator', async () => {
  const telemetry = new Recording();
  const replays = new Replays(new Away(world.store), world.schemas, new NodeDigests(), telemetry);
  replays.start('r', { period: PERIOD });
  const states = await Array.fromAsync(replays.watch('r'));
  expect(states.at(-1)).toMatchObject({ status: 'failed', failure: { code: 'StoreUnavailable' } });
  expect(telemetry.faults).toEqual([expect.any(StoreUnavailable)]);
});
