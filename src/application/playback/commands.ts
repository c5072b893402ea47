import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { track } from '../../domain/catalogue/track.js';
import { reject } from '../../domain/decider.js';
import type { PlayMode, StopReason } from '../../domain/playback/events.js';
import { play, type PlayCommand } from '../../domain/playback/play.js';
import { canonicalJson, utf8 } from '../../domain/shared/exact/canonical-json.js';
import type { PlaySource } from '../../domain/shared/listening/play-source.js';
import type { Segment } from '../../domain/shared/listening/segments.js';
import { hex } from '../../domain/shared/exact/sha256.js';
import { CommandRejected } from '../streams/command-rejected.js';
import { Digests } from '../ports/digests.js';
import { Ids } from '../ports/ids.js';
import { type CommandMeta, type Receipt, Streams } from '../streams/streams.js';

type TimedReport = {
  /** The time of the report by the device's clock, UTC, epoch milliseconds. Absent: when the command was received. */
  readonly at?: number | undefined;
  /** The device's clock when it sent the command, to correct `at` (R14). Absent: `at` is accepted as it is. */
  readonly sentAt?: number | undefined;
};
type PositionReport = TimedReport & { readonly positionMs: number };

export class StartPlay extends Command<Receipt> {
  constructor(
    readonly playId: string,
    readonly listenerId: string,
    readonly input: PositionReport & {
      readonly trackId: string;
      readonly territory: string;
      readonly offering: string;
      readonly deviceId: string;
      /** `online` when absent. */
      readonly mode?: 'online' | 'offline' | undefined;
      /** `unknown` when absent. */
      readonly source?: PlaySource | undefined;
    },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(StartPlay)
export class StartPlayHandler implements ICommandHandler<StartPlay> {
  constructor(private readonly streams: Streams) {}

  async execute({ playId, listenerId, input, meta }: StartPlay): Promise<Receipt> {
    const { at: _at, sentAt: _sentAt, mode = 'online', source = 'unknown', ...rest } = input;
    const { at: startedAt, ...readings } = clockReadingsOf(input, meta);
    const durationMs = await lengthOf(this.streams, input.trackId);
    const data = { ...rest, listenerId, durationMs, mode, source, startedAt, ...readings };
    return this.streams.transact(play, playId, { type: 'StartPlay', data }, meta);
  }
}

export class SeekPlay extends Command<Receipt> {
  constructor(
    readonly playId: string,
    readonly listenerId: string,
    readonly input: TimedReport & { readonly fromMs: number; readonly toMs: number },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

export class PausePlay extends Command<Receipt> {
  constructor(
    readonly playId: string,
    readonly listenerId: string,
    readonly input: PositionReport,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

export class ResumePlay extends Command<Receipt> {
  constructor(
    readonly playId: string,
    readonly listenerId: string,
    readonly input: PositionReport,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

export class ReportProgress extends Command<Receipt> {
  constructor(
    readonly playId: string,
    readonly listenerId: string,
    readonly input: PositionReport,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

export class StopPlay extends Command<Receipt> {
  constructor(
    readonly playId: string,
    readonly listenerId: string,
    readonly input: PositionReport & {
      /** `stopped` when absent. */
      readonly reason?: 'stopped' | 'ended' | undefined;
      /** Whether the whole play had no sound; false when absent. */
      readonly muted?: boolean | undefined;
    },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(SeekPlay)
export class SeekPlayHandler implements ICommandHandler<SeekPlay> {
  constructor(private readonly streams: Streams) {}

  execute(message: SeekPlay): Promise<Receipt> {
    return send(this.streams, message, { type: 'SeekPlay', data: reportData(message) });
  }
}

@CommandHandler(PausePlay)
export class PausePlayHandler implements ICommandHandler<PausePlay> {
  constructor(private readonly streams: Streams) {}

  execute(message: PausePlay): Promise<Receipt> {
    return send(this.streams, message, { type: 'PausePlay', data: reportData(message) });
  }
}

@CommandHandler(ResumePlay)
export class ResumePlayHandler implements ICommandHandler<ResumePlay> {
  constructor(private readonly streams: Streams) {}

  execute(message: ResumePlay): Promise<Receipt> {
    return send(this.streams, message, { type: 'ResumePlay', data: reportData(message) });
  }
}

@CommandHandler(ReportProgress)
export class ReportProgressHandler implements ICommandHandler<ReportProgress> {
  constructor(private readonly streams: Streams) {}

  execute(message: ReportProgress): Promise<Receipt> {
    return send(this.streams, message, { type: 'ReportProgress', data: reportData(message) });
  }
}

@CommandHandler(StopPlay)
export class StopPlayHandler implements ICommandHandler<StopPlay> {
  constructor(private readonly streams: Streams) {}

  execute(message: StopPlay): Promise<Receipt> {
    const { reason = 'stopped', muted = false } = message.input;
    const data = { ...reportData(message), reason, muted };
    return send(this.streams, message, { type: 'StopPlay', data });
  }
}

/** Records a finished play: one of another service's export, or one that a device reports after its end. */
export class RecordPlay extends Command<Receipt> {
  constructor(
    readonly playId: string,
    readonly listenerId: string,
    readonly input: {
      readonly trackId: string;
      /** The track's length, null when it is not known. Absent: the length that the catalogue has now. */
      readonly durationMs?: number | null;
      readonly territory: string;
      readonly offering: string;
      readonly deviceId: string;
      readonly mode: PlayMode;
      readonly source: PlaySource;
      readonly reason: StopReason;
      readonly muted: boolean;
      /** In the order heard. */
      readonly segments: readonly Segment[];
      readonly startedAt: number;
      readonly endedAt: number;
    },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(RecordPlay)
export class RecordPlayHandler implements ICommandHandler<RecordPlay> {
  constructor(private readonly streams: Streams) {}

  /** Appends without an `await` before it when the length is given: an importer relies on the order of its calls. */
  async execute({ playId, listenerId, input, meta }: RecordPlay): Promise<Receipt> {
    const { durationMs = await lengthOf(this.streams, input.trackId) } = input;
    const data = { listenerId, ...input, durationMs, receivedAt: meta.at };
    return this.streams.transact(play, playId, { type: 'RecordPlay', data }, meta);
  }
}

/** Reports segments that a device played without a connection, under a number of the device (R15). */
export class ReportPlay extends Command<Receipt> {
  constructor(
    readonly playId: string,
    readonly listenerId: string,
    readonly input: {
      readonly deviceId: string;
      readonly deviceSeq: number;
      readonly trackId: string;
      readonly territory: string;
      readonly offering: string;
      /** `unknown` when absent. */
      readonly source?: PlaySource | undefined;
      /** By the device's clock; `endedAt` too. */
      readonly startedAt: number;
      readonly endedAt: number;
      /** In the order heard. */
      readonly segments: readonly Segment[];
      readonly muted?: boolean | undefined;
      readonly sentAt?: number | undefined;
    },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(ReportPlay)
export class ReportPlayHandler implements ICommandHandler<ReportPlay> {
  constructor(
    private readonly streams: Streams,
    private readonly ids: Ids,
    private readonly digests: Digests,
  ) {}

  async execute({ playId, listenerId, input, meta }: ReportPlay): Promise<Receipt> {
    const { source = 'unknown', muted = false, segments, startedAt, endedAt } = input;
    const durationMs = await lengthOf(this.streams, input.trackId);
    // Excludes the absolute times: if the device's clock is set between two sendings of a report, both ends move.
    const content = canonicalJson({ lastedMs: endedAt - startedAt, muted, segments });
    const data = {
      ...input,
      listenerId,
      durationMs,
      source,
      muted,
      receivedAt: meta.at,
      contentHash: hex(this.digests.sha256(utf8(content))),
      caseId: this.ids.derived('case', 'CONFLICTING_REPORT', playId),
    };
    return send(this.streams, { playId, meta }, { type: 'ReportPlay', data });
  }
}

/** Stops a play without reports since `lastReceivedAt`. Sent by the process that looks for such plays. */
export class CloseSilentPlay extends Command<Receipt> {
  constructor(
    readonly playId: string,
    readonly input: { readonly lastReceivedAt: number },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(CloseSilentPlay)
export class CloseSilentPlayHandler implements ICommandHandler<CloseSilentPlay> {
  constructor(private readonly streams: Streams) {}

  execute(message: CloseSilentPlay): Promise<Receipt> {
    return send(this.streams, message, { type: 'CloseSilentPlay', data: message.input });
  }
}

type PlayTarget = { readonly playId: string; readonly meta: CommandMeta };

const send = (streams: Streams, { playId, meta }: PlayTarget, command: PlayCommand): Promise<Receipt> =>
  streams.transact(play, playId, command, meta);

const reportData = <Input extends TimedReport>({
  listenerId,
  input,
  meta,
}: {
  readonly listenerId: string;
  readonly input: Input;
  readonly meta: CommandMeta;
}): Input & Readings & { readonly listenerId: string } => ({
  ...input,
  listenerId,
  ...clockReadingsOf(input, meta),
});

type Readings = { readonly at: number; readonly sentAt: number | undefined; readonly receivedAt: number };

/** A report without a time gets the service's time, which needs no correction. */
const clockReadingsOf = ({ at, sentAt }: TimedReport, { at: receivedAt }: CommandMeta): Readings =>
  at === undefined ? { at: receivedAt, sentAt: receivedAt, receivedAt } : { at, sentAt, receivedAt };

/** The track's current length; null when it is not known. */
const lengthOf = async (streams: Streams, trackId: string): Promise<number | null> => {
  const { state } = await streams.load(track, trackId);
  if (state.status === 'unknown')
    throw new CommandRejected(reject('TrackNotFound', `There is no track ${trackId}.`));
  return state.durationMs;
};
