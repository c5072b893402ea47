import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isRejection } from '../../../src/domain/decider.js';
import {
  claims,
  type ClaimShares,
  DECLARATIONS_MAX,
  type ResolveDispute,
} from '../../../src/domain/rights/claims.js';
import type { RightsEvent } from '../../../src/domain/rights/rights-events.js';
import { disputesIn, sharesAt, totalPpm, EVERYWHERE } from '../../../src/domain/rights/shares-at.js';
import { specOf } from '../../support/specs/decider-spec.js';

const JANUARY = 1_767_225_600_000;
const JULY = 1_782_864_000_000;
const at = 1_793_500_000_000;
const given = specOf(claims);

const data = (claimant: string, sharePpm: number, over: object = {}): ClaimShares['data'] => ({
  claimId: `${claimant}-1`,
  claimant,
  sharePpm,
  right: 'recording',
  territory: EVERYWHERE,
  validFrom: JANUARY,
  at,
  ...over,
});
const claim = (...parts: Parameters<typeof data>): ClaimShares => ({
  type: 'ClaimShares',
  data: data(...parts),
});
const claimed = (...parts: Parameters<typeof data>): RightsEvent => ({
  type: 'SharesClaimed',
  data: data(...parts),
});
const overclaim = (claimedPpm: number, over: object = {}): RightsEvent => ({
  type: 'OverclaimDetected',
  data: { right: 'recording', territory: EVERYWHERE, validFrom: JANUARY, claimedPpm, at, ...over },
});
const solution = (
  shares: readonly (readonly [string, number])[],
  over: object = {},
): ResolveDispute['data'] => ({
  right: 'recording',
  territory: EVERYWHERE,
  validFrom: JANUARY,
  shares: shares.map(([payee, sharePpm]) => ({ payee, sharePpm })),
  at,
  ...over,
});
const resolve = (...parts: Parameters<typeof solution>): ResolveDispute => ({
  type: 'ResolveDispute',
  data: solution(...parts),
});
const resolved = (...parts: Parameters<typeof solution>): RightsEvent => ({
  type: 'DisputeResolved',
  data: solution(...parts),
});

const stateOf = (...past: readonly RightsEvent[]) => past.reduce(claims.evolve, claims.initial);
const sharesOf = (past: readonly RightsEvent[], territory: string, when: number) =>
  Object.fromEntries(sharesAt(stateOf(...past), 'recording', territory, when));

describe('a claim', () => {
  test('is recorded', () => given().when(claim('north', 1_000_000)).then(claimed('north', 1_000_000)));
  test('is recorded once', () =>
    given(claimed('north', 1))
      .when(claim('north', 1, { at: at + 1 }))
      .thenNothing());
  test.each([
    { sharePpm: 2 },
    { claimant: 'south' },
    { territory: 'DE' },
    { validFrom: JULY },
    { right: 'mechanical' },
  ])('cannot be changed: %j', (over) =>
    given(claimed('north', 1))
      .when(claim('north', 1, over))
      .thenRejected('ReportedOtherwise'),
  );
  test.each([1_000_001, -1, 0.5, Number.NaN])('of %d ppm is refused', (ppm) =>
    given().when(claim('north', ppm)).thenRejected('BadShare'),
  );
  test('of more than is left is recorded and starts a dispute', () =>
    given(claimed('north', 600_000))
      .when(claim('south', 400_001))
      .then(claimed('south', 400_001), overclaim(1_000_001)));
  test('of exactly what is left starts no dispute', () =>
    given(claimed('north', 600_000)).when(claim('south', 400_000)).then(claimed('south', 400_000)));
  test('of one right does not affect the others', () =>
    given(claimed('north', 1_000_000))
      .when(claim('south', 1_000_000, { right: 'mechanical' }))
      .then(claimed('south', 1_000_000, { right: 'mechanical' })));
  test('starts a dispute at the time from which both are valid', () =>
    given(claimed('north', 1_000_000, { validFrom: JULY }))
      .when(claim('south', 1_000_000))
      .then(claimed('south', 1_000_000), overclaim(2_000_000, { validFrom: JULY })));
  test('starts a dispute in the territory where both are valid', () =>
    given(claimed('north', 1_000_000))
      .when(claim('south', 500_000, { territory: 'DE' }))
      .then(claimed('south', 500_000, { territory: 'DE' }), overclaim(1_500_000, { territory: 'DE' })));
  test('that joins a dispute reports no new one', () =>
    given(claimed('north', 1_000_000), claimed('south', 1_000_000), overclaim(2_000_000))
      .when(claim('west', 1_000_000))
      .then(claimed('west', 1_000_000)));
  test(`number ${DECLARATIONS_MAX + 1} of a track is refused`, () =>
    given(...Array.from({ length: DECLARATIONS_MAX }, (_, i) => claimed('north', 1, { claimId: `c${i}` })))
      .when(claim('south', 1))
      .thenRejected('TooManyClaims'));
});

