import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { track } from '../../domain/catalogue/track.js';
import { reject } from '../../domain/decider.js';
import type { PlayMode, StopReason } from '../../domain/playback/events.js';
import { play, type PlayCommand } from '../../domain/playback/play.js';
import type { Segment } from '../../domain/shared/segments.js';
import { CommandRejected } from '../command-rejected.js';
import { type CommandMeta, type Receipt, Streams } from '../streams.js';

/** How far a report may lie in the future: clocks differ (R14). */
export const FUTURE_MS_MAX = 120_000;

/** How old a report may be: a lease of 30 days and 7 more to upload (R14). */
export const AGE_MS_MAX = 37 * 86_400_000;

/** When something happened by the player's clock, UTC epoch milliseconds. Absent: when the command was received. */
type Reported = { readonly at?: number | undefined };
type AtPosition = Reported & { readonly positionMs: number };

export class StartPlay extends Command<Receipt> {
  constructor(
    readonly playId: string,
    readonly listenerId: string,
    readonly input: AtPosition & {
      readonly trackId: string;
      readonly territory: string;
      readonly offering: string;
      readonly deviceId: string;
      /** `online` when absent. */
      readonly mode?: 'online' | 'offline' | undefined;
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
    const { at, mode = 'online', ...rest } = input;
    const startedAt = instantOf(at, meta);
    const durationMs = await lengthOf(this.streams, input.trackId);
    const data = { ...rest, listenerId, durationMs, mode, startedAt };
    return this.streams.transact(play, playId, { type: 'StartPlay', data }, meta, { fresh: true });
  }
}

export class SeekPlay extends Command<Receipt> {
  constructor(
    readonly playId: string,
    readonly listenerId: string,
    readonly input: Reported & { readonly fromMs: number; readonly toMs: number },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

export class PausePlay extends Command<Receipt> {
  constructor(
    readonly playId: string,
    readonly listenerId: string,
    readonly input: AtPosition,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

export class ResumePlay extends Command<Receipt> {
  constructor(
    readonly playId: string,
    readonly listenerId: string,
    readonly input: AtPosition,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

export class ReportProgress extends Command<Receipt> {
  constructor(
    readonly playId: string,
    readonly listenerId: string,
    readonly input: AtPosition,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

export class StopPlay extends Command<Receipt> {
  constructor(
    readonly playId: string,
    readonly listenerId: string,
    readonly input: AtPosition & {
      /** `stopped` when absent. */
      readonly reason?: 'stopped' | 'ended' | undefined;
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
    return send(this.streams, message, { type: 'SeekPlay', data: said(message) });
  }
}

@CommandHandler(PausePlay)
export class PausePlayHandler implements ICommandHandler<PausePlay> {
  constructor(private readonly streams: Streams) {}

  execute(message: PausePlay): Promise<Receipt> {
    return send(this.streams, message, { type: 'PausePlay', data: said(message) });
  }
}

@CommandHandler(ResumePlay)
export class ResumePlayHandler implements ICommandHandler<ResumePlay> {
  constructor(private readonly streams: Streams) {}

  execute(message: ResumePlay): Promise<Receipt> {
    return send(this.streams, message, { type: 'ResumePlay', data: said(message) });
  }
}

@CommandHandler(ReportProgress)
export class ReportProgressHandler implements ICommandHandler<ReportProgress> {
  constructor(private readonly streams: Streams) {}

  execute(message: ReportProgress): Promise<Receipt> {
    return send(this.streams, message, { type: 'ReportProgress', data: said(message) });
  }
}

@CommandHandler(StopPlay)
export class StopPlayHandler implements ICommandHandler<StopPlay> {
  constructor(private readonly streams: Streams) {}

  execute(message: StopPlay): Promise<Receipt> {
    const data = { ...said(message), reason: message.input.reason ?? 'stopped' };
    return send(this.streams, message, { type: 'StopPlay', data });
  }
}

/** A whole play that was heard earlier, from a device or from another service's export. */
export class RecordPlay extends Command<Receipt> {
  constructor(
    readonly playId: string,
    readonly listenerId: string,
    readonly input: {
      readonly trackId: string;
      readonly territory: string;
      readonly offering: string;
      readonly deviceId: string;
      readonly mode: PlayMode;
      readonly reason: StopReason;
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

  async execute({ playId, listenerId, input, meta }: RecordPlay): Promise<Receipt> {
    const durationMs = await lengthOf(this.streams, input.trackId);
    const data = { ...input, listenerId, durationMs };
    return this.streams.transact(play, playId, { type: 'RecordPlay', data }, meta, { fresh: true });
  }
}

/** Ends a play that has said nothing since `lastReportedAt`. For the process that looks for such plays. */
export class CloseSilentPlay extends Command<Receipt> {
  constructor(
    readonly playId: string,
    readonly input: { readonly lastReportedAt: number },
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

export const playbackHandlers = [
  StartPlayHandler,
  SeekPlayHandler,
  PausePlayHandler,
  ResumePlayHandler,
  ReportProgressHandler,
  StopPlayHandler,
  RecordPlayHandler,
  CloseSilentPlayHandler,
];

const send = (
  streams: Streams,
  { playId, meta }: { readonly playId: string; readonly meta: CommandMeta },
  command: PlayCommand,
): Promise<Receipt> => streams.transact(play, playId, command, meta);

const said = <Input extends Reported>({
  listenerId,
  input,
  meta,
}: {
  readonly listenerId: string;
  readonly input: Input;
  readonly meta: CommandMeta;
}): Input & { readonly listenerId: string; readonly at: number } => ({
  ...input,
  listenerId,
  at: instantOf(input.at, meta),
});

/** @throws {CommandRejected} when the player's clock cannot be believed */
const instantOf = (at: number | undefined, { at: received }: CommandMeta): number => {
  if (at === undefined) return received;
  if (at > received + FUTURE_MS_MAX) throw new CommandRejected(REPORT_FROM_FUTURE);
  if (at < received - AGE_MS_MAX) throw new CommandRejected(REPORT_TOO_OLD);
  return at;
};

const REPORT_FROM_FUTURE = reject(
  'ReportFromFuture',
  `The report is dated more than ${FUTURE_MS_MAX} ms after its arrival.`,
);
const REPORT_TOO_OLD = reject(
  'ReportTooOld',
  `The report is dated more than ${AGE_MS_MAX} ms before its arrival.`,
);

/** The track's length, null when it is not known. */
const lengthOf = async (streams: Streams, trackId: string): Promise<number | null> => {
  const { state } = await streams.load(track, trackId);
  if (state.status === 'unknown')
    throw new CommandRejected(reject('TrackNotFound', `There is no track ${trackId}.`));
  return state.content.durationMs;
};
