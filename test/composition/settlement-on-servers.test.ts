import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { START } from '../../src/application/ports/event-store.js';
import { PRO_RATA } from '../../src/domain/royalty/rulesets/defaults.js';
import { monthOf, monthsBefore, monthStart } from '../../src/domain/shared/calendar.js';
import { ZodEventSchemas } from '../../src/infrastructure/events/zod-event-schemas.js';
import { eventually } from '../support/time/eventually.js';
import { EventStoreDbServer } from '../support/servers/eventstoredb-server/eventstoredb-server.js';
import { eventsOf, metadataOf } from '../support/log/events.js';
import { mongoServer } from '../support/servers/real-mongodb.js';
import { playStopped } from '../support/playback/plays.js';
import type { Placed } from '../support/specs/projection-spec.js';
import { claim } from '../support/rights/claims.js';
import { type Fact, settlingService } from '../support/royalty/settling-service.js';
import { TcpProxy } from '../support/servers/tcp-proxy.js';
import { DAY_MS } from '../../src/domain/shared/civil-date.js';

// Large months are settled in threads with their own connections; in these tests every month is.

type Service = Awaited<ReturnType<typeof settlingService>>;

const mongoDb = await mongoServer();
const [on, why] = 'missing' in mongoDb ? [describe.skip, ` (skipped: ${mongoDb.missing})`] : [describe, ''];

const MONTH = monthsBefore(monthOf(Date.now()), 1)[0] ?? '';
const BEGINNING = monthStart(MONTH);
const ADA = '0190a6c4-7b1e-7c3a-9c55-2f6b8f3f0a11';
const PLAY = '0190a6c4-7b1e-7c3a-9c55-2f6b8f3f0a12';
const YEAR_MS = 365 * DAY_MS;
const RULESET = {
  ...PRO_RATA,
  counting: { ...PRO_RATA.counting, time: { ...PRO_RATA.counting.time, maxLateMs: YEAR_MS } },
  closing: { ...PRO_RATA.closing, finalDays: 365 },
};

const schemas = new ZodEventSchemas();
const fact = ({ stream, type, data }: Placed): Fact => ({
  stream,
  id: randomUUID(),
  type,
  data,
  metadata: metadataOf({ schema: schemas.versionFor(type, data) }),
});

/** Plays of five listeners. Some count, some are too short, some run at the same time. */
const playsIn = (territory: string): readonly Fact[] =>
  Array.from({ length: 24 }, (_, n) =>
    fact(
      playStopped(`${territory}-${n}`, 20_000 + 7_000 * (n % 4), {
        listenerId: `${n % 5}-${territory}`,
        trackId: `t${n % 3}`,
        territory,
        startedAt: BEGINNING + (n % 7) * 30_000 + n * 1_000,
      }),
    ),
  );
const revenueOf = (territory: string): Fact => {
  const data = { reportId: 'r', kind: 'subscription', amount: '1000000007', currency: 'EUR', at: 0 };
  return fact({ stream: `period-premium.${territory}.${MONTH}`, type: 'RevenueRecorded', data });
};
const periodOf = (territory: string): string => `/v1/royalties/periods/premium/${territory}/${MONTH}`;

const done = async (pending: Promise<{ readonly status: number; readonly text: string }>) => {
  const answer = await pending;
  if (answer.status >= 300) throw new Error(`${answer.status} ${answer.text}`);
};
const close = (service: Service, territory: string) =>
  service.ask('finance', 'fay', `${periodOf(territory)}/close`, { early: 'a test' });
const logOf = async ({ store }: Service) => eventsOf(await Array.fromAsync(store.readAll(START)));

/** All bookings of a period, without their position and time. */
const booksOf = async (service: Service, territory: string) => {
  const { json } = await service.ask('finance', 'fay', periodOf(territory));
  const { at: _at, fence: _fence, ...settlement } = json['settlement'] as Record<string, unknown>;
  const booked = (await logOf(service))
    .filter(({ stream }) => new RegExp(`^(?:statement|journal)-premium\\.${territory}`).test(stream))
    .map(({ stream, type, data }) => [stream, type, { ...data, at: 0 }]);
  return { settlement, booked };
};