describe('the shares of a right', () => {
  test('are the latest claims that have begun, by claimant', () => {
    const past = [
      claimed('north', 1_000_000),
      claimed('north', 400_000, { claimId: 'n2', validFrom: JULY }),
      claimed('south', 600_000, { validFrom: JULY }),
    ];
    expect(sharesOf(past, 'DE', JANUARY - 1)).toEqual({});
    expect(sharesOf(past, 'DE', JULY - 1)).toEqual({ north: 1_000_000 });
    expect(sharesOf(past, 'DE', JULY)).toEqual({ north: 400_000, south: 600_000 });
  });
  test('are withdrawn by a share of 0', () =>
    expect(
      sharesOf([claimed('north', 1_000_000), claimed('north', 0, { claimId: 'n2' })], 'DE', JULY),
    ).toEqual({}));
  test('of a territory precede those of the world, party by party', () => {
    const past = [
      claimed('north', 1_000_000),
      claimed('north', 500_000, { claimId: 'n2', territory: 'DE' }),
      claimed('south', 500_000, { territory: 'DE' }),
    ];
    expect(sharesOf(past, 'DE', JULY)).toEqual({ north: 500_000, south: 500_000 });
    expect(sharesOf(past, 'FR', JULY)).toEqual({ north: 1_000_000 });
    expect(disputesIn(stateOf(...past))).toEqual([]);
  });
});

describe('a dispute', () => {
  const past = [claimed('north', 800_000), claimed('south', 700_000), overclaim(1_500_000)];

  test('is resolved by shares', () =>
    given(...past)
      .when(
        resolve([
          ['north', 500_000],
          ['south', 400_000],
        ]),
      )
      .then(
        resolved([
          ['north', 500_000],
          ['south', 400_000],
        ]),
      ));
  test('is resolved once', () =>
    given(...past)
      .when(resolve([['north', 1_000_000]]))
      .thenIsIdempotent());
  test('that is resolved cannot be resolved differently', () =>
    given(...past, resolved([['north', 1_000_000]]))
      .when(resolve([['south', 1_000_000]]))
      .thenRejected('NotInDispute'));
  test('must exist', () =>
    given(claimed('north', 1))
      .when(resolve([['north', 1]]))
      .thenRejected('NotInDispute'));
  test.each<[string, readonly (readonly [string, number])[]]>([
    [
      'more than the whole',
      [
        ['north', 600_000],
        ['south', 400_001],
      ],
    ],
    ['a share below 0', [['north', -1]]],
    [
      'a party twice',
      [
        ['north', 1],
        ['north', 1],
      ],
    ],
  ])('is not resolved by %s', (_what, shares) =>
    given(...past)
      .when(resolve(shares))
      .thenRejected('BadShare'),
  );
  test('ends where a claim is withdrawn', () => {
    const after = [...past, claimed('south', 0, { claimId: 's2', validFrom: JULY })];
    expect(disputesIn(stateOf(...after))).toEqual([
      {
        right: 'recording',
        territory: EVERYWHERE,
        from: JANUARY,
        until: JULY,
        claimedPpm: 1_500_000,
        claimants: ['north', 'south'],
      },
    ]);
  });
  test('starts again with a claim after the resolution', () =>
    given(...past, resolved([['north', 1_000_000]]))
      .when(claim('west', 1, { validFrom: JULY }))
      .then(claimed('west', 1, { validFrom: JULY }), overclaim(1_000_001, { validFrom: JULY })));
  test('is not affected by a claim from before the resolution', () =>
    given(...past, resolved([['north', 1_000_000]], { validFrom: JULY }))
      .when(resolve([['south', 1_000_000]], { validFrom: JULY + 1 }))
      .thenRejected('NotInDispute'));
  test('of a territory is resolved for that territory only', () => {
    const after = [...past, resolved([['north', 1_000_000]], { territory: 'DE' })];
    expect(sharesOf(after, 'DE', JULY)).toEqual({ north: 1_000_000 });
    expect(disputesIn(stateOf(...after)).map(({ territory }) => territory)).toEqual([EVERYWHERE]);
  });
});

test('a track is in dispute exactly where the claims add up to more than 100%', () => {
  const step = fc.record({
    claimant: fc.constantFrom('north', 'south', 'west'),
    sharePpm: fc.constantFrom(0, 300_000, 600_000, 1_000_000),
    territory: fc.constantFrom(EVERYWHERE, 'DE', 'FR'),
    validFrom: fc.constantFrom(JANUARY, JULY, at),
    claimId: fc.nat(12).map((n) => `c${n}`),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let state = claims.initial;
      for (const { claimant, sharePpm, ...over } of steps) {
        const command = claim(claimant, sharePpm, over);
        const outcome = claims.decide(command, state);
        if (isRejection(outcome)) continue;
        state = outcome.reduce(claims.evolve, state);
        expect(claims.decide(command, state)).toEqual([]);
      }
      const disputes = disputesIn(state);
      const territories = new Set([EVERYWHERE, ...state.map(({ territory }) => territory)]);
      for (const territory of territories)
        for (const when of [JANUARY, JULY - 1, JULY, at]) {
          const isOver = totalPpm(sharesAt(state, 'recording', territory, when).values()) > 1_000_000;
          const isTold = disputes.some(
            (one) => one.territory === territory && one.from <= when && (one.until ?? Infinity) > when,
          );
          expect(isTold).toBe(isOver);
        }
    }),
  );
});
