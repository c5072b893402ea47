import { Injectable } from '@nestjs/common';
import { reject } from '../../../domain/decider.js';
import { projections } from '../../../projections/all.js';
import { CommandRejected } from '../../streams/command-rejected.js';
import { ReadYourWrites } from '../../projecting/read-your-writes.js';
import { ProjectionStatus } from '../../ports/projection-status.js';

/** Guards settlements against read models of money that are incomplete. */
@Injectable()
export class MoneyProjections {
  constructor(
    private readonly status: ProjectionStatus,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  /**
   * Resolves once every projection of money has reached `fence`.
   *
   * @throws {CommandRejected} `ProjectionStopped`: an operator must repair it first
   * @throws {NotYetVisible} if one is still behind after 2 seconds
   */
  async reached(fence: bigint): Promise<void> {
    this.assertRunning();
    const ofMoney = projections.filter(({ kind }) => kind === 'money');
    await Promise.all(ofMoney.map((projection) => this.readYourWrites.reached(projection, fence)));
  }

  /** @throws {CommandRejected} `ProjectionStopped`: a projection of money failed on an event */
  assertRunning(): void {
    for (const { name, kind, state, error = 'it stopped' } of this.status.all())
      if (kind === 'money' && state === 'stopped')
        throw new CommandRejected(
          reject('ProjectionStopped', `The projection ${name} has stopped: ${error.replace(/\.$/, '')}.`),
        );
  }
}
