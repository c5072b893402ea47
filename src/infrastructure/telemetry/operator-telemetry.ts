import { type DestinationStream, type Logger, pino } from 'pino';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { EventStore } from '../../application/ports/event-store.js';
import type { ProjectionStatus } from '../../application/ports/projection-status.js';
import { type RequestSummary, Telemetry } from '../../application/ports/telemetry.js';
import type { ProcessState } from '../../application/projecting/process-runner.js';
import type { Config } from '../config.js';
import { logOutput } from './log-output.js';
import { MeasuredEventStore } from './measured-event-store.js';

const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const APPEND_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
/** Longest wait of a scrape for the log; it leaves out the figures that did not arrive. */
const STATISTICS_MS_MAX = 2_000;

/** Sources of the metrics that are read at a scrape. */
export type Sources = {
  readonly store: EventStore;
  readonly projections: ProjectionStatus;
  readonly processes: () => readonly ProcessState[];
};

/** A log of JSON lines by pino, and metrics for Prometheus. */
export class OperatorTelemetry extends Telemetry {
  readonly log: Logger;
  private readonly registry = new Registry();

  private readonly requests = new Histogram({
    name: 'playledger_http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_SECONDS,
    registers: [this.registry],
  });
  /** One for each status of each route, because the library sorts and joins the labels at each look-up. */
  private readonly requestSeconds = new Map<string, Histogram.Internal<'method' | 'route' | 'status'>>();
  private readonly appends = new Histogram({
    name: 'playledger_append_duration_seconds',
    help: 'Time from handing an append to the log until it is durable, or refused.',
    labelNames: ['outcome'],
    buckets: APPEND_SECONDS,
    registers: [this.registry],
  });
  private readonly logSize = this.gauge(
    'playledger_log_size',
    'Events in the log, where the engine counts them.',
  );
  private readonly logBytes = this.gauge('playledger_log_bytes', 'Size of the log on disk.');
  private readonly logHead = this.gauge('playledger_log_position', 'Position of the last event.');
  private readonly logSyncs = this.gauge(
    'playledger_log_syncs',
    'Commits made durable since the start of the process, where the engine counts them.',
  );
  private readonly position = this.gaugeByName(
    'playledger_projection_position',
    'Every event at or before this position is in the documents.',
  );
  private readonly lag = this.gaugeByName(
    'playledger_projection_lag',
    'Positions between the projection and the head of the log: events on the embedded engine.',
  );
  private readonly parked = this.gaugeByName(
    'playledger_parked_events',
    'Events set aside because the projection could not fold them.',
  );
  private readonly stopped = this.gaugeByName(
    'playledger_projection_stopped',
    '1 when the projection stopped and needs an operator, else 0.',
  );
  private readonly processPosition = this.gaugeByName(
    'playledger_process_position',
    'The process has reacted to every event at or before this position.',
  );
  private readonly processLag = this.gaugeByName(
    'playledger_process_lag',
    'Positions between the process and the head of the log.',
  );
  private readonly processHeldUp = this.gaugeByName(
    'playledger_process_held_up',
    '1 while the process tries an event again that it could not react to, else 0.',
  );

  /** @param output where log lines go; standard error by default */
  constructor(
    { logLevel }: Pick<Config, 'logLevel'>,
    private readonly output: DestinationStream = logOutput(),
  ) {
    super();
    this.log = pino({ level: logLevel, base: null, formatters: { level: (level) => ({ level }) } }, output);
    collectDefaultMetrics({ register: this.registry });
  }

  private sources: Sources | undefined;

  /** Sets the sources of the metrics of the log, the projections and the processes. */
  observe(sources: Sources): void {
    this.sources = sources;
  }

  /** `store` with its appends measured. */
  measured(store: EventStore): EventStore {
    return new MeasuredEventStore(store, this.appends);
  }

  answered({ method, route, status, durationMs, ...rest }: RequestSummary): void {
    this.secondsOf(KNOWN_METHODS.has(method) ? method : 'other', route, status).observe(durationMs / 1_000);
    const level = status >= 500 && status !== 503 ? 'error' : 'info';
    if (!this.log.isLevelEnabled(level)) return;
    // The same line as pino's, which builds it from twenty pieces: too slow for every request.
    const ms = Math.round(durationMs * 1_000) / 1_000;
    const line = { level, time: Date.now(), method, route, status, durationMs: ms, ...rest, msg: 'answered' };
    this.output.write(`${JSON.stringify(line)}\n`);
  }

  private secondsOf(method: string, route: string, status: number) {
    const key = `${status} ${method} ${route}`;
    let seconds = this.requestSeconds.get(key);
    if (!seconds) {
      seconds = this.requests.labels(method, route, String(status));
      this.requestSeconds.set(key, seconds);
    }
    return seconds;
  }

  fault(error: unknown, traceId: string): void {
    this.log.error({ err: error, traceId }, 'fault');
  }

  async metrics(): Promise<string> {
    if (this.sources) await this.look(this.sources);
    return this.registry.metrics();
  }

  private async look({ store, projections, processes }: Sources): Promise<void> {
    const timeout = AbortSignal.timeout(STATISTICS_MS_MAX);
    const [statistics, head] = await Promise.all([
      unless(timeout, store.statistics()),
      unless(timeout, store.head()),
    ]);
    for (const [gauge, value] of [
      [this.logSize, statistics?.events],
      [this.logBytes, statistics?.bytes],
      [this.logSyncs, statistics?.syncs],
      [this.logHead, head === undefined ? undefined : Number(head)],
    ] as const) {
      gauge.remove();
      if (value !== undefined) gauge.set(value);
    }
    for (const { name, position, parked, state } of projections.all()) {
      this.position.set({ name }, Number(position));
      this.parked.set({ name }, parked);
      this.stopped.set({ name }, state === 'stopped' ? 1 : 0);
      if (head !== undefined) this.lag.set({ name }, lagBehind(head, position));
    }
    for (const { name, position, error } of processes()) {
      this.processHeldUp.set({ name }, error === undefined ? 0 : 1);
      if (position === undefined) continue;
      this.processPosition.set({ name }, Number(position));
      if (head !== undefined) this.processLag.set({ name }, lagBehind(head, position));
    }
  }

  private gauge(name: string, help: string): Gauge {
    return new Gauge({ name, help, registers: [this.registry] });
  }

  private gaugeByName(name: string, help: string): Gauge<'name'> {
    return new Gauge({ name, help, labelNames: ['name'], registers: [this.registry] });
  }
}

const lagBehind = (head: bigint, position: bigint): number => Number(head > position ? head - position : 0n);

/** Other methods share one label value, because clients may send arbitrary ones. */
const KNOWN_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Undefined when the engine fails or takes too long. */
const unless = <T>(timeout: AbortSignal, figure: Promise<T>): Promise<T | undefined> =>
  new Promise((resolve) => {
    timeout.addEventListener('abort', () => resolve(undefined), { once: true });
    figure.then(resolve, () => resolve(undefined));
  });
