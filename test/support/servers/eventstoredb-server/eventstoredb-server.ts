import {
  type sendUnaryData,
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerWritableStream,
} from '@grpc/grpc-js';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import streams, {
  type AppendReq,
  type AppendResp,
  type ReadReq,
  type ReadResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Call, type Fault, Faults } from './faults.js';
import { MemoryLog, type Proposed, type Stored } from './memory-log.js';
import * as messages from './messages.js';
import { Network } from './network.js';

export type ServerOptions = {
  /** The log, which the nodes of a cluster share. */
  readonly log?: MemoryLog;
  /** The position in the response to a repeated append. */
  readonly repeats?: 'own' | 'none' | 'end';
  /** false: EventStoreDB before 22.6. */
  readonly positionsInStreams?: boolean;
  /** Maximum size of one event in bytes; servers before KurrentDB have no such limit. */
  readonly eventBytesMax?: number;
};

type Reading = ServerWritableStream<ReadReq, ReadResp>;

/** Default maximum size of one append. */
const APPEND_BYTES_MAX = 1_024 * 1_024;

/**
 * A server that speaks EventStoreDB's gRPC protocol and injects faults that a real server cannot produce on demand.
 * It keeps its log in memory and proves nothing about durability.
 */
export class EventStoreDbServer {
  readonly faults = new Faults();
  readonly log: MemoryLog;
  network!: Network;
  /** The leader, if it is another node. */
  leader: { readonly host: string; readonly port: number } | undefined;
  /** Members in the gossip; none for a single node. */
  members: readonly { readonly port: number; readonly leader: boolean }[] = [];
  /** Events sent so far, in reads and subscriptions. */
  sent = 0;
  /** Calls received so far. */
  readonly calls: Record<Call, number> = {
    append: 0,
    readStream: 0,
    readAll: 0,
    readBackwards: 0,
    subscribe: 0,
  };
  private readonly grpc = new Server();

  private constructor(private readonly options: ServerOptions) {
    this.log = options.log ?? new MemoryLog();
    this.grpc.addService(StreamsService, {
      append: (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>) =>
        this.append(call, answer),
      read: (call: Reading) => void this.read(call).catch((error: Error) => call.emit('error', error)),
    });
    this.grpc.addService(GossipService, {
      read: (_: unknown, answer: sendUnaryData<unknown>) => answer(null, messages.clusterInfo(this.members)),
    });
  }

