import type { Appended, NewEvent } from '../../../src/application/ports/event-store.js';
import { EmbeddedEventStore } from '../../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { EventStoreFront } from '../../../src/infrastructure/shared/event-store-front.js';
import { importInto } from './imported-log.js';

// A process that tests kill: imports the given files into the data folder and writes a dot after each hundred
// acknowledged appends.

class DottedStore extends EventStoreFront {
  private acknowledged = 0;

  override async append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    const appended = await super.append(stream, expected, events);
    if (++this.acknowledged % 100 === 0) process.stdout.write('.');
    return appended;
  }
}

const [folder = '', ...files] = process.argv.slice(2);
const store = new DottedStore(new EmbeddedEventStore(folder));
await importInto(store, files);
await store.close();
