import { Injectable } from '@nestjs/common';
import { reject } from '../../../domain/decider.js';
import { projections } from '../../../projections/all.js';
import { CommandRejected } from '../../streams/command-rejected.js';
import { ReadYourWrites } from '../../projecting/read-your-writes.js';
import { ProjectionStatus } from '../../ports/projection-status.js';

/** Nothing is settled on documents that are not all there. */
@Injectable()
export class MoneyProjections {
  constructor(
    private readonly status: ProjectionStatus,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  /**
   * Fulfils when every projection of money has folded the log up to `fence`.
   *
   * @throws {CommandRejected} `ProjectionStopped`: a person must look at it first
   * @throws {NotYetVisible} when one is still behind after 2 seconds
   */
  async reached(fence: bigint): Promise<void> {
    this.assertSound();
    const ofMoney = projections.filter(({ kind }) => kind === 'money');
    await Promise.all(ofMoney.map((projection) => this.readYourWrites.reached(projection, fence)));
  }

  /** @throws {CommandRejected} `ProjectionStopped`: a projection of money met what must not be */
  assertSound(): void {
    for (const { name, kind, state, error = 'it stopped' } of this.status.all())
      if (kind === 'money' && state === 'stopped')
        throw new CommandRejected(
          reject('ProjectionStopped', `The projection ${name} needs a person: ${error}.`),
        );
  }
}
