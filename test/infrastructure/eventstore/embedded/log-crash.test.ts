import { describe, expect, test } from '@jest/globals';
import type { RecordedEvent } from '../../../../src/application/ports/event-store.js';
import { carryOut } from '../../../campaigns/campaign.js';
import { killAppends } from '../../../campaigns/kill-appends.js';
import type { Acknowledged } from '../../../support/log/appender-child.js';
import { faultsOf } from '../../../support/log/soundness.js';

/** `npm run campaign -- kill-appends` runs more cycles. */
const CYCLES = 8;

describe('a writer that is killed while appends are in flight', () => {
  test('loses no acknowledged append and duplicates none', async () => {
    expect((await carryOut(killAppends, CYCLES)).faults).toEqual([]);
  }, 120_000);

  test('fails this test when it loses or duplicates an append', () => {
    const event = (position: bigint, revision: number, id: string, key: string): RecordedEvent => ({
      position,
      revision,
      id,
      stream: 'play-1',
      type: 'Happened',
      data: { key, index: 0, of: 1 },
      metadata: { commandId: 'c', commandHash: 'h', actor: 'a', at: 0, schema: 1 },
      schema: 1,
    });
    const [a, b] = [event(1n, 0, 'a', 'k'), event(2n, 1, 'b', 'l')];
    const acks = [a, b].map((event): Acknowledged => ({
      stream: event.stream,
      expected: event.revision - 1,
      position: String(event.position),
      events: [event],
    }));
    expect(faultsOf([a, b], acks)).toEqual([]);
    expect(faultsOf([a], acks)).toEqual(['event b lost']);
    expect(faultsOf([a, { ...b, stream: 'play-2', revision: 0 }], acks)).toEqual(['event b lost']);
    expect(faultsOf([a, { ...b, id: 'a' }], [])).toEqual(['event a twice']);
    expect(faultsOf([a, event(2n, 2, 'b', 'l')], [])).toEqual(['gap before revision 2']);
    expect(faultsOf([a, event(3n, 1, 'b', 'l')], [])).toEqual(['gap before position 3']);
    expect(faultsOf([a, { ...b, data: { key: 'l', index: 0, of: 2 } }], [])).toEqual(['append l in part']);
  });
});