/** The amounts that the first restatement moved, by account. */
const deltasOf = async ({ store }: Service, territory: string): Promise<readonly bigint[]> => {
  const pages = await Array.fromAsync(store.readStream(`journal-premium.${territory}.${MONTH}.1`));
  return pages
    .flat()
    .flatMap(({ data }) => (data as { readonly lines: readonly { readonly amount: string }[] }).lines)
    .map(({ amount }) => BigInt(amount));
};

on(`a month settled in threads on EventStoreDB and MongoDB${why}`, () => {
  let log: EventStoreDbServer;
  let toLog: TcpProxy;
  let toModels: TcpProxy;
  let service: Service;
  let url: URL;
  const start = () => {
    const direct = { eventStoreUrl: log.url, mongoDbUrl: url.href };
    const over = new URL(url);
    over.host = `127.0.0.1:${toModels.port}`;
    const eventStoreUrl = `esdb://127.0.0.1:${toLog.port}?tls=false`;
    return settlingService(direct, { eventStoreUrl, mongoDbUrl: over.href });
  };

  beforeAll(async () => {
    url = new URL('missing' in mongoDb ? '' : mongoDb.url);
    url.pathname = `/playledger-test-${randomUUID().slice(0, 8)}`;
    log = await EventStoreDbServer.start();
    toLog = await TcpProxy.to('127.0.0.1', log.network.port);
    toModels = await TcpProxy.to(url.hostname, Number(url.port || 27_017));
    service = await start();
    const label = (path: string, body: object) => done(service.ask('label', 'ann', path, body));
    await label('/v1/artists', { artistId: 'four', name: 'The Four' });
    await label('/v1/tracks', { trackId: 't0', artistId: 'four', title: 'Song', durationMs: 200_000 });
    const published = await service.ask('admin', 'root', '/v1/royalties/rulesets', RULESET);
    const hash = String(published.json['id']);
    const from = { from: MONTH, offering: '*', territory: '*' };
    await done(service.ask('admin', 'root', `/v1/royalties/rulesets/${hash}/activations`, from));
    await service.record([
      ...[claim('t0', 'label'), claim('t1', 'label', { sharePpm: 400_000 }), claim('t2', 'indie')].map(fact),
      ...['DE', 'FR', 'AT', 'CH'].flatMap((territory) => [revenueOf(territory), ...playsIn(territory)]),
    ]);
  }, 60_000);
  afterAll(async () => {
    await service.stop();
    await toLog.close();
    await toModels.close();
    await log.stop();
    const client = new MongoClient(url.href);
    await client.db().dropDatabase();
    await client.close();
    if (!('missing' in mongoDb)) await mongoDb.stop();
  }, 60_000);

  test('equals that of the embedded engines and a replay, restated too', async () => {
    const embedded = await settlingService();
    let copied = 0;
    /** Input facts only, without what a settlement wrote. */
    const copyFacts = async (): Promise<void> => {
      const events = await logOf(service);
      const isFact = ({ stream, type }: Fact) =>
        /^(?:artist|track|rights|play|ruleset|rulescope)-/.test(stream) || type === 'RevenueRecorded';
      await embedded.record(events.slice(copied).filter(isFact));
      copied = events.length;
    };
    const onBoth = async (path: string, body: object): Promise<void> => {
      await copyFacts();
      for (const one of [service, embedded]) {
        await done(one.ask('finance', 'fay', `${periodOf('DE')}/${path}`, body));
        await one.caughtUp();
      }
      expect(await booksOf(service, 'DE')).toEqual(await booksOf(embedded, 'DE'));
    };
    const due = async () => {
      await service.caughtUp();
      const { json } = await service.ask('finance', 'fay', periodOf('DE'));
      return (json['restatementReasons'] as readonly { reason: string }[]).map(({ reason }) => reason);
    };
    const counted = async () => {
      const { settlement } = await booksOf(service, 'DE');
      return (settlement['plays'] as { readonly counted: number }).counted;
    };

    await onBoth('close', { early: 'a test' });
    const first = await counted();
    expect(await due()).toEqual([]);

    const startedAt = BEGINNING + 20 * DAY_MS;
    await done(
      service.ask('listener', ADA, `/v1/plays/${PLAY}/reports`, {
        trackId: 't0',
        territory: 'DE',
        offering: 'premium',
        deviceId: 'phone',
        deviceSeq: 1,
        startedAt: new Date(startedAt).toISOString(),
        endedAt: new Date(startedAt + 40_000).toISOString(),
        stretches: [{ fromMs: 0, toMs: 40_000, wallMs: 40_000 }],
      }),
    );
    expect(await due()).toEqual(['LATE_USAGE']);
    // A play of a track this short counts from 27 seconds instead of 30.
    await done(service.ask('finance', 'fay', '/v1/tracks/t0/correction', { durationMs: 27_000 }));
    expect(await due()).toEqual(['LATE_USAGE', 'METADATA']);
    await onBoth('restatements', { reason: 'LATE_USAGE' });
    expect(await counted()).toBeGreaterThan(first + 1);
    expect(await due()).toEqual([]);
    const deltas = await deltasOf(service, 'DE');
    expect(deltas.length).toBeGreaterThan(1);
    expect(deltas.reduce((sum, amount) => sum + amount, 0n)).toBe(0n);

    const period = { offering: 'premium', territory: 'DE', month: MONTH };
    const { json } = await service.ask('auditor', 'al', '/v1/royalties/replays', { period });
    const replay = `/v1/royalties/replays/${String(json['id'])}`;
    await eventually(async () =>
      expect((await service.ask('auditor', 'al', replay)).json).toMatchObject({
        status: 'done',
        result: { verdict: 'equal', differencesInAll: 0 },
      }),
    );
    expect([service.settlements.settled, embedded.settlements.settled]).toEqual([2, 2]);
    // The threads have ended and closed their connections.
    await eventually(() => expect([toLog.connections, toModels.connections]).toEqual([0, 0]));
    await embedded.stop();
  }, 60_000);

  test.each([
    ['FR', 'MongoDB fails', 'ReadModelsUnavailable', () => toModels.close(), () => toModels.reopen()],
    ['AT', 'EventStoreDB stops answering', 'StoreUnavailable', () => toLog.silence(), () => toLog.reopen()],
  ])(
    '%s: when %s, nothing is booked, and a repeat closes it',
    async (territory, _, code, fault, repair) => {
      service.settlements.meanwhile = fault;
      expect(await close(service, territory)).toMatchObject({ status: 503, json: { code } });
      await service.caughtUp();
      expect((await service.ask('finance', 'fay', periodOf(territory))).json).toMatchObject({
        status: 'closing',
        settlement: null,
      });
      const booked = new RegExp(`^(?:statement|journal)-premium\\.${territory}`);
      expect((await logOf(service)).filter(({ stream }) => booked.test(stream))).toEqual([]);

      await repair();
      await done(close(service, territory));
      await service.caughtUp();
      expect((await service.ask('finance', 'fay', periodOf(territory))).json).toMatchObject({
        status: 'closed',
      });
    },
    30_000,
  );

  test('is aborted when the process stops, and completed by the next one', async () => {
    toLog.silence();
    const closing = close(service, 'CH');
    await eventually(() => expect(toLog.connections).toBeGreaterThan(0));
    await service.stop();
    expect(await closing).toMatchObject({ status: 503, json: { code: 'ReadModelsUnavailable' } });

    await toLog.reopen();
    service = await start();
    await done(close(service, 'CH'));
    await service.caughtUp();
    expect((await service.ask('finance', 'fay', periodOf('CH'))).json).toMatchObject({ status: 'closed' });
  }, 30_000);
});
