import type { MessagePort, Transferable, Worker } from 'node:worker_threads';
import { CommandRejected } from '../../application/streams/command-rejected.js';
import { NotYetVisible } from '../../application/projecting/read-your-writes.js';
import { StoreUnavailable } from '../../application/ports/event-store.js';
import { ModelNotReady, ReadModelsUnavailable } from '../../application/ports/read-models.js';
import type { Rejection } from '../../domain/decider.js';

/*
 * Calls from a thread to one that it started. What is asked and answered is plain data; of errors, those keep their class
 * that somebody tells apart.
 */

type Ask = { readonly call: number; readonly name: string; readonly input: unknown };
type Told = { readonly call: number } & ({ readonly answer: unknown } | { readonly failed: Failure });

type Failure = {
  readonly name: string;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly rejection?: Rejection;
  readonly model?: string;
  readonly position?: bigint;
  readonly ambiguous?: boolean;
};

/** What may be asked of a thread, by name. */
export type Calls = Readonly<Record<string, (input: never) => unknown>>;

/**
 * Answers what the other end of `port` asks, one call beside another.
 *
 * @param owned what of an answer is handed over instead of copied
 */
export const serveCalls = (
  port: MessagePort,
  calls: Calls,
  owned: (answer: unknown) => Transferable[] = () => [],
): void => {
  const answered = async ({ name, input }: Ask): Promise<unknown> => {
    const called = calls[name] as ((input: unknown) => unknown) | undefined;
    if (!called) throw new TypeError(`Nobody answers ${name}.`);
    return called(input);
  };
  port.on('message', (ask: Ask) => {
    answered(ask).then(
      (answer) => port.postMessage({ call: ask.call, answer } satisfies Told, owned(answer)),
      (error: unknown) => port.postMessage({ call: ask.call, failed: failureOf(error) } satisfies Told),
    );
  });
};

type Waiting = { readonly fulfil: (answer: unknown) => void; readonly refuse: (error: unknown) => void };

/** The other end: a thread as one who asks it sees it. */
export class CalledThread {
  private readonly waiting = new Map<number, Waiting>();
  private calls = 0;
  private ended: Error | undefined;

  constructor(private readonly worker: Worker) {
    worker.on('message', (told: Told) => {
      const asked = this.waiting.get(told.call);
      this.waiting.delete(told.call);
      if ('answer' in told) asked?.fulfil(told.answer);
      else asked?.refuse(errorOf(told.failed));
    });
    worker.on('error', (error) => this.refuseAll(error instanceof Error ? error : new Error(String(error))));
    worker.once('exit', () => this.refuseAll(new Error('A thread ended with work left to do.')));
  }

  /** @throws what it throws; when it ends before it has answered, why */
  ask<Answer>(name: string, input: unknown): Promise<Answer> {
    return new Promise<Answer>((fulfil, refuse) => {
      if (this.ended) return refuse(this.ended);
      const ask: Ask = { call: this.calls++, name, input };
      this.waiting.set(ask.call, { fulfil: fulfil as Waiting['fulfil'], refuse });
      this.worker.postMessage(ask);
    });
  }

  /** Ends the thread, whatever it is doing. Who waits for an answer gets `because`. */
  async end(because?: Error): Promise<void> {
    if (because) this.refuseAll(because);
    await this.worker.terminate();
  }

  private refuseAll(error: Error): void {
    this.ended ??= error;
    for (const { refuse } of this.waiting.values()) refuse(this.ended);
    this.waiting.clear();
  }
}

const failureOf = (error: unknown): Failure => {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return {
    name,
    message,
    stack,
    ...(error instanceof CommandRejected && { rejection: error.rejection }),
    ...(error instanceof ModelNotReady && { model: error.model }),
    ...(error instanceof NotYetVisible && { model: error.model, position: error.position }),
    ...(error instanceof StoreUnavailable && { ambiguous: error.ambiguous }),
  };
};

const errorOf = ({ name, message, stack, rejection, model, position, ambiguous }: Failure): Error => {
  if (rejection) return new CommandRejected(rejection);
  if (model !== undefined)
    return position === undefined ? new ModelNotReady(model) : new NotYetVisible(model, position);
  if (ambiguous !== undefined) return new StoreUnavailable(message, ambiguous);
  if (name === 'ReadModelsUnavailable') return new ReadModelsUnavailable(message);
  const error = name === 'RangeError' ? new RangeError(message) : new Error(`${name}: ${message}`);
  if (stack !== undefined) error.stack = stack;
  return error;
};