  static async start(options: ServerOptions = {}): Promise<EventStoreDbServer> {
    const server = new EventStoreDbServer(options);
    const port = await new Promise<number>((resolve, reject) => {
      const bound = (error: Error | null, port: number) => (error ? reject(error) : resolve(port));
      server.grpc.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), bound);
    });
    server.network = await Network.before(port);
    return server;
  }

  get url(): string {
    return `esdb://127.0.0.1:${this.network.port}?tls=false`;
  }

  async stop(): Promise<void> {
    await this.network.refuse();
    this.grpc.forceShutdown();
  }

  private append(call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>): void {
    const fault = this.begin('append');
    let options: AppendReq.Options | undefined;
    const events: Proposed[] = [];
    let bytes = 0;
    let refused: ReturnType<typeof messages.tooLarge> | undefined;
    call.on('data', (request: AppendReq) => {
      options ??= request.getOptions();
      const message = request.getProposedMessage();
      if (!message || refused) return;
      const event = messages.proposed(message);
      const size = sizeOf(event);
      bytes += size;
      const { eventBytesMax = APPEND_BYTES_MAX } = this.options;
      if (size > eventBytesMax) refused = messages.eventTooLarge(eventBytesMax);
      else if (bytes > APPEND_BYTES_MAX) refused = messages.tooLarge(APPEND_BYTES_MAX);
      // Immediately, although the client has more to send.
      if (refused) answer(refused, null);
      else events.push(event);
    });
    call.on('end', () => {
      if (refused) return;
      // An aborted call ends too, and its partial data must not be written.
      setImmediate(() => {
        if (!call.cancelled) void this.answer(fault, options!, events, call, answer);
      });
    });
  }

  private async answer(
    fault: Fault | undefined,
    options: AppendReq.Options,
    events: readonly Proposed[],
    call: ServerReadableStream<AppendReq, AppendResp>,
    answer: sendUnaryData<AppendResp>,
  ): Promise<void> {
    const refused = this.refusal(fault, call.metadata.get('requires-leader').includes('true'));
    if (refused) return answer(refused, null);
    if (fault?.kind === 'silence') return;
    if (fault?.kind === 'slow') await sleep(fault.ms);

    const stream = Buffer.from(options.getStreamIdentifier()!.getStreamName_asU8()).toString();
    const expected = options.hasNoStream() ? -1n : BigInt(options.getRevision());
    const outcome = this.log.append(stream, expected, events);
    if (fault?.kind === 'answer-withheld') return;
    if (fault?.kind === 'answer-lost') return this.network.cut();

    if ('wrongRevision' in outcome) {
      return answer(null, messages.wrongRevision(expected, outcome.wrongRevision));
    }
    const { written, repeated } = outcome;
    const repeats = this.options.repeats ?? 'own';
    const other = repeats === 'none' ? undefined : this.log.records.at(-1)?.position;
    answer(
      null,
      messages.success(written.revision, repeated && repeats !== 'own' ? other : written.position),
    );
  }

  private async read(call: Reading): Promise<void> {
    const options = call.request.getOptions()!;
    const kind: Call = options.hasSubscription()
      ? 'subscribe'
      : options.hasStream()
        ? 'readStream'
        : isBackwards(options)
          ? 'readBackwards'
          : 'readAll';
    const fault = this.begin(kind);
    const refused = this.refusal(fault, call.metadata.get('requires-leader').includes('true'));
    if (refused) return void call.emit('error', refused);
    if (fault?.kind === 'silence') return;
    const sending = new Sending(call, fault, this);
    if (kind === 'subscribe') await this.subscription(options, sending, fault);
    else await this.bounded(options, sending);
  }

  private async bounded(options: ReadReq.Options, sending: Sending): Promise<void> {
    const backwards = isBackwards(options);
    const count = Number(options.getCount());
    const stream = options.getStream();
    if (stream) {
      const name = Buffer.from(stream.getStreamIdentifier()!.getStreamName_asU8()).toString();
      const past = this.log.stream(name);
      if (past.length === 0) {
        await sending.message(messages.streamNotFound(name));
        return sending.finish();
      }
      const from = stream.hasRevision() ? Number(stream.getRevision()) : 0;
      const chosen = backwards ? past.toReversed() : past.slice(from);
      return sending.all(chosen.slice(0, count), this.options.positionsInStreams ?? true);
    }
    const all = options.getAll()!;
    const from = placeOf(all);
    const { records } = this.log;
    // A forward read includes its start position, a backward read does not.
    const chosen = backwards
      ? records.filter((stored) => from === undefined || isBefore(stored, from)).toReversed()
      : records.filter((stored) => from === undefined || !isBefore(stored, from));
    await sending.all(chosen.slice(0, count), true);
  }

  private async subscription(
    options: ReadReq.Options,
    sending: Sending,
    fault: Fault | undefined,
  ): Promise<void> {
    const all = options.getAll()!;
    let place: Place = placeOf(all) ?? { position: 0n, prepare: 0n };
    const types = new RegExp(options.getFilter()?.getEventType()?.getRegex() ?? '');
    await sending.message(messages.confirmation());
    if (fault?.kind === 'mute') return;
    let toldCaughtUp = false;
    while (!sending.over) {
      const changed = this.log.changed(sending.signal);
      const next = this.log.records.filter((stored) => isBefore(place, stored));
      for (const stored of next) {
        place = stored;
        if (types.test(stored.type)) await sending.event(stored, true);
        else await sending.message(messages.checkpoint(stored.position));
        if (sending.over) return;
      }
      if (next.length > 0) continue;
      if (!toldCaughtUp) await sending.message(messages.caughtUp());
      toldCaughtUp = true;
      await changed;
    }
  }

  private begin(call: Call): Fault | undefined {
    this.calls[call]++;
    return this.faults.take(call);
  }

  private refusal(fault: Fault | undefined, requiresLeader: boolean) {
    if (fault?.kind === 'not-leader') return messages.notLeader(fault.leader);
    if (fault?.kind === 'busy') return messages.tooBusy();
    if (fault?.kind === 'not-ready') return messages.notReady();
    return requiresLeader && this.leader ? messages.notLeader(this.leader) : undefined;
  }
}

type Place = Pick<Stored, 'position' | 'prepare'>;

/** Start position of a call; undefined for the start or end of the log. */
const placeOf = (all: ReadReq.Options.AllOptions): Place | undefined => {
  const place = all.getPosition();
  return (
    place && { position: BigInt(place.getCommitPosition()), prepare: BigInt(place.getPreparePosition()) }
  );
};

/** The order of the log: by commit, then by prepare. */
const isBefore = (a: Place, b: Place): boolean =>
  a.position < b.position || (a.position === b.position && a.prepare < b.prepare);

const isBackwards = (options: ReadReq.Options): boolean =>
  options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;

/** As the server counts it. */
const sizeOf = ({ type, data, metadata }: Proposed): number =>
  data.length + metadata.length + 2 * type.length;

/** A streamed response, with the injected fault. */
class Sending {
  private events = 0;
  over = false;
  private readonly ending = new AbortController();

  constructor(
    private readonly call: Reading,
    private readonly fault: Fault | undefined,
    private readonly server: EventStoreDbServer,
  ) {
    for (const end of ['cancelled', 'close', 'error']) {
      call.on(end, () => {
        this.over = true;
        this.ending.abort();
      });
    }
    this.breakOff();
  }

  /** Aborts when the call is over. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  async all(events: readonly Stored[], tellPosition: boolean): Promise<void> {
    for (const event of events) await this.event(event, tellPosition);
    this.finish();
  }

  async event(stored: Stored, tellPosition: boolean): Promise<void> {
    if (this.over) return;
    await this.message(messages.eventMessage(stored, tellPosition));
    this.server.sent++;
    this.events++;
    this.breakOff();
  }

  async message(message: ReadResp): Promise<void> {
    if (this.fault?.kind === 'slow') await sleep(this.fault.ms);
    if (this.over || this.call.write(message)) return;
    await once(this.call, 'drain', { signal: this.signal }).catch(() => {});
  }

  finish(): void {
    if (!this.over) this.call.end();
  }

  private breakOff(): void {
    const { fault } = this;
    if (!fault || !('after' in fault) || this.events < fault.after || this.over) return;
    this.over = true;
    this.ending.abort();
    if (fault.kind === 'drop') this.call.emit('error', messages.dropped());
    if (fault.kind === 'end') this.call.end();
    if (fault.kind === 'cut') setImmediate(() => this.server.network.cut());
  }
}
