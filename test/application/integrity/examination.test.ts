import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { CaseOpened } from '../../../src/domain/integrity/case.js';
import { PRO_RATA } from '../../../src/domain/royalty/rulesets/defaults.js';
import type { Ruleset } from '../../../src/domain/royalty/rulesets/ruleset.js';
import { utf8 } from '../../../src/domain/shared/exact/canonical-json.js';
import { OCTOBER, playStopped } from '../../support/playback/plays.js';
import type { Placed } from '../../support/specs/projection-spec.js';
import { PERIOD_ID, revenue, sha256 } from '../../support/royalty/month.js';
import { settlementWorld, type SettlementWorld } from '../../support/royalty/settlement-world.js';
import { DAY_MS } from '../../../src/domain/shared/civil-date.js';

let world: SettlementWorld;
beforeEach(async () => {
  world = await settlementWorld();
});
afterEach(() => world.stop());

/** Two accounts a day on one device are too many. */
const STRICT: Ruleset = {
  ...PRO_RATA,
  name: 'One account a device',
  integrity: { ...PRO_RATA.integrity, clusters: { accountsMax: 1 } },
};

const farm = (day: number): readonly Placed[] =>
  ['bot-1', 'bot-2'].map((listenerId, n) =>
    playStopped(`${listenerId}-${day}`, 60_000, {
      listenerId,
      deviceId: 'farm',
      startedAt: OCTOBER + day * DAY_MS + n * 600_000,
    }),
  );

const honest = playStopped('honest', 60_000, { listenerId: 'ada', trackId: 'track-2' });

const cases = async () => {
  const found: { readonly caseId: string; readonly data: CaseOpened['data'] }[] = [];
  for await (const page of world.store.readAll(0n, { select: { types: ['CaseOpened'] } }))
    for (const { stream, data } of page.events)
      found.push({ caseId: stream.slice('case-'.length), data: data as CaseOpened['data'] });
  return found;
};

describe('examining a period', () => {
  test('opens a case for each finding, with the parameters of the ruleset', async () => {
    const rulesVersion = await world.enforce(STRICT);
    await world.record(...farm(0), honest);
    expect(await world.examine()).toMatchObject({ appended: 1 });
    expect((await cases()).map(({ data }) => data)).toMatchObject([
      { rule: 'F8', rulesVersion, periodId: PERIOD_ID, subject: { kind: 'device', id: 'farm' } },
    ]);
  });

  test('opens no second case for a subject, even with new evidence or after a release', async () => {
    await world.enforce(STRICT);
    await world.record(...farm(0));
    await world.examine('first');
    const before = await cases();
    await world.record(...farm(1), {
      stream: `case-${before[0]?.caseId}`,
      type: 'CaseDecided',
      data: { decision: 'release', by: 'fin', at: 0 },
    });
    expect(await world.examine('second')).toMatchObject({ appended: 0 });
    expect(await cases()).toEqual(before);
  });

  test('has evidence that can be recomputed, whatever was played since', async () => {
    await world.enforce(STRICT);
    await world.record(...farm(0));
    await world.examine();
    await world.record(...farm(1));
    const [{ caseId, data } = { caseId: '', data: undefined }] = await cases();
    const { document, isEqual } = await world.evidence(caseId);
    expect(isEqual).toBe(true);
    expect(Buffer.from(sha256(utf8(document ?? ''))).toString('hex')).toBe(data?.evidenceHash);
    expect(JSON.parse(document ?? '')).toMatchObject({
      periodId: PERIOD_ID,
      rule: 'F8',
      fence: data?.fence,
      evidence: { policy: { accountsMax: 1 }, days: [{ day: 1, accounts: 2 }] },
    });
  });

  test('before the close, holds the money of the findings', async () => {
    await world.enforce(STRICT);
    await world.record({ stream: `period-${PERIOD_ID}`, ...revenue(6_000_000n) }, ...farm(0), honest);
    await world.examine();
    await world.close();
    const closed = (await world.books()).find(({ type }) => type === 'PeriodClosed');
    // 3.3 for three plays.
    expect(closed?.data).toMatchObject({ counted: 1, held: 2, heldAmount: '2200000', unmatched: '1100000' });
  });

  test('uses the ruleset of the close for a closed period', async () => {
    await world.record({ stream: `period-${PERIOD_ID}`, ...revenue(1n) }, ...farm(0));
    await world.close();
    await world.enforce(STRICT);
    expect(await world.examine()).toMatchObject({ appended: 0 });
  });
});

test('a case that a person opened has no recomputable evidence', async () => {
  const data = {
    rule: 'F7',
    rulesVersion: 'a'.repeat(64),
    periodId: PERIOD_ID,
    subject: { kind: 'track', id: 't' },
    evidenceHash: 'b'.repeat(64),
    at: 0,
  };
  await world.record({ stream: 'case-c1', type: 'CaseOpened', data });
  expect(await world.evidence('c1')).toMatchObject({ document: null, isEqual: false });
  await expect(world.evidence('none')).rejects.toThrow('CaseNotFound');
});
